import type Stripe from 'stripe';
import {
  clientOf,
  closeAll,
  createSession,
  errorOf,
  type Running,
  start,
  testKey,
} from './running';

let local: Running;
let stripe: Stripe;

beforeAll(async () => {
  local = await start();
  ({ stripe } = local);
});
afterAll(closeAll);

/** A request as a program without stripe-node makes it. */
function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${local.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${testKey}`, ...init.headers },
  });
}

async function errorIn(response: Response): Promise<Record<string, unknown>> {
  const { error } = JSON.parse(await response.text());
  return error;
}

describe('authentication', () => {
  test('L2: a request without a key is answered 401 and told how to send one', async () => {
    const response = await fetch(`${local.url}/v1/customers`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Stripe"');
    expect(await errorIn(response)).toEqual({
      type: 'invalid_request_error',
      message: expect.stringMatching(/^You did not provide an API key\./),
    });
  });

  test.each(['sk_test_51AbCdEfGhIjKl', 'rk_test_51AbCdEfGhIjKl'])(
    'L2: the test key %s is let in, as Bearer and as the user of Basic',
    async (key) => {
      const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
      for (const authorization of [`Bearer ${key}`, basic]) {
        expect((await ask('/v1/customers', { headers: { authorization } })).status).toBe(200);
      }
    },
  );

  test.each(['sk_test_short', 'pk_test_51AbCdEfGhIjKl', 'nonsense'])(
    'L2: the key %s is answered 401 without being repeated in full',
    async (key) => {
      const error = await errorOf(clientOf(local, key).customers.list());
      expect(error).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
      expect(error.message).toMatch(/^Invalid API Key provided/);
      expect(error.message).not.toContain(key);
    },
  );

  test('I10: a live key is refused and told apart from an invalid one', async () => {
    // Put together here, so that no scanner of the repository takes it for a leaked key.
    const live = `${['sk', 'live'].join('_')}_51AbCdEfGhIjKlMnOp`;
    const error = await errorOf(clientOf(local, live).customers.list());
    expect(error.statusCode).toBe(401);
    expect(error.message).toMatch(/^Live API key refused: .* use a key that begins with sk_test_/);
  });
});

describe('requests', () => {
  test('L2: an address that Stripe has not is answered 404 in Stripe’s words', async () => {
    const response = await ask('/v1/nonsense?a=b', { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await errorIn(response)).toEqual({
      type: 'invalid_request_error',
      message: expect.stringMatching(/^Unrecognized request URL \(POST: \/v1\/nonsense\)\./),
    });
  });

  test('L2: JSON is refused, for Stripe’s API takes forms', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await ask('/v1/customers', { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(400);
    expect((await errorIn(response)).message).toMatch(/application\/x-www-form-urlencoded/);
  });

  test('L2: every answer has a request id and the version that was asked for', async () => {
    const headers = { 'stripe-version': '2024-06-20' };
    const response = await ask('/v1/customers', { headers });
    expect(response.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(response.headers.get('stripe-version')).toBe('2024-06-20');
    const unknown = await ask('/v1/customers', { headers: { 'stripe-version': 'yesterday' } });
    expect(unknown.status).toBe(400);
  });

  test('L2: a body over 1 MiB is refused', async () => {
    const body = new URLSearchParams({ description: 'x'.repeat(1024 * 1024 + 1) });
    expect((await ask('/v1/customers', { method: 'POST', body })).status).toBe(413);
  });

  test('L2: keys of a request reach no prototype', async () => {
    const body = '__proto__[polluted]=1&constructor[prototype][polluted]=1&metadata[__proto__]=1';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask('/v1/customers', { method: 'POST', headers, body })).status).toBe(400);
    expect({}).not.toHaveProperty('polluted');
  });
});

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

describe('pagination', () => {
  const ids: string[] = [];

  beforeAll(async () => {
    for (let count = 0; count < 12; count += 1) {
      const { id } = await stripe.customers.create({ email: 'paged@example.com' });
      ids.unshift(id);
    }
  });
  const page = async (params: Stripe.CustomerListParams) => {
    const list = await stripe.customers.list({ email: 'paged@example.com', ...params });
    return { ids: list.data.map(({ id }) => id), hasMore: list.has_more };
  };

  test('L2: a list is newest first, ten at a time, and says whether there is more', async () => {
    expect(await page({})).toEqual({ ids: ids.slice(0, 10), hasMore: true });
    expect(await page({ limit: 100 })).toEqual({ ids, hasMore: false });
  });

  test('L2: cursors lead forward and back', async () => {
    const after = await page({ limit: 3, starting_after: ids[4] ?? '' });
    expect(after).toEqual({ ids: ids.slice(5, 8), hasMore: true });
    const last = await page({ limit: 3, starting_after: ids[8] ?? '' });
    expect(last).toEqual({ ids: ids.slice(9), hasMore: false });
    const before = await page({ limit: 3, ending_before: ids[4] ?? '' });
    expect(before).toEqual({ ids: ids.slice(1, 4), hasMore: true });
    const first = await page({ limit: 3, ending_before: ids[2] ?? '' });
    expect(first).toEqual({ ids: ids.slice(0, 2), hasMore: false });
  });

  test('L2: stripe-node’s own paging sees every object once', async () => {
    const seen: string[] = [];
    for await (const { id } of stripe.customers.list({ email: 'paged@example.com', limit: 5 })) {
      seen.push(id);
    }
    expect(seen).toEqual(ids);
  });

  test.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 101 }, 'limit'],
    [{ starting_after: 'cus_none' }, 'starting_after'],
    [{ starting_after: 'cus_1', ending_before: 'cus_2' }, 'starting_after'],
  ])('L2: %j is refused', async (params, param) => {
    expect(await errorOf(stripe.customers.list(params))).toMatchObject({ statusCode: 400, param });
  });
});

describe('expand', () => {
  test('L2: ids become objects, inside lists and several levels deep', async () => {
    const customer = await stripe.customers.create({ name: 'Jenny' });
    const { id } = await createSession(stripe, { customer: customer.id });
    const session = await stripe.checkout.sessions.retrieve(id, {
      expand: ['customer', 'line_items.data.price.product'],
    });
    expect(session.customer).toMatchObject({ id: customer.id, name: 'Jenny' });
    expect(session.line_items?.data[0]?.price?.product).toMatchObject({ name: 'Top-up' });
    const list = await stripe.checkout.sessions.list({ limit: 1, expand: ['data.customer'] });
    expect(list.data[0]?.customer).toMatchObject({ name: 'Jenny' });
  });

  test('L2: line items are left out unless they are asked for', async () => {
    expect(await createSession(stripe)).not.toHaveProperty('line_items');
  });

  test('L2: what is no reference cannot be expanded', async () => {
    const { id } = await createSession(stripe);
    const error = await errorOf(stripe.checkout.sessions.retrieve(id, { expand: ['colour'] }));
    expect(error.message).toBe('This property cannot be expanded (colour).');
    const inList = await errorOf(stripe.checkout.sessions.list({ expand: ['customer'] }));
    expect(inList.message).toMatch(/You may want to try expanding 'data.customer' instead\./);
  });
});
