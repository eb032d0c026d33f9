import { payOnHostedPage } from '@tollgate/local-stripe';
import { ledgerOf } from '../../../support/checkouts';
import {
  askToBegin,
  begin,
  card,
  deliverEvents,
  newUser,
  readSession,
  type Shop,
  sessionsPath,
} from '../../../support/selling';
import { openShopWithCatalogue } from './shop-with-catalogue';

const completed = 'checkout.session.completed';
const usd = { currency: 'usd' };
let shop: Shop;

beforeAll(async () => {
  shop = await openShopWithCatalogue();
});

afterAll(() => shop.close());

const atStripe = (id: string) =>
  shop.stripe.checkout.sessions.retrieve(id, { expand: ['line_items'] });
const lastMessage = async (userId: string) =>
  shop.database.query<{ type: string; data: object }>(
    'select type, data from outbox where user_id = $1 order by position',
    [userId],
  );

test('S5: a package is sold at its price and grants its credits', async () => {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { package: 'starter' });
  expect(await atStripe(id)).toMatchObject({
    mode: 'payment',
    amount_total: 1000,
    currency: 'usd',
    line_items: { data: [{ description: 'Starter: 1,000 credits', quantity: 1 }] },
  });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, completed, id);
  await deliverEvents(shop, completed, id);
  expect(await ledgerOf(shop.database, userId)).toEqual({
    balances: [{ unit: 'credits', amount_minor: 1000n }],
    sums: [{ unit: 'credits', amount_minor: 1000n }],
    transfers: 1,
  });
  expect(await readSession(shop, id, userId)).toMatchObject({
    kind: 'package',
    reference: 'starter',
    paymentStatus: 'paid',
    amountMinor: 1000,
  });
});

test('S6: a price is sold by its lookup key, as often as asked for', async () => {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { price: 'boost', quantity: 3 });
  expect(await atStripe(id)).toMatchObject({
    mode: 'payment',
    amount_total: 750,
    line_items: { data: [{ quantity: 3, price: { lookup_key: 'boost', unit_amount: 250 } }] },
  });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, completed, id);
  expect(await ledgerOf(shop.database, userId)).toMatchObject({
    balances: [{ unit: 'credits', amount_minor: 120n }],
  });
  expect(await lastMessage(userId)).toMatchObject([
    { type: 'checkout.completed', data: { kind: 'price', reference: 'boost', quantity: 3 } },
    { type: 'balance.credited', data: { unit: 'credits', amountMinor: 120 } },
  ]);
});

test('S6: a price of the account that is not in the catalogue is sold by its id', async () => {
  const userId = newUser();
  const { id: price } = await shop.stripe.prices.create({
    ...usd,
    unit_amount: 4200,
    product_data: { name: 'Elsewhere' },
  });
  const { id, url } = await begin(shop, userId, { price });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, completed, id);
  expect(await readSession(shop, id, userId)).toMatchObject({
    reference: price,
    paymentStatus: 'paid',
    amountMinor: 4200,
  });
  expect(await ledgerOf(shop.database, userId)).toMatchObject({ balances: [] });
});

test('S6: a recurring price begins a subscription that knows its user and its checkout', async () => {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { price: 'club' });
  expect(await atStripe(id)).toMatchObject({ mode: 'subscription', payment_intent: null });
  await payOnHostedPage(url, card);
  const { subscription } = await atStripe(id);
  expect(await shop.stripe.subscriptions.retrieve(String(subscription))).toMatchObject({
    metadata: { tollgate_user_id: userId, tollgate_checkout_id: expect.any(String) },
  });
  await deliverEvents(shop, completed, id);
  expect(await readSession(shop, id, userId)).toMatchObject({
    paymentStatus: 'paid',
    amountMinor: null,
  });
});

test('S7: an item is sold by reference, and the host application is told of it', async () => {
  const userId = newUser();
  const item = { reference: 'message-4711', amountMinor: 200, currency: 'USD', name: 'Unlock' };
  const { id, url } = await begin(shop, userId, { item }, { scope: 'accounts:write' });
  expect(await atStripe(id)).toMatchObject({
    amount_total: 200,
    line_items: { data: [{ description: 'Unlock' }] },
  });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, completed, id);
  expect(await lastMessage(userId)).toMatchObject([
    {
      type: 'checkout.completed',
      data: { kind: 'item', reference: 'message-4711', amountMinor: 200, currency: 'usd' },
    },
  ]);
  expect(await ledgerOf(shop.database, userId)).toMatchObject({ balances: [] });
});

test('S4, S5, S6: GET /v1/catalogue shows what is for sale to anybody with a token', async () => {
  const answer = await shop.service.get('/v1/catalogue', newUser());
  expect(await answer.json()).toMatchObject({
    topups: [
      { currency: 'usd', presetsMinor: [], minimumMinor: 50, maximumMinor: 99_999_999 },
      { currency: 'jpy', presetsMinor: [100, 500], minimumMinor: 100, maximumMinor: 10_000 },
    ],
    packages: [{ id: 'starter', credits: 1000 }, { id: 'basic' }],
    prices: [{ lookupKey: 'boost' }, { lookupKey: 'club', recurring: { interval: 'month' } }],
  });
  expect((await fetch(`${shop.service.url}/v1/catalogue`)).status).toBe(401);
});

test('S12: every POST under /v1 says in /openapi.json that it takes an Idempotency-Key', async () => {
  const description = (await (await fetch(`${shop.service.url}/openapi.json`)).json()) as {
    paths: Record<string, { post?: { parameters?: object[]; responses: Record<string, object> } }>;
  };
  const posts = Object.entries(description.paths).flatMap(([path, { post }]) =>
    post !== undefined && path.startsWith('/v1/') ? [{ path, ...post }] : [],
  );
  expect(posts.map(({ path }) => path)).toContain(sessionsPath);
  for (const { path, parameters, responses } of posts) {
    expect([path, parameters]).toEqual([
      path,
      expect.arrayContaining([expect.objectContaining({ in: 'header', name: 'idempotency-key' })]),
    ]);
    for (const [status, code] of [
      ['409', 'idempotency_key_in_use'],
      ['422', 'idempotency_key_reused'],
    ] as const) {
      expect([path, responses[status]]).toEqual([
        path,
        expect.objectContaining({ description: expect.stringContaining(code) }),
      ]);
    }
  }
});

describe('S9: acting for a user', () => {
  const topup = { amountMinor: 1000, currency: 'usd' };

  test('a token with accounts:write begins a checkout for the user whom it names', async () => {
    const userId = newUser();
    const asking = { scope: 'accounts:write', query: `?userId=${userId}` };
    const { id } = await begin(shop, 'host-application', { topup }, asking);
    expect(await atStripe(id)).toMatchObject({ metadata: { tollgate_user_id: userId } });
    expect(await readSession(shop, id, userId)).toMatchObject({ status: 'open' });
    expect(await readSession(shop, id, 'host-application')).toMatchObject({ status: 404 });
  });

  test('one without it may not', async () => {
    const answer = await askToBegin(shop, newUser(), { topup }, { query: '?userId=victim' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
  });
});
