import type { ServerResponse } from 'node:http';
import { StripeClient } from '../../../service/stripe/client';
import { type ListedKind, StripeListing } from '../../../service/stripe/listing';
import { PriceList } from '../../../service/stripe/price-list';
import { type AnsweringServer, startAnsweringServer } from '../../support/answering-server';

let server: AnsweringServer;
let stripe: StripeClient;

beforeAll(async () => {
  server = await startAnsweringServer();
  stripe = new StripeClient('sk_test_answers', server.url);
});
beforeEach(() => server.requests.splice(0));
afterAll(() => server.close());

function answerWith(status: number, body: string, type = 'application/json'): void {
  server.answer = (response) => response.writeHead(status, { 'content-type': type }).end(body);
}

const read = () => stripe.read({ object: 'subscription', id: 'sub_1' });
const codeOf = async (call: () => Promise<unknown>) =>
  call().then(
    (result) => ({ result }),
    (error: { code?: string; message?: string }) => error.code ?? error,
  );

const signal = new AbortController().signal;
const range = { from: new Date(0), until: new Date(1_000) };
const terms = { lookupKey: 'x', productName: 'X', currency: 'usd', unitAmountMinor: 100 } as never;

async function firstOf(pages: AsyncGenerator<unknown>): Promise<unknown> {
  return (await pages.next()).value;
}

/** Every call that the service makes. */
const calls: Record<string, () => Promise<unknown>> = {
  'create a customer': () => stripe.createCustomer({ userId: 'user-1', environmentName: 'local' }),
  'confirm that a customer is deleted': () =>
    stripe.confirmDeleted('cus_1', new Error('') as never),
  'create a session': () => stripe.createCheckoutSession({ mode: 'payment' }, 'key'),
  'retrieve a session': () => stripe.retrieveCheckoutSession('cs_1'),
  'create a portal session': () =>
    stripe.createPortalSession({ customerId: 'cus_1', returnUrl: 'https://a.example' }, 'key'),
  'read a subscription': read,
  'read an invoice': () => stripe.read({ object: 'invoice', id: 'in_1' }),
  'find a price': () => new PriceList(stripe).find('x'),
  'retrieve a price': () => new PriceList(stripe).retrieve('price_1'),
  'ensure a product': () => new PriceList(stripe).ensureProduct(terms),
  'rename a product': () => new PriceList(stripe).renameProduct('prod_1', 'X'),
  'create a price': () => new PriceList(stripe).create(terms, 'prod_1', undefined),
  'archive a price': () => new PriceList(stripe).archive('price_1'),
  'list events': () => firstOf(new StripeListing(stripe).events(['x'], range, true, signal)),
  ...Object.fromEntries(
    (
      ['checkout.session', 'charge', 'refund', 'dispute', 'invoice', 'subscription'] as const
    ).flatMap((kind: ListedKind) => [
      [
        `list objects: ${kind}`,
        () => firstOf(new StripeListing(stripe).objects(kind, range, signal)),
      ],
      [`find ${kind}`, () => new StripeListing(stripe).find({ kind, id: 'x_1' }, signal)],
    ]),
  ),
};

test.each([
  [503, '"upstream connect error"'],
  [502, '<html>Bad Gateway</html>'],
  [200, 'null'],
  [200, '{}'],
])('S20: whatever call meets %d %s, Stripe is away and the process lives', async (status, body) => {
  answerWith(status, body);
  const codes = await Promise.all(
    Object.entries(calls).map(async ([name, call]) => [name, await codeOf(call)]),
  );
  expect(codes).toEqual(Object.keys(calls).map((name) => [name, 'stripe_unavailable']));
});

/** What a proxy, a load balancer or a gateway answers in Stripe's place. */
const foreignBodies = [
  '"text"',
  '""',
  '42',
  '0',
  'null',
  'true',
  'false',
  '[]',
  '[{"error":{"type":"api_error"}}]',
  '{}',
  '{"message":"Service Unavailable"}',
  '{"error":"text"}',
  '{"error":""}',
  '{"error":null}',
  '{"error":1}',
  '{"error":[]}',
  '{"error":{}}',
  '{"error":{"message":"no"}}',
  '{"error":{"type":1}}',
  '{"error":{"code":403,"status":"PERMISSION_DENIED"}}',
  '{"id":"sub_1"}',
  '{"object":"list"}',
  '{"object":"list","data":{}}',
  '{"object":"list","data":[null]}',
  '',
  ' ',
  '{"id":"sub_1","object":"subscr',
  '<html><body>Sign in to the network</body></html>',
  'upstream connect error or disconnect/reset before headers',
];

