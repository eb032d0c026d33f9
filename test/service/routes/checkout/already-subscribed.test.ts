import { randomUUID } from 'node:crypto';
import { newUser, type Shop } from '../../../support/selling';
import { ask } from '../../../support/spending';
import { openShopWithCatalogue } from './shop-with-catalogue';

let shop: Shop;
beforeAll(async () => {
  shop = await openShopWithCatalogue();
});
afterAll(() => shop.close());

/** A subscriber to a price by its lookup key, or to the price of this id. */
async function subscriber(status: string, item: object): Promise<string> {
  const userId = newUser();
  const items = JSON.stringify([
    { lookupKey: null, priceId: 'price_old', quantity: 1, currentPeriodEnd: 0, ...item },
  ]);
  await shop.database.query(
    `insert into subscriptions (subscription_id, customer_id, user_id, status, items,
       cancel_at_period_end, paused, revision) values ($1, 'cus_1', $2, $3, $4, false, false, 1)`,
    [`sub_${userId}`, userId, status, items],
  );
  return userId;
}

const sell = (userId: string, body: object, key: string = randomUUID()) =>
  ask(shop.service, userId, '/checkout/sessions', body, { key });

test.each(['active', 'trialing', 'past_due', 'unpaid', 'paused'])(
  'S12: what a user is subscribed to, and is %s, is not sold again unless that is asked for',
  async (status) => {
    const userId = await subscriber(status, { lookupKey: 'club' });
    const key = randomUUID();
    expect(await sell(userId, { price: 'club' }, key)).toMatchObject({
      status: 409,
      body: { code: 'already_subscribed', subscriptionId: `sub_${userId}` },
    });
    expect(
      await shop.database.query('select 1 from idempotency_keys where key = $1', [key]),
    ).toEqual([]);
    expect((await sell(userId, { price: 'club', again: false })).status).toBe(409);
    expect((await sell(userId, { price: 'club', again: true })).status).toBe(201);
  },
);

test.each([
  ['a subscription that has ended', 'canceled', { lookupKey: 'club' }],
  ['a first payment that was never made', 'incomplete', { lookupKey: 'club' }],
  ['another membership', 'active', { lookupKey: 'gym' }],
  ['another price without a name', 'active', {}],
])('S12: %s keeps nobody from subscribing', async (_name, status, item) => {
  const userId = await subscriber(status, item);
  expect((await sell(userId, { price: 'club' })).status).toBe(201);
});

test('S12: the same by the id of the price, and a price that is paid once is sold as often as one likes', async () => {
  const found = await shop.stripe.prices.list({ lookup_keys: ['club'] });
  const priceId = found.data[0]?.id ?? '';
  const userId = await subscriber('active', { priceId });
  for (const price of ['club', priceId]) {
    expect((await sell(userId, { price })).body).toMatchObject({ code: 'already_subscribed' });
  }
  for (let time = 0; time < 2; time += 1) {
    expect((await sell(userId, { price: 'boost' })).status).toBe(201);
  }
});

test('S20: again is taken with a price alone', async () => {
  expect(await sell(newUser(), { package: 'basic', again: true })).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('again beside package') },
  });
});

test('S20: what Stripe refuses of an order is the order, and no failure of ours', async () => {
  const price = await shop.stripe.prices.create({
    currency: 'usd',
    unit_amount: 90_000_000,
    recurring: { interval: 'month' },
    product_data: { name: 'Huge' },
  });
  expect(await sell(newUser(), { price: price.id, quantity: 10_000 })).toMatchObject({
    status: 422,
    body: { code: 'amount_above_maximum' },
  });
  const small = await shop.stripe.prices.create({
    currency: 'usd',
    unit_amount: 1,
    recurring: { interval: 'month' },
    product_data: { name: 'Tiny' },
  });
  const userId = newUser();
  expect(await sell(userId, { price: small.id })).toMatchObject({
    status: 422,
    body: { code: 'order_rejected', detail: expect.stringContaining('amount_too_small') },
  });
  // Nothing is left of it, and the same user buys something else.
  const rows = 'select 1 from checkouts where user_id = $1';
  expect(await shop.database.query(rows, [userId])).toEqual([]);
  expect((await sell(userId, { package: 'basic' })).status).toBe(201);
});
