import Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import { payOnHostedPage } from '../visitors/buyer';
import { closeReceivers, startReceiver } from './receiver';
import {
  clientOf,
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
let control: RemoteControl;

beforeEach(async () => {
  local = await start();
  ({ stripe, control } = local);
});
afterEach(async () => {
  await closeAll();
  await closeReceivers();
});

/** A client that gives up soon, and retries only where a test says so. */
function impatient(timeout: number, maxNetworkRetries = 0): Stripe {
  const { port } = local;
  return new Stripe('sk_test_local0000000000', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    timeout,
    maxNetworkRetries,
  });
}

test.each([
  [429, { type: 'StripeRateLimitError', code: 'rate_limit' }],
  [500, { type: 'StripeAPIError' }],
  [503, { type: 'StripeAPIError' }],
  [401, { type: 'StripeAuthenticationError', code: 'api_key_expired' }],
])('L2: a fault answers %i once, in Stripe’s form, and nothing is done', async (status, error) => {
  await control.addFault({ kind: 'status', status, method: 'POST', path: '/v1/customers' });
  expect((await stripe.customers.list()).data).toEqual([]);
  const refused = await errorOf(stripe.customers.create());
  expect(refused).toMatchObject({ statusCode: status, requestId: expect.any(String), ...error });
  expect((await stripe.customers.list()).data).toEqual([]);
  await stripe.customers.create();
  expect(await control.faults()).toEqual([]);
});

test('L2: a rate limit says which', async () => {
  await control.addFault({ kind: 'status', status: 429 });
  const { headers } = await errorOf(stripe.customers.list());
  expect(headers).toMatchObject({ 'stripe-rate-limited-reason': 'global-rate' });
});

test.each([
  ['/v1/checkout/sessions', 'rak_checkout_session_read'],
  ['/v1/refunds', 'rak_charge_read'],
  ['/v1/events', 'rak_event_read'],
])('L2: a restricted key without the permission for %s is told its name', async (path, name) => {
  await control.addFault({ kind: 'status', status: 403, path });
  const restricted = clientOf(local, 'rk_test_restricted0000');
  const error = await errorOf(restricted.rawRequest('GET', path));
  expect(error).toMatchObject({ type: 'StripePermissionError', statusCode: 403 });
  expect(error.message).toContain(`Having the '${name}' permission would allow`);
  expect(error.message).not.toContain('rk_test_restricted0000');
});

test('L2: faults match by method and path, so many times, the oldest first', async () => {
  await control.addFault({ kind: 'status', status: 503, path: '/v1/charges/*', times: 2 });
  await control.addFault({ kind: 'status', status: 500, path: '/v1/*', method: 'GET' });
  const statuses: (number | undefined)[] = [];
  for (let count = 0; count < 4; count += 1) {
    statuses.push((await errorOf(stripe.charges.retrieve('ch_none'))).statusCode);
  }
  expect(statuses).toEqual([503, 503, 500, 404]);
  await control.addFault({ kind: 'status', times: 1000 });
  expect(await control.faults()).toMatchObject([{ status: 500, remaining: 1000 }]);
  await control.clearFaults();
  expect((await stripe.charges.list()).data).toEqual([]);
});

test('L2: a timeout never answers and does nothing', async () => {
  await control.addFault({ kind: 'timeout', method: 'POST' });
  const error = await errorOf(impatient(200).customers.create());
  expect(error).toMatchObject({ type: 'StripeConnectionError' });
  expect((await stripe.customers.list()).data).toEqual([]);
});

test('L2: a slow answer comes, after its time', async () => {
  await control.addFault({ kind: 'slow', delayMillis: 300 });
  const startedMillis = performance.now();
  await stripe.customers.create();
  expect(performance.now() - startedMillis).toBeGreaterThanOrEqual(299);
});

test('L2: a lost answer was carried out, and the retry is told of it, not done again', async () => {
  await control.addFault({ kind: 'lost_answer', method: 'POST', path: '/v1/customers' });
  const customer = await impatient(10_000, 1).customers.create({ name: 'Jenny' });
  expect(customer.lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
  expect((await stripe.customers.list()).data).toMatchObject([{ id: customer.id }]);

  // stripe-node tries once more on its own when a connection is cut.
  await control.addFault({ kind: 'lost_answer', method: 'POST', path: '/v1/customers', times: 2 });
  const error = await errorOf(stripe.customers.create({ name: 'Joe' }));
  expect(error).toMatchObject({ type: 'StripeConnectionError' });
  expect((await stripe.customers.list()).data).toHaveLength(2);
});

test('L2: faults can be there from the start', async () => {
  const faulty = await start({ faults: [{ kind: 'status', status: 503, times: 2 }] });
  for (const expected of [503, 503]) {
    expect(await errorOf(faulty.stripe.customers.list())).toMatchObject({ statusCode: expected });
  }
  expect((await faulty.stripe.customers.list()).data).toEqual([]);
});

test('L2: an event that Stripe fails to generate is neither sent nor listed', async () => {
  const receiver = await startReceiver();
  await stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: [
      'charge.succeeded',
      'checkout.session.completed',
      'payment_intent.created',
      'payment_intent.succeeded',
    ],
  });
  await control.suppressEvents(['checkout.session.*', 'charge.succeeded'], 2);
  const session = await createSession(stripe);
  await payOnHostedPage(pageOf(session), { card: '4242 4242 4242 4242' });
  expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    payment_status: 'paid',
  });
  const sent = () => receiver.received.map(({ body }) => String(JSON.parse(body).type));
  await eventually('payment_intent.succeeded', () =>
    sent().includes('payment_intent.succeeded') ? true : undefined,
  );
  await payOnHostedPage(pageOf(await createSession(stripe)), { card: '4242 4242 4242 4242' });
  await eventually('checkout.session.completed', () =>
    sent().includes('checkout.session.completed') ? true : undefined,
  );
  const { data } = await stripe.events.list({ types: ['charge.*', 'checkout.*', 'payment_*'] });
  const listed = data.map(({ type }) => type).sort();
  expect(listed).toEqual([
    'charge.succeeded',
    'checkout.session.completed',
    'payment_intent.created',
    'payment_intent.created',
    'payment_intent.succeeded',
    'payment_intent.succeeded',
  ]);
  await eventually('all deliveries', () => (sent().length === 6 ? true : undefined));
  expect(sent().sort()).toEqual(listed);
});

test('L2: a control that is misused says what is wrong with it', async () => {
  const answer = await fetch(`${local.url}/_local/faults`, {
    method: 'POST',
    body: new URLSearchParams({ kind: 'explosion' }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { param: 'kind', message: expect.stringContaining('lost_answer, slow, status') },
  });
});

test('L2: a page of another site cannot use the controls', async () => {
  const answer = await fetch(`${local.url}/_local/faults`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ kind: 'timeout' }),
  });
  expect(answer.status).toBe(403);
  expect(await control.faults()).toEqual([]);
});
