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

test('L2: an id that is longer than any names no object, as a shorter one', async () => {
  const id = `price_${'x'.repeat(2_000)}`;
  const error = await errorOf(stripe.prices.retrieve(id));
  expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  expect(error.message).toContain(id);
});

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
