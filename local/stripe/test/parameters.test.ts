import type Stripe from 'stripe';
import { closeAll, errorOf, start } from './running';

let stripe: Stripe;

beforeAll(async () => {
  ({ stripe } = await start());
});
afterAll(closeAll);

describe('parameters', () => {
  /** Sends what stripe-node's types would not let through. */
  const post = (path: string, params: object) => errorOf(stripe.rawRequest('POST', path, params));

  test.each<[string, string, object, object]>([
    [
      'one that it has not',
      '/v1/customers',
      { colour: 'red' },
      { code: 'parameter_unknown', param: 'colour', message: 'Received unknown parameter: colour' },
    ],
    [
      'one inside another',
      '/v1/checkout/sessions',
      { line_items: [{ cost: 1 }] },
      { code: 'parameter_unknown', param: 'line_items[0][cost]' },
    ],
    [
      'none where one is due',
      '/v1/products',
      {},
      { code: 'parameter_missing', param: 'name', message: 'Missing required param: name.' },
    ],
    [
      'a text for a number',
      '/v1/payment_intents',
      { amount: '12.5', currency: 'usd' },
      { code: 'parameter_invalid_integer', param: 'amount', message: 'Invalid integer: 12.5' },
    ],
    [
      'a number for a truth',
      '/v1/products',
      { name: 'a', active: 1 },
      { param: 'active', message: 'Invalid boolean: 1' },
    ],
    [
      'an empty text that cannot be unset',
      '/v1/products',
      { name: '' },
      { code: 'parameter_invalid_empty', param: 'name' },
    ],
    [
      'a text for a list',
      '/v1/checkout/sessions',
      { line_items: 'x' },
      { param: 'line_items', message: 'Invalid array' },
    ],
    [
      'a text for an object',
      '/v1/customers',
      { shipping: 'x' },
      { param: 'shipping', message: 'Invalid object' },
    ],
    [
      'a value of no choice',
      '/v1/checkout/sessions',
      { mode: 'gift' },
      { param: 'mode', message: 'Invalid mode: must be one of payment, setup, or subscription' },
    ],
    [
      'a currency of no country',
      '/v1/payment_intents',
      { amount: 100, currency: 'xxx' },
      {
        param: 'currency',
        message: expect.stringMatching(/^Invalid currency: xxx\. Stripe currently supports/),
      },
    ],
    [
      'an address without a scheme',
      '/v1/webhook_endpoints',
      { url: 'shop.example', enabled_events: ['*'] },
      { code: 'url_invalid', param: 'url' },
    ],
    [
      'an e-mail address that is none',
      '/v1/customers',
      { email: 'jenny' },
      { code: 'email_invalid', param: 'email' },
    ],
    [
      'a text that is too long',
      '/v1/customers',
      { description: 'x'.repeat(5001) },
      { param: 'description' },
    ],
    [
      'metadata that is too long',
      '/v1/customers',
      { metadata: { a: 'x'.repeat(501) } },
      { param: 'metadata[a]' },
    ],
    [
      'a metadata key that is too long',
      '/v1/customers',
      { metadata: { ['a'.repeat(41)]: 'x' } },
      { param: `metadata[${'a'.repeat(41)}]` },
    ],
    [
      'too little money',
      '/v1/payment_intents',
      { amount: 49, currency: 'usd' },
      { code: 'amount_too_small', param: 'amount', message: 'Amount must be at least $0.50 usd' },
    ],
    [
      'too much money',
      '/v1/payment_intents',
      { amount: 100_000_000, currency: 'usd' },
      { code: 'amount_too_large', param: 'amount' },
    ],
    [
      'a customer that is not there',
      '/v1/payment_intents',
      { amount: 100, currency: 'usd', customer: 'cus_1' },
      { code: 'resource_missing', param: 'customer', message: "No such customer: 'cus_1'" },
    ],
  ])('L2: %s is refused by name', async (_what, path, params, expected) => {
    const error = await post(path, params);
    expect(error).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      ...expected,
    });
    expect(error.requestId).toMatch(/^req_/);
    if (error.code) {
      expect(error.doc_url).toBe(
        `https://docs.stripe.com/error-codes#${error.code.replaceAll('_', '-')}`,
      );
    }
  });

  test('metadata is counted in characters, of which an emoji is one', async () => {
    const whole = await stripe.customers.create({ metadata: { a: '😀'.repeat(500) } });
    expect(whole.metadata).toEqual({ a: '😀'.repeat(500) });
    expect(await post('/v1/customers', { metadata: { a: '😀'.repeat(501) } })).toMatchObject({
      param: 'metadata[a]',
    });
  });

  test.each([
    ['/v1/customers/cus_1', 'id', "No such customer: 'cus_1'"],
    ['/v1/checkout/sessions/cs_test_1', 'session', "No such checkout.session: 'cs_test_1'"],
    ['/v1/payment_intents/pi_1', 'intent', "No such payment_intent: 'pi_1'"],
    ['/v1/charges/ch_1', 'id', "No such charge: 'ch_1'"],
    ['/v1/events/evt_1', 'id', "No such event: 'evt_1'"],
    ['/v1/products/prod_1', 'id', "No such product: 'prod_1'"],
    ['/v1/prices/price_1', 'price', "No such price: 'price_1'"],
    ['/v1/webhook_endpoints/we_1', 'webhook_endpoint', "No such webhook endpoint: 'we_1'"],
    ['/v1/payment_methods/pm_1', 'payment_method', "No such PaymentMethod: 'pm_1'"],
  ])('L2: GET %s of nothing is answered 404', async (path, param, message) => {
    const error = await errorOf(stripe.rawRequest('GET', path));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing', param, message });
  });
});
