import { startTestService } from '../../../support/running-service';
import { askToBegin, begin, newUser, readSession, type Shop } from '../../../support/selling';
import { openShopWithCatalogue } from './shop-with-catalogue';

const usd = { currency: 'usd' };
let shop: Shop;

beforeAll(async () => {
  shop = await openShopWithCatalogue();
});

afterAll(() => shop.close());

describe('S20: what cannot be sold is refused with what is seen and what is expected', () => {
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
    const answer = await askToBegin(shop, newUser(), body, { scope: 'accounts:write' });
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
