import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '../../../local/stripe/buyer';
import { ledgerOf } from '../../support/checkouts';
import { startTestService } from '../../support/running-service';
import {
  askToBegin,
  begin,
  card,
  deliverEvents,
  newUser,
  openShop,
  readSession,
  type Shop,
  sessionsPath,
} from '../../support/selling';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-selling-'));
const catalogueFile = join(folder, 'catalogue.json');
const completed = 'checkout.session.completed';
const usd = { currency: 'usd' };
let shop: Shop;

beforeAll(async () => {
  const starter = { id: 'starter', name: 'Starter', credits: 1000, ...usd, amountMinor: 1000 };
  writeFileSync(
    catalogueFile,
    JSON.stringify({
      topups: { jpy: { presetsMinor: [100, 500], minimumMinor: 100, maximumMinor: 10_000 } },
      packages: [starter, { ...starter, id: 'basic', name: 'Basic', credits: 5500 }],
      prices: [
        { lookupKey: 'boost', productName: 'Boost', ...usd, unitAmountMinor: 250, credits: 40 },
        {
          lookupKey: 'club',
          productName: 'Club',
          ...usd,
          unitAmountMinor: 900,
          recurring: { interval: 'month' },
          credits: 100,
          entitlements: ['club'],
        },
      ],
    }),
  );
  shop = await openShop({ CATALOGUE_FILE: catalogueFile, STRIPE_CURRENCY: 'usd,jpy' });
});

afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

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
  const { id, url } = await begin(shop, userId, { item });
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

describe('S20: what can not be sold is refused with what is seen and what is expected', () => {
  const topup = { amountMinor: 1000, currency: 'usd' };
  const item = { reference: 'x', amountMinor: 100, currency: 'usd' };

  test.each([
    ['nothing', {}, 400, 'validation_failed', /has none of topup, .*; expected exactly one/],
    ['two things', { topup, package: 'starter' }, 400, 'validation_failed', /topup and package/],
    ['null and a thing', { topup: null, price: 'boost' }, 400, 'validation_failed', /and price/],
    ['many packages', { package: 'basic', quantity: 2 }, 400, 'validation_failed', /price alone/],
    ['no pieces', { price: 'boost', quantity: 0 }, 400, 'validation_failed', /quantity/],
    ['half a piece', { price: 'boost', quantity: 1.5 }, 400, 'validation_failed', /quantity/],
    ['a package by number', { package: 1 }, 400, 'validation_failed', /package/],
    ['an item of nothing', { item: { ...item, reference: '' } }, 400, 'validation_failed', /item/],
    ['an odd item', { item: { ...item, reference: 'a\u0000' } }, 400, 'validation_failed', /item/],
    [
      'an unknown package',
      { package: 'stater' },
      422,
      'package_unknown',
      /no package stater; expected starter, basic; did you mean starter\?/,
    ],
    ['an unknown price', { price: 'bost' }, 422, 'price_unknown', /did you mean boost\?/],
    [
      'an item in another currency',
      { item: { ...item, currency: 'eur' } },
      422,
      'currency_not_supported',
      /eur; expected usd, jpy/,
    ],
    ['an item for 0.49', { item: { ...item, amountMinor: 49 } }, 422, 'amount_below_minimum', /49/],
    [
      "a top-up below the catalogue's bounds",
      { topup: { amountMinor: 99, currency: 'jpy' } },
      422,
      'amount_below_minimum',
      /99 JPY.*100 JPY to 10000 JPY/,
    ],
    [
      "a top-up above the catalogue's bounds",
      { topup: { amountMinor: 10_001, currency: 'jpy' } },
      422,
      'amount_above_maximum',
      /10001/,
    ],
  ])('%s', async (_name, body, status, code, detail) => {
    const answer = await askToBegin(shop, newUser(), body);
    expect(answer).toMatchObject({ status });
    expect(answer.body.code).toBe(code);
    expect(String(answer.body.detail)).toMatch(detail);
  });

  test('more of a price than one charge may come to', async () => {
    const { id: price } = await shop.stripe.prices.create({
      ...usd,
      unit_amount: 10_000_000,
      product_data: { name: 'Dear' },
    });
    expect(await askToBegin(shop, newUser(), { price, quantity: 10 })).toMatchObject({
      status: 422,
      body: { code: 'amount_above_maximum' },
    });
  });

  test('CHECKOUT=off sells nothing new, and all else goes on', async () => {
    const userId = newUser();
    const { id } = await begin(shop, userId, { topup });
    const closed = await startTestService(shop.database.url, {
      STRIPE_API_BASE: shop.localStripe.url,
      CHECKOUT: 'off',
    });
    expect(await askToBegin(shop, userId, { topup }, { url: closed.url })).toMatchObject({
      status: 503,
      body: { code: 'checkout_disabled' },
    });
    expect(await readSession({ service: closed }, id, userId)).toMatchObject({ status: 'open' });
    await closed.stop();
  });
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

test.each([
  ['POST', '/v1/customers', 'rak_customer_write', { topup: { amountMinor: 500, ...usd } }],
  ['POST', '/v1/checkout/sessions', 'rak_checkout_session_write', { package: 'starter' }],
  ['GET', '/v1/prices', 'rak_price_read', { price: 'never-made' }],
])(
  'S21: a restricted key that lacks the permission for %s %s: the log names it',
  async (method, path, permission, body) => {
    await shop.control.addFault({ kind: 'status', status: 403, method, path });
    const lines: string[] = [];
    const other = await startTestService(
      shop.database.url,
      {
        STRIPE_API_BASE: shop.localStripe.url,
        STRIPE_SECRET_KEY: 'rk_test_tollgateTests000000000000',
        LOG_LEVEL: 'error',
      },
      lines,
    );
    const answer = await askToBegin(shop, newUser(), body, { url: other.url });
    expect(answer).toMatchObject({ status: 503, body: { code: 'stripe_permission_missing' } });
    expect(lines.join('')).toContain(`grant ${permission} to the key`);
    expect(lines.join('')).not.toContain('rk_test_tollgateTests000000000000');
    await other.stop();
  },
);
