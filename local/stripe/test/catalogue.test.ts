import type Stripe from 'stripe';
import { closeAll, errorOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;

beforeEach(async () => {
  local = await start();
  ({ stripe } = local);
});
afterEach(closeAll);

async function types(): Promise<string[]> {
  const { data } = await stripe.events.list();
  return data.map(({ type }) => type).reverse();
}

test('L2: products are created, found, changed and listed, and say so by events', async () => {
  const product = await stripe.products.create({
    id: 'starter',
    name: 'Starter',
    description: 'A thousand credits',
    metadata: { credits: '1000', note: 'x' },
  });
  expect(product).toMatchObject({
    id: 'starter',
    object: 'product',
    active: true,
    livemode: false,
  });
  const changed = await stripe.products.update('starter', {
    active: false,
    description: '',
    metadata: { note: '', tier: '1' },
  });
  expect(changed).toMatchObject({ active: false, description: null, name: 'Starter' });
  expect(changed.metadata).toEqual({ credits: '1000', tier: '1' });
  expect(await stripe.products.retrieve('starter')).toMatchObject({ active: false });
  expect((await stripe.products.list({ active: true })).data).toEqual([]);
  expect((await stripe.products.list({ ids: ['starter'] })).data).toHaveLength(1);
  expect(await types()).toEqual(['product.created', 'product.updated']);
  const again = await errorOf(stripe.products.create({ id: 'starter', name: 'Other' }));
  expect(again).toMatchObject({ code: 'resource_already_exists', param: 'id' });
});

test('L2: an update sends the old values along, and the object as it was then', async () => {
  const { id } = await stripe.customers.create({ name: 'Jenny' });
  await stripe.customers.update(id, { name: 'Jennifer' });
  const { data } = await stripe.events.list({ type: 'customer.*' });
  expect(data.map(({ type }) => type)).toEqual(['customer.updated', 'customer.created']);
  expect(data[0]?.data).toMatchObject({
    object: { name: 'Jennifer' },
    previous_attributes: { name: 'Jenny' },
  });
  expect(data[1]?.data.object).toMatchObject({ name: 'Jenny' });
});

test('S6: a price is found by its lookup key, which moves to another by transfer alone', async () => {
  const create = (more: Partial<Stripe.PriceCreateParams> = {}) =>
    stripe.prices.create({
      currency: 'USD',
      unit_amount: 4500,
      product_data: { name: 'Basic' },
      lookup_key: 'credits_basic',
      ...more,
    });
  const first = await create();
  expect(first).toMatchObject({
    object: 'price',
    currency: 'usd',
    type: 'one_time',
    unit_amount: 4500,
  });
  expect(first.unit_amount_decimal?.toString()).toBe('4500');
  const found = async () =>
    (await stripe.prices.list({ lookup_keys: ['credits_basic'], active: true })).data[0]?.id;
  expect(await found()).toBe(first.id);
  expect(await errorOf(create())).toMatchObject({
    param: 'lookup_key',
    message: `A price (\`${first.id}\`) already uses that lookup key.`,
  });
  const second = await create({ transfer_lookup_key: true });
  expect(await found()).toBe(second.id);
  expect(await stripe.prices.retrieve(first.id)).toMatchObject({ lookup_key: null });
  await stripe.prices.update(first.id, { lookup_key: 'credits_basic', transfer_lookup_key: true });
  expect(await found()).toBe(first.id);
});

test('L2: a refused price leaves no product behind', async () => {
  await stripe.prices.create({
    currency: 'usd',
    unit_amount: 100,
    product_data: { name: 'First' },
    lookup_key: 'taken',
  });
  const refused = stripe.prices.create({
    currency: 'usd',
    unit_amount: 100,
    product_data: { name: 'Second' },
    lookup_key: 'taken',
  });
  await errorOf(refused);
  expect((await stripe.products.list()).data.map(({ name }) => name)).toEqual(['First']);
});

test('L2: a price needs a product, one that exists and is active', async () => {
  const create = (more: Partial<Stripe.PriceCreateParams>) =>
    errorOf(stripe.prices.create({ currency: 'usd', unit_amount: 100, ...more }));
  expect(await create({})).toMatchObject({ code: 'parameter_missing', param: 'product' });
  expect(await create({ product: 'prod_none' })).toMatchObject({
    code: 'resource_missing',
    param: 'product',
    statusCode: 400,
  });
  const { id } = await stripe.products.create({ name: 'Old', active: false });
  expect((await create({ product: id })).message).toMatch(/is marked as inactive/);
});

test('L2: recurring prices are kept as such', async () => {
  const { id } = await stripe.products.create({ name: 'Plan' });
  const price = await stripe.prices.create({
    currency: 'jpy',
    unit_amount: 500,
    product: id,
    recurring: { interval: 'month' },
  });
  expect(price).toMatchObject({
    type: 'recurring',
    recurring: { interval: 'month', interval_count: 1 },
  });
  expect((await stripe.prices.list({ product: id, type: 'recurring' })).data).toHaveLength(1);
  const recurring = async (interval: 'month' | 'year') =>
    (await stripe.prices.list({ recurring: { interval } })).data.map((found) => found.id);
  expect(await recurring('month')).toEqual([price.id]);
  expect(await recurring('year')).toEqual([]);
});

test('S10: customers are created, changed, found by e-mail and deleted', async () => {
  const customer = await stripe.customers.create({
    email: 'jenny@example.com',
    metadata: { user_id: 'u1' },
    address: { country: 'DE', city: 'Berlin' },
  });
  expect(customer.id).toMatch(/^cus_\w{14}$/);
  expect(customer).toMatchObject({
    object: 'customer',
    address: { country: 'DE', city: 'Berlin', line1: null },
    metadata: { user_id: 'u1' },
  });
  await stripe.customers.create({ email: 'Jenny@example.com' });
  const found = await stripe.customers.list({ email: 'jenny@example.com' });
  expect(found.data.map(({ id }) => id)).toEqual([customer.id]);

  expect(await stripe.customers.del(customer.id)).toEqual(
    expect.objectContaining({ id: customer.id, object: 'customer', deleted: true }),
  );
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
  expect(await errorOf(stripe.customers.update(customer.id, { name: 'x' }))).toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
  expect(await types()).toEqual(['customer.created', 'customer.created', 'customer.deleted']);
});

test('L2: lists can be narrowed to a range of time', async () => {
  const now = Math.floor(Date.now() / 1000);
  await stripe.customers.create({});
  expect(
    (await stripe.customers.list({ created: { gte: now - 60, lt: now + 60 } })).data,
  ).toHaveLength(1);
  expect((await stripe.customers.list({ created: { gt: now + 60 } })).data).toEqual([]);
  expect((await stripe.customers.list({ created: now - 3600 })).data).toEqual([]);
});
