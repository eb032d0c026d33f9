import { type LocalStripe, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import { pino } from 'pino';
import Stripe from 'stripe';
import { Catalogue } from '../../../service/catalogue/catalogue';
import type { CataloguePrice } from '../../../service/catalogue/schema';
import { Prices } from '../../../service/checkout/prices';
import { StripeClient } from '../../../service/stripe/client';
import { PriceList } from '../../../service/stripe/price-list';
import { stripeKey } from '../../support/running-service';

let localStripe: LocalStripe;
let requests: string[];
let stripe: Stripe;
let control: RemoteControl;

beforeAll(async () => {
  localStripe = await startLocalStripe({ log: (line) => requests.push(line), latencyMillis: 5 });
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  control = new RemoteControl(localStripe.url);
});
beforeEach(() => {
  requests = [];
});
afterAll(() => localStripe.close());

let lookupKeys = 0;
function newTerms(change: Partial<CataloguePrice> = {}): CataloguePrice {
  lookupKeys += 1;
  return {
    lookupKey: `plan-${lookupKeys}`,
    productName: 'Plan',
    currency: 'usd',
    unitAmountMinor: 900,
    ...change,
  };
}

/** The prices of a service that has just started, and so remembers nothing. */
const pricesOf = (...prices: CataloguePrice[]): Prices => pricesAt(Date.now, prices);

function pricesAt(nowMillis: () => number, prices: CataloguePrice[]): Prices {
  return pricesIn(new Catalogue({ prices }, false), nowMillis);
}

function pricesIn(catalogue: Catalogue, nowMillis = Date.now): Prices {
  return new Prices({
    list: new PriceList(new StripeClient(stripeKey, new URL(localStripe.url))),
    catalogue,
    log: pino({ level: 'silent' }),
    nowMillis,
  });
}

const pricesAtStripe = async ({ lookupKey }: CataloguePrice) =>
  (await stripe.prices.list({ product: `tollgate_${lookupKey}`, limit: 100 })).data;

test('S6: a price of the catalogue is made in Stripe when missing, with a product whose id is ours', async () => {
  const terms = newTerms({ recurring: { interval: 'month', intervalCount: 3 } });
  const price = await pricesOf(terms).resolve(terms.lookupKey);
  expect(await stripe.prices.retrieve(price.id, { expand: ['product'] })).toMatchObject({
    active: true,
    currency: 'usd',
    unit_amount: 900,
    lookup_key: terms.lookupKey,
    metadata: { tollgate_lookup_key: terms.lookupKey },
    recurring: { interval: 'month', interval_count: 3 },
    product: { id: `tollgate_${terms.lookupKey}`, name: 'Plan' },
  });
});

test('S6: twenty services that start at once make one product and one price', async () => {
  const terms = newTerms();
  const made = await Promise.all(
    Array.from({ length: 20 }, () => pricesOf(terms).resolve(terms.lookupKey)),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await pricesAtStripe(terms)).toHaveLength(1);
});

test('S6: it is found again by its lookup key, wherever it was made', async () => {
  const terms = newTerms();
  const { id } = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 900,
    lookup_key: terms.lookupKey,
    product_data: { name: 'Made in the dashboard' },
  });
  const found = await pricesOf(terms).resolve(terms.lookupKey);
  expect(found).toMatchObject({ id, product: { name: 'Made in the dashboard' } });
});

test('S6: asked for again within a minute, Stripe is not asked', async () => {
  const terms = newTerms();
  const prices = pricesOf(terms);
  await Promise.all(Array.from({ length: 10 }, () => prices.resolve(terms.lookupKey)));
  const before = requests.length;
  await prices.resolve(terms.lookupKey);
  expect(requests.length).toBe(before);
  expect(before).toBeGreaterThan(0);
});

test.each([
  ['amount', { unitAmountMinor: 1000 }, { unit_amount: 1000 }],
  ['currency', { currency: 'eur' }, { currency: 'eur' }],
  ['interval', { recurring: { interval: 'year' as const } }, { type: 'recurring' }],
])(
  'S6: another %s makes a new price, which takes the key; the old one is archived',
  async (_name, change, expected) => {
    const terms = newTerms();
    const first = await pricesOf(terms).resolve(terms.lookupKey);
    const second = await pricesOf({ ...terms, ...change }).resolve(terms.lookupKey);
    expect(second).toMatchObject({ ...expected, lookup_key: terms.lookupKey, active: true });
    expect(await stripe.prices.retrieve(first.id)).toMatchObject({
      active: false,
      lookup_key: null,
      metadata: { tollgate_lookup_key: terms.lookupKey },
    });
    expect(second.product.id).toBe(first.product.id);
  },
);

