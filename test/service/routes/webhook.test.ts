import { randomUUID } from 'node:crypto';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import type { TestDatabase } from '../../support/database';
import { eventOf, startTestService, type TestService } from '../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';

let running: ServiceWithDatabase;
let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  running = await startServiceWithDatabase({ WEBHOOK_PATHS: '/webhooks/stripe,/legacy/hook' });
  ({ database, service } = running);
});

afterAll(() => running.close());

const completed = 'checkout.session.completed';

test('S1: an event is recorded and credited before it is acknowledged', async () => {
  const checkout = await openCheckout(database);
  const event = eventOf(completed, checkout.paidSession());
  const answer = await service.deliver(event);
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { received: true, status: 'processed' },
  ]);
  expect(await ledgerOf(database, checkout.userId)).toEqual({
    balances: [{ unit: 'usd', amount_minor: 1000n }],
    sums: [{ unit: 'usd', amount_minor: 1000n }],
    transfers: 1,
  });
  const account = await service.get('/v1/account', checkout.userId);
  expect(await account.json()).toEqual({
    userId: checkout.userId,
    balances: [{ unit: 'usd', amountMinor: 1000 }],
  });
});

test('S3: stripe_events can be read by SQL', async () => {
  const event = eventOf('customer.created', { id: 'cus_1' }, 'evt_readable');
  await service.deliver(event);
  const rows = await database.query(
    `select event_id, event_type, received_at is not null as received,
            processed_at is not null as processed, status, payload
       from stripe_events where event_id = 'evt_readable'`,
  );
  expect(rows).toEqual([
    {
      event_id: 'evt_readable',
      event_type: 'customer.created',
      received: true,
      processed: true,
      status: 'ignored',
      payload: event,
    },
  ]);
});

test('S14: the same event a hundred times at once is credited once', async () => {
  const checkout = await openCheckout(database);
  const event = eventOf(completed, checkout.paidSession());
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => (await service.deliver(event)).json()),
  );
  const statuses = answers.map((answer) => (answer as { status: string }).status).sort();
  expect(statuses).toEqual([...Array(99).fill('duplicate'), 'processed']);
  expect((await ledgerOf(database, checkout.userId)).balances).toEqual([
    { unit: 'usd', amount_minor: 1000n },
  ]);
});

test('S14: fifty events for one payment, of two types, at once are credited once', async () => {
  const checkout = await openCheckout(database);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_each, index) =>
      service.deliver(
        eventOf(
          index % 2 ? completed : 'checkout.session.async_payment_succeeded',
          checkout.paidSession(),
        ),
      ),
    ),
  );
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({
    balances: [{ amount_minor: 1000n }],
    transfers: 1,
  });
});

test('S14: many payments of one user at once all count', async () => {
  const userId = `user-${randomUUID()}`;
  const checkouts = await Promise.all(
    Array.from({ length: 60 }, (_each, index) =>
      openCheckout(database, { userId, amountMinor: 100 + index }),
    ),
  );
  await Promise.all(
    checkouts.map((checkout) => service.deliver(eventOf(completed, checkout.paidSession()))),
  );
  const total = BigInt(checkouts.reduce((sum, _each, index) => sum + 100 + index, 0));
  expect(await ledgerOf(database, userId)).toEqual({
    balances: [{ unit: 'usd', amount_minor: total }],
    sums: [{ unit: 'usd', amount_minor: total }],
    transfers: 60,
  });
});

test('S14: two tasks that are given the same payments in other orders credit each once, without a deadlock', async () => {
  const other = await startTestService(database.url);
  const checkouts = await Promise.all(Array.from({ length: 60 }, () => openCheckout(database)));
  const events = checkouts.map((checkout) => eventOf(completed, checkout.paidSession()));
  const answers = await Promise.all([
    ...events.map((event) => service.deliver(event)),
    ...events.toReversed().map((event) => other.deliver(event)),
  ]);
  await other.stop();
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  for (const checkout of checkouts) {
    expect(await ledgerOf(database, checkout.userId)).toMatchObject({
      balances: [{ amount_minor: 1000n }],
      transfers: 1,
    });
  }
  const [server] = await database.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  expect(server).toEqual({ deadlocks: 0n });
});

test('S14: an expiry that comes after the payment takes nothing back', async () => {
  const checkout = await openCheckout(database);
  await service.deliver(eventOf(completed, checkout.paidSession()));
  await service.deliver(
    eventOf(
      'checkout.session.expired',
      checkout.paidSession({ status: 'expired', payment_status: 'unpaid' }),
    ),
  );
  const [row] = await database.query(
    'select status, payment_status from checkouts where checkout_id = $1',
    [checkout.checkoutId],
  );
  expect(row).toEqual({ status: 'complete', payment_status: 'paid' });
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 1 });
});

test('S16: a completed session that is not paid yet credits nothing until it is', async () => {
  const checkout = await openCheckout(database);
  await service.deliver(eventOf(completed, checkout.paidSession({ payment_status: 'unpaid' })));
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 0 });
  await service.deliver(
    eventOf('checkout.session.async_payment_succeeded', checkout.paidSession()),
  );
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 1 });
});

test('S13: a payment of another amount is kept as failed and never credited', async () => {
  const checkout = await openCheckout(database, { amountMinor: 1000 });
  const event = eventOf(completed, checkout.paidSession({ amount_total: 999 }), 'evt_mismatch');
  const answer = await service.deliver(event);
  expect([answer.status, await answer.json()]).toEqual([200, { received: true, status: 'failed' }]);
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 0 });
  expect(
    await database.query(
      "select status, last_error from stripe_events where event_id = 'evt_mismatch'",
    ),
  ).toEqual([{ status: 'failed', last_error: expect.stringContaining('was paid with 999 usd') }]);
});

test('a session is known even when its id was never recorded', async () => {
  const checkout = await openCheckout(database, { recorded: false });
  await service.deliver(eventOf(completed, checkout.paidSession()));
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 1 });
  const [row] = await database.query('select session_id from checkouts where checkout_id = $1', [
    checkout.checkoutId,
  ]);
  expect(row).toEqual({ session_id: checkout.sessionId });
});

test('a session that we did not create is recorded and ignored', async () => {
  const foreign = { id: 'cs_foreign', status: 'complete', payment_status: 'paid', metadata: {} };
  const answer = await service.deliver(eventOf(completed, foreign));
  expect(await answer.json()).toEqual({ received: true, status: 'processed' });
  expect(
    await database.query("select 1 from transfers where idempotency_key like '%foreign%'"),
  ).toEqual([]);
});

test('S1: a text with a NUL in it, which jsonb would refuse, is recorded as it came', async () => {
  const checkout = await openCheckout(database);
  const session = checkout.paidSession({ customer_details: { name: 'Robert\u0000' } });
  const answer = await service.deliver(eventOf(completed, session));
  expect(await answer.json()).toEqual({ received: true, status: 'processed' });
  expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 1 });
});

test('S2: any method but POST is answered with 405 and Allow: POST', async () => {
  for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    for (const path of ['/webhooks/stripe', '/legacy/hook']) {
      const answer = await fetch(service.url + path, { method });
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'POST']);
    }
  }
});

test('the configured paths all take deliveries', async () => {
  const answer = await service.deliver(eventOf('ping', {}), { path: '/legacy/hook' });
  expect(answer.status).toBe(200);
});
