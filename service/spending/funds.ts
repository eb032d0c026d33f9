import { Problem } from '../errors';

/**
 * Refuses what a user does not have. A balance that a reversal has made negative covers nothing.
 * @param balanceMinor locked by the caller, or it may be spent twice
 * @throws Problem `insufficient_funds` with what is there
 */
export function assertFunds(
  { unit, amountMinor }: { readonly unit: string; readonly amountMinor: bigint },
  balanceMinor: bigint,
): void {
  if (amountMinor <= balanceMinor) return;
  throw new Problem(
    'insufficient_funds',
    `${amountMinor} ${unit} are more than the ${balanceMinor} ${unit} that are there, in minor units`,
    { members: { unit, availableMinor: Number(balanceMinor) } },
  );
}
