import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../../support/service-with-database';
import { ask } from '../../../support/spending';

let shop: ServiceWithDatabase;

beforeAll(async () => {
  shop = await startServiceWithDatabase();
  // Whoever takes a key fails.
  await shop.database.query('alter table idempotency_keys add check (false) not valid');
});
afterAll(() => shop.close());

const topup = { amountMinor: 1_000, currency: 'usd' };

test.each([
  ['amount_below_minimum', '/checkout/sessions', { topup: { ...topup, amountMinor: 1 } }],
  ['amount_above_maximum', '/checkout/sessions', { topup: { ...topup, amountMinor: 100_000_000 } }],
  ['currency_not_supported', '/checkout/sessions', { topup: { ...topup, currency: 'xxx' } }],
  ['package_unknown', '/checkout/sessions', { package: 'nothing' }],
  [
    'redirect_url_not_allowed',
    '/checkout/sessions',
    { topup, successUrl: 'https://evil.example/' },
  ],
  ['redirect_url_not_allowed', '/portal/sessions', { returnUrl: 'https://evil.example/' }],
  ['customer_not_found', '/portal/sessions', {}],
])('S9: a request that is refused with %s takes no key: %s', async (code, path, body) => {
  expect((await ask(shop.service, 'alice', path, body)).body).toMatchObject({ code });
});

test('S12: what was answered under a key is repeated, even if it would be refused now', async () => {
  await shop.database.query('alter table idempotency_keys drop constraint idempotency_keys_check');
  const order = { topup };
  const key = 'kept';
  expect((await ask(shop.service, 'alice', '/portal/sessions', {}, { key })).status).toBe(404);
  expect(await shop.database.query('select 1 from idempotency_keys')).toEqual([]);
  await shop.database.query(
    "insert into idempotency_keys (caller, key, request_hash, status_code, body) values ('alice', $1, 'of another', 201, '{}')",
    [key],
  );
  for (const [path, body] of [
    ['/portal/sessions', {}],
    ['/checkout/sessions', order],
  ] as const) {
    expect((await ask(shop.service, 'alice', path, body, { key })).body).toMatchObject({
      code: 'idempotency_key_reused',
    });
  }
});