const statuses = [
  200, 201, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 407, 408,
  409, 410, 413, 418, 421, 424, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 511, 520,
  522, 529, 530, 599,
];

test.each(statuses)(
  'S20: status %d with what is not in the form of Stripe is Stripe being away, whatever JSON it is',
  async (status) => {
    for (const body of foreignBodies) {
      answerWith(status, body);
      expect([body, await codeOf(read)]).toEqual([body, 'stripe_unavailable']);
    }
  },
);

test.each(statuses.filter((status) => status < 200 || status >= 300))(
  'S20: an object of Stripe that comes with status %d is no answer of Stripe',
  async (status) => {
    answerWith(status, '{"id":"sub_1","object":"subscription","items":{"data":[]}}');
    expect(await codeOf(read)).toBe('stripe_unavailable');
  },
);

test.each([
  [408, 'stripe_unavailable'],
  [409, 'stripe_unavailable'],
  [424, 'stripe_unavailable'],
  [425, 'stripe_unavailable'],
  [429, 'stripe_unavailable'],
  [500, 'stripe_unavailable'],
  [503, 'stripe_unavailable'],
  [599, 'stripe_unavailable'],
  [400, 'stripe_request_rejected'],
  [402, 'stripe_request_rejected'],
  [404, 'stripe_request_rejected'],
  [422, 'stripe_request_rejected'],
  [401, 'stripe_secret_key_rejected'],
  [403, 'stripe_permission_missing'],
])('an error of Stripe with status %d is %s, whichever type it has', async (status, code) => {
  for (const type of ['api_error', 'invalid_request_error', 'idempotency_error', 'card_error']) {
    answerWith(status, JSON.stringify({ error: { type, message: 'No', code: 'x' } }));
    expect([type, await codeOf(read)]).toEqual([type, code]);
  }
});

test.each(['lock_timeout', 'rate_limit'])(
  'an error of the code %s passes, whatever status it comes with',
  async (code) => {
    answerWith(
      400,
      JSON.stringify({ error: { type: 'invalid_request_error', message: '', code } }),
    );
    expect(await codeOf(read)).toBe('stripe_unavailable');
  },
);

test('an error of Stripe whose members are no texts is told all the same', async () => {
  const hostile = { toString: 1, valueOf: 1 };
  const error = { type: 'api_error', message: hostile, code: hostile, param: hostile };
  answerWith(500, JSON.stringify({ error }));
  expect(await codeOf(read)).toBe('stripe_unavailable');
});

test('only what Stripe says to be missing is missing', async () => {
  answerWith(404, '{"error":{"type":"invalid_request_error","code":"resource_missing"}}');
  expect(await codeOf(read)).toEqual({ result: undefined });
});

const broken: Record<string, (response: ServerResponse) => void> = {
  'an answer that is cut off': (response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{"id":"sub_1",');
    setTimeout(() => response.destroy(), 20);
  },
  'a chunked answer that is cut off': (response) => {
    response.writeHead(503).write('{"error":');
    setTimeout(() => response.destroy(), 20);
  },
  'a connection that is closed without an answer': (response) => response.destroy(),
  'something that is not HTTP': (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
  'a switch of protocols': (response) => {
    response.socket?.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    );
  },
};

test.each(Object.keys(broken))('S20: %s is Stripe being away', async (name) => {
  server.answer = (response) => broken[name]?.(response);
  expect(await codeOf(read)).toBe('stripe_unavailable');
});

test('S20: an answer that drips for ever ends within the time of a call', async () => {
  server.answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const dripping = setInterval(() => response.write(' '), 100);
    response.on('close', () => clearInterval(dripping));
  };
  const before = performance.now();
  expect(await codeOf(read)).toBe('stripe_unavailable');
  expect(performance.now() - before).toBeLessThan(5_000);
});

test('the detail says what answered in place of Stripe, and where to look', async () => {
  answerWith(503, '"upstream connect error"');
  await expect(read()).rejects.toMatchObject({
    detail: expect.stringMatching(/status 503 .*upstream connect error.* proxy/),
  });
  answerWith(200, '{"customer_email":"a@b.example"');
  await expect(read()).rejects.not.toMatchObject({ detail: expect.stringContaining('a@b') });
});

test('a 503 of a proxy is tried once more where the call may be', async () => {
  answerWith(503, '"upstream connect error"');
  expect(await codeOf(calls['create a session'] ?? read)).toBe('stripe_unavailable');
  expect(server.requests).toEqual(Array(2).fill('POST /v1/checkout/sessions'));
});