test('S6: changed from A to B, back to A and to B again, the price is what was asked for last', async () => {
  const a = newTerms();
  const b = { ...a, unitAmountMinor: 1000 };
  const ids: string[] = [];
  for (const terms of [a, b, a, b, a]) {
    const price = await pricesOf(terms).resolve(terms.lookupKey);
    expect(price).toMatchObject({ unit_amount: terms.unitAmountMinor, active: true });
    expect(await stripe.prices.retrieve(price.id)).toMatchObject({
      active: true,
      lookup_key: a.lookupKey,
    });
    ids.push(price.id);
  }
  expect(new Set(ids).size).toBe(5);
  const active = (await pricesAtStripe(a)).filter((price) => price.active);
  expect(active.map(({ id }) => id)).toEqual([ids[4]]);
});

test.each([
  ['POST', '/v1/products'],
  ['POST', '/v1/prices'],
  ['POST', '/v1/prices/*'],
])('S14: whoever dies after Stripe did %s %s repeats nothing', async (method, path) => {
  const before = newTerms();
  if (path === '/v1/prices/*') await pricesOf(before).resolve(before.lookupKey);
  const terms = path === '/v1/prices/*' ? { ...before, unitAmountMinor: 1000 } : before;
  // Both the call and its repetition by the library lose their answers.
  await control.addFault({ kind: 'lost_answer', method, path, times: 2 });
  await expect(pricesOf(terms).resolve(terms.lookupKey)).rejects.toMatchObject({
    code: 'stripe_unavailable',
  });
  expect(await control.faults()).toEqual([]);
  const price = await pricesOf(terms).resolve(terms.lookupKey);
  const active = (await pricesAtStripe(terms)).filter((each) => each.active);
  expect(active.map(({ id }) => id)).toEqual([price.id]);
  expect(await pricesAtStripe(terms)).toHaveLength(path === '/v1/prices/*' ? 2 : 1);
});

test('S6: an old price that Stripe does not let be archived stands in the way of nothing', async () => {
  const terms = newTerms();
  await pricesOf(terms).resolve(terms.lookupKey);
  // As the original refuses it of the default price of a product.
  await control.addFault({ kind: 'status', status: 400, method: 'POST', path: '/v1/prices/*' });
  const changed = { ...terms, unitAmountMinor: 1000 };
  expect(await pricesOf(changed).resolve(terms.lookupKey)).toMatchObject({ unit_amount: 1000 });
  expect(await control.faults()).toEqual([]);
});

test('S6: a product of ours takes the name that the catalogue gives it now', async () => {
  const terms = newTerms();
  const { product } = await pricesOf(terms).resolve(terms.lookupKey);
  await pricesOf({ ...terms, productName: 'Plan, renamed' }).resolve(terms.lookupKey);
  expect(await stripe.products.retrieve(product.id)).toMatchObject({ name: 'Plan, renamed' });
});

test('S6: a price of the account that is not in the catalogue is found by its id and its key', async () => {
  const { id } = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 500,
    lookup_key: 'elsewhere',
    product_data: { name: 'Elsewhere' },
  });
  expect(await pricesOf().resolve(id)).toMatchObject({ id });
  expect(await pricesOf().resolve('elsewhere')).toMatchObject({ id });
});

test('S6, S20: what is not there is price_unknown, with what is and the nearest', async () => {
  const prices = pricesOf(newTerms({ lookupKey: 'gold' }), newTerms({ lookupKey: 'silver' }));
  await expect(prices.resolve('sliver')).rejects.toMatchObject({
    code: 'price_unknown',
    detail: expect.stringMatching(/sliver.*gold, silver; did you mean silver\?$/),
  });
  await expect(prices.resolve('price_none')).rejects.toMatchObject({ code: 'price_unknown' });
});

