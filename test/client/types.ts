import type { TollgateClient } from '@tollgate/client';

/** Never run: `npm run check` compiles it, and fails where one of these is no error any more. */
export async function onlyWhatThereIs(tollgate: TollgateClient): Promise<void> {
  // @ts-expect-error there is no such path
  await tollgate.get('/v1/acount');
  // @ts-expect-error it takes POST alone
  await tollgate.get('/v1/account/spend');
  // @ts-expect-error a package is named by its id
  await tollgate.post('/v1/checkout/sessions', { body: { package: 7 } });
  // @ts-expect-error what is spent needs a key
  await tollgate.post('/v1/account/spend', { body: { unit: 'usd', amountMinor: 1, reason: 'x' } });
  const { balances } = await tollgate.get('/v1/account');
  // @ts-expect-error an amount is a number
  balances[0]?.amountMinor.toUpperCase();
}
