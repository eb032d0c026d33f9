import type Stripe from 'stripe';
import { payOnHostedPage } from '../visitors/buyer';
import {
  closeAll,
  createSession,
  errorOf,
  eventually,
  pageOf,
  type Running,
  start,
} from './running';

let local: Running;
let stripe: Stripe;
let nowMillis = Date.now();

beforeEach(async () => {
  nowMillis = Date.now();
  local = await start({ now: () => new Date(nowMillis) });
  ({ stripe } = local);
});
afterEach(closeAll);

const goodCard = { card: '4242 4242 4242 4242' };

async function typesOldestFirst(): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.map(({ type }) => type).reverse();
}

describe('creating a session', () => {
  test('S4: a session is open, unpaid and for 24 hours, with ids and address like Stripe’s', async () => {
    const session = await createSession(stripe, {
      client_reference_id: 'user_1',
      metadata: { purpose: 'topup' },
    });
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      amount_total: 1000,
      currency: 'usd',
      payment_intent: null,
      client_reference_id: 'user_1',
      metadata: { purpose: 'topup' },
      expires_at: session.created + 24 * 60 * 60,
    });
    expect(session.id).toMatch(/^cs_test_a1\w{56}$/);
    expect(pageOf(session)).toMatch(new RegExp(`^${local.url}/c/pay/${session.id}#fid\\S{80,}$`));
  });

  test('S6: items are counted by price and quantity and can be listed', async () => {
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 1500,
      product_data: { name: 'Package' },
    });
    const { id, amount_total } = await createSession(stripe, {
      line_items: [{ price: price.id, quantity: 2 }],
    });
    expect(amount_total).toBe(3000);
    const items = await stripe.checkout.sessions.listLineItems(id);
    expect(items.data).toMatchObject([
      {
        object: 'item',
        quantity: 2,
        amount_total: 3000,
        description: 'Package',
        price: { id: price.id },
      },
    ]);
  });

  const item = (unitAmount: number, currency = 'usd', quantity = 1) => ({
    quantity,
    price_data: { currency, unit_amount: unitAmount, product_data: { name: 'A' } },
  });
  test.each<[string, Partial<Stripe.Checkout.SessionCreateParams>, object]>([
    [
      'below the minimum',
      { line_items: [item(49)] },
      {
        code: 'amount_too_small',
        message: "The Checkout Session's total amount due must add up to at least $0.50 usd",
      },
    ],
    [
      'below the minimum of yen',
      { line_items: [item(49, 'jpy')] },
      { code: 'amount_too_small', message: expect.stringContaining('at least ¥50 jpy') },
    ],
    [
      'above the maximum',
      { line_items: [item(99_999_999, 'usd', 2)] },
      { code: 'amount_too_large' },
    ],
    [
      'of two currencies',
      { line_items: [item(100), item(100, 'eur')] },
      { message: expect.stringContaining('same currency') },
    ],
    [
      'with a negative amount',
      { line_items: [item(-1)] },
      { code: 'parameter_invalid_integer', param: 'line_items[0][price_data][unit_amount]' },
    ],
    ['without items', { line_items: [] }, { code: 'parameter_missing', param: 'line_items' }],
    [
      'without a quantity',
      {
        line_items: [
          { price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'A' } } },
        ],
      },
      { code: 'parameter_missing', param: 'line_items[0][quantity]' },
    ],
    [
      'with a price that is not there',
      { line_items: [{ price: 'price_none', quantity: 1 }] },
      {
        code: 'resource_missing',
        param: 'line_items[0][price]',
        message: "No such price: 'price_none'",
      },
    ],
    [
      'for a customer that is not there',
      { customer: 'cus_none' },
      { code: 'resource_missing', param: 'customer' },
    ],
    [
      'for a customer and an e-mail',
      { customer: 'cus_1', customer_email: 'a@example.com' },
      { param: 'customer' },
    ],
    [
      'with an address that is none',
      { success_url: 'shop.example/thanks' },
      { code: 'url_invalid', param: 'success_url' },
    ],
    [
      'that ends too soon',
      { expires_at: Math.floor(Date.now() / 1000) + 60 },
      { param: 'expires_at', message: expect.stringContaining('at least 30 minutes') },
    ],
    [
      'that ends too late',
      { expires_at: Math.floor(Date.now() / 1000) + 90_000 },
      { param: 'expires_at', message: expect.stringContaining('less than 24 hours') },
    ],
    [
      'in a mode that is not built',
      { mode: 'setup' },
      { param: 'mode', message: expect.stringContaining('The local Stripe has no') },
    ],
  ])('L2: a session %s is refused and leaves nothing behind', async (_what, change, expected) => {
    const error = await errorOf(createSession(stripe, change));
    expect(error).toMatchObject({ statusCode: 400, ...expected });
    expect(await typesOldestFirst()).toEqual([]);
    expect((await stripe.checkout.sessions.list()).data).toEqual([]);
  });
});

describe('expiring', () => {
  test('L2: an open session can be expired, and its page says so', async () => {
    const session = await createSession(stripe);
    const expired = await stripe.checkout.sessions.expire(session.id);
    expect(expired).toMatchObject({ status: 'expired', url: null });
    expect(await payOnHostedPage(pageOf(session), goodCard)).toEqual({ outcome: 'expired' });
    const again = await errorOf(stripe.checkout.sessions.expire(session.id));
    expect(again.message).toMatch(/has a status of `expired`/);
    expect(await typesOldestFirst()).toContain('checkout.session.expired');
  });

  test('L2: an expired session cannot be paid past its page either', async () => {
    const { id } = await createSession(stripe);
    await stripe.checkout.sessions.expire(id);
    const confirm = stripe.rawRequest('POST', `/v1/payment_pages/${id}/confirm`, {
      payment_method: 'pm_card_visa',
      expected_amount: 1000,
    });
    expect((await errorOf(confirm)).message).toMatch(/no longer open: its status is expired/);
    expect((await stripe.charges.list()).data).toEqual([]);
  });

  test('L2: time expires a session by itself, with an event', async () => {
    const session = await createSession(stripe, {
      expires_at: Math.floor(nowMillis / 1000) + 30 * 60,
    });
    nowMillis += 30 * 60 * 1000 + 1000;
    await eventually('checkout.session.expired', async () =>
      (await typesOldestFirst()).includes('checkout.session.expired') ? true : undefined,
    );
    expect(await payOnHostedPage(pageOf(session), goodCard)).toEqual({ outcome: 'expired' });
  });
});
