import { closeAll, errorOf, type Running, start, testKey } from './running';

let local: Running;
let nowMillis = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  local = await start({ latencyMillis: 30, now: () => new Date(nowMillis) });
});
afterAll(closeAll);

/** A POST as it goes over the wire, so that the headers of the answer can be seen. */
function post(
  path: string,
  key: string,
  fields: Record<string, string>,
  { url } = local,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'idempotency-key': key },
    body: new URLSearchParams(fields),
  });
}

test('L2: the same request under the same key is answered the same and done once', async () => {
  const first = await post('/v1/customers', 'once', { name: 'Jenny' });
  const second = await post('/v1/customers', 'once', { name: 'Jenny' });
  expect(await second.text()).toBe(await first.text());
  expect(first.headers.get('idempotent-replayed')).toBeNull();
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
  expect(second.headers.get('idempotency-key')).toBe('once');
  const events = await local.stripe.events.list({ type: 'customer.created' });
  expect(events.data).toHaveLength(1);
  expect(events.data[0]?.request).toEqual({
    id: first.headers.get('request-id'),
    idempotency_key: 'once',
  });
});

test('L2: the order of the parameters does not make another request', async () => {
  await post('/v1/customers', 'ordered', { name: 'Jenny', phone: '1' });
  const again = await post('/v1/customers', 'ordered', { phone: '1', name: 'Jenny' });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
});

test.each([
  ['other parameters', '/v1/customers', { name: 'Peter' }, 'same parameters'],
  ['another address', '/v1/products', { name: 'Jenny' }, "('/v1/customers')"],
])('L2: the key of before with %s is an idempotency error', async (_what, path, fields, words) => {
  const key = `reused for ${path}`;
  await post('/v1/customers', key, { name: 'Jenny' });
  const response = await post(path, key, fields);
  expect(response.status).toBe(400);
  const { error } = JSON.parse(await response.text());
  expect(error.type).toBe('idempotency_error');
  expect(error.message).toContain(words);
});

test('L2: while the first is in progress the others are answered 409, and one object is made', async () => {
  // Long enough for all eight to arrive meanwhile, on a busy machine too.
  const slow = await start({ latencyMillis: 2000 });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post('/v1/products', 'at once', { name: 'Single' }, slow)),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  expect(await refused?.text()).toContain('"code": "idempotency_key_in_use"');
  expect((await slow.stripe.products.list()).data).toHaveLength(1);
});

test('L2: stripe-node waits out the 409 and gets the answer of the first', async () => {
  const patient = { idempotencyKey: 'patient', maxNetworkRetries: 3 };
  const made = await Promise.all(
    [1, 2, 3].map(() => local.stripe.customers.create({ name: 'Patient' }, patient)),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
});

test('L2: a decline is kept under its key, a refused parameter is not', async () => {
  const decline = {
    amount: '1000',
    currency: 'usd',
    confirm: 'true',
    payment_method: 'pm_card_chargeDeclined',
  };
  const declined = await post('/v1/payment_intents', 'declined', decline);
  expect(declined.status).toBe(402);
  const again = await post('/v1/payment_intents', 'declined', decline);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect((await local.stripe.charges.list()).data).toHaveLength(1);

  expect((await post('/v1/products', 'corrected', {})).status).toBe(400);
  expect((await post('/v1/products', 'corrected', { name: 'Right' })).status).toBe(200);
});

test('L2: a key has at most 255 characters and lasts a day', async () => {
  const long = await errorOf(
    local.stripe.customers.create({}, { idempotencyKey: 'x'.repeat(256) }),
  );
  expect(long).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
  const first = await createSessionUnder('x'.repeat(255));
  expect(await createSessionUnder('x'.repeat(255))).toBe(first);
  nowMillis += 24 * 60 * 60 * 1000 + 1000;
  expect(await createSessionUnder('x'.repeat(255))).not.toBe(first);
});

async function createSessionUnder(idempotencyKey: string): Promise<string> {
  const { id } = await local.stripe.checkout.sessions.create(
    {
      mode: 'payment',
      success_url: 'https://shop.example/thanks',
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'A' } },
        },
      ],
    },
    { idempotencyKey },
  );
  return id;
}