test('S6, S20: an archived price, one of an archived product, and a replaced one are price_inactive', async () => {
  const create = (name: string) =>
    stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name } });
  const archived = await create('a');
  await stripe.prices.update(archived.id, { active: false });
  const ofArchived = await create('b');
  await stripe.products.update(String(ofArchived.product), { active: false });
  const terms = newTerms();
  const replaced = await pricesOf(terms).resolve(terms.lookupKey);
  const changed = { ...terms, unitAmountMinor: 1000 };
  await expect(pricesOf(changed).resolve(replaced.id)).rejects.toMatchObject({
    code: 'price_inactive',
    detail: expect.stringContaining(`"price": "${terms.lookupKey}"`),
  });
  await pricesOf(changed).resolve(terms.lookupKey);
  for (const { id } of [archived, ofArchived, replaced]) {
    await expect(pricesOf(changed).resolve(id)).rejects.toMatchObject({ code: 'price_inactive' });
  }
});

test('S6: what failed is asked for again at once', async () => {
  const terms = newTerms();
  const prices = pricesOf(terms);
  await control.addFault({ kind: 'status', status: 500, method: 'GET', times: 2 });
  await expect(prices.resolve(terms.lookupKey)).rejects.toMatchObject({
    code: 'stripe_unavailable',
  });
  expect(await prices.resolve(terms.lookupKey)).toMatchObject({ lookup_key: terms.lookupKey });
});

describe('what cannot be sold', () => {
  let nowMillis: number;
  beforeEach(() => {
    nowMillis = Date.now();
  });
  const prices = () => pricesAt(() => nowMillis, []);
  const asked = () => requests.filter((line) => line.startsWith('GET /v1/prices')).length;
  const refusals = (all: Prices, references: readonly string[]) =>
    Promise.all(
      references.map((reference) =>
        all.resolve(reference).then(
          () => 'sold',
          ({ code }: { code: string }) => code,
        ),
      ),
    );

  test.each(['price_none', 'no-such-key'])(
    'S6: %s is asked for once in some seconds, however often a caller names it',
    async (reference) => {
      const all = prices();
      for (let count = 0; count < 50; count += 1) {
        expect(await refusals(all, [reference, reference])).toEqual(Array(2).fill('price_unknown'));
      }
      expect(asked()).toBe(1);
      nowMillis += 5_000;
      expect(await refusals(all, [reference])).toEqual(['price_unknown']);
      expect(asked()).toBe(2);
    },
  );

  test('S6: a price that was not for sale is sold some seconds after it is', async () => {
    const all = prices();
    const product_data = { name: 'Late' };
    const { id } = await stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data });
    await stripe.prices.update(id, { active: false });
    expect(await refusals(all, [id])).toEqual(['price_inactive']);
    await stripe.prices.update(id, { active: true });
    expect(await refusals(all, [id])).toEqual(['price_inactive']);
    nowMillis += 5_000;
    expect(await all.resolve(id)).toMatchObject({ id });
  });

  test('S6: a thousand wrong names make no price be forgotten, and the oldest of them are', async () => {
    const all = prices();
    const product_data = { name: 'Kept' };
    const { id } = await stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data });
    await all.resolve(id);
    const names = Array.from({ length: 1_001 }, (_, index) => `price_none${index}`);
    for (let from = 0; from < names.length; from += 50) {
      await refusals(all, names.slice(from, from + 50));
    }
    const before = asked();
    await all.resolve(id);
    await refusals(all, names.slice(1));
    expect(asked()).toBe(before);
    await refusals(all, names.slice(0, 1));
    expect(asked()).toBe(before + 1);
  });
});

test('S6: a price of another catalogue is sold at once, and not as it was kept in memory', async () => {
  const terms = newTerms();
  const catalogue = new Catalogue({ prices: [terms] }, false, 'local', [], '1');
  const prices = pricesIn(catalogue);
  expect((await prices.resolve(terms.lookupKey)).unit_amount).toBe(900);
  const added = newTerms();
  await expect(prices.resolve(added.lookupKey)).rejects.toMatchObject({ code: 'price_unknown' });

  catalogue.replace({ prices: [{ ...terms, unitAmountMinor: 1_200 }, added] }, '2');
  expect((await prices.resolve(terms.lookupKey)).unit_amount).toBe(1_200);
  expect((await prices.resolve(added.lookupKey)).unit_amount).toBe(900);
});
