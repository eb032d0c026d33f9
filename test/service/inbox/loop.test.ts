import { pino } from 'pino';
import { attemptsMax, handlePendingEvents, retryDelaySeconds } from '../../../service/inbox/loop';
import type { Database } from '../../../service/store/database';
import { StripeClient } from '../../../service/stripe/client';
import { quietBookkeeper } from '../../support/bookkeeper';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { noPlans } from '../../support/plans';
import { eventOf, stripeKey } from '../../support/running-service';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const log = pino({ level: 'silent' });
// Nobody listens there: these events say all.
const stripe = new StripeClient(stripeKey, new URL('http://127.0.0.1:9'));
const run = () =>
  handlePendingEvents(
    { database, stripe, catalogue: noPlans, bookkeeper: quietBookkeeper, log, inFlight: 2 },
    new AbortController().signal,
  );

/** Puts an event there as if handling it had failed `attempts` times, and lets it be due. */
async function pending(event: object, attempts: number): Promise<void> {
  await testDatabase.query(
    `insert into stripe_events (event_id, event_type, status, attempts, next_attempt_at, payload)
     values ($1::jsonb ->> 'id', $1::jsonb ->> 'type', 'pending', $2, now(), $1)`,
    [JSON.stringify(event), attempts],
  );
}

const completed = 'checkout.session.completed';

test('S14: twenty loops at once handle each pending event once', async () => {
  const checkouts = await Promise.all(Array.from({ length: 40 }, () => openCheckout(testDatabase)));
  for (const checkout of checkouts) await pending(eventOf(completed, checkout.paidSession()), 1);
  const handled = await Promise.all(Array.from({ length: 20 }, run));
  expect(handled.reduce((sum, each) => sum + each)).toBe(40);
  for (const checkout of checkouts) {
    expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 1 });
  }
});

test('an event that another task has claimed is left to it until its lease runs out', async () => {
  const checkout = await openCheckout(testDatabase);
  await pending(eventOf(completed, checkout.paidSession(), 'evt_leased'), 1);
  await testDatabase.query(
    "update stripe_events set next_attempt_at = now() + interval '60 seconds' where event_id = 'evt_leased'",
  );
  expect(await run()).toBe(0);
  await testDatabase.query(
    "update stripe_events set next_attempt_at = now() where event_id = 'evt_leased'",
  );
  expect(await run()).toBe(1);
  expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 1 });
});

test('an event that keeps failing backs off and is given up as failed, with its reason', async () => {
  const checkout = await openCheckout(testDatabase);
  const hopeless = checkout.paidSession({ payment_intent: { id: 7 } }); // no text: SQL refuses it
  await testDatabase.query("alter table checkouts add check (payment_intent_id <> '7')");
  await pending(eventOf(completed, hopeless, 'evt_hopeless'), attemptsMax - 2);
  const state = () =>
    testDatabase.query(
      `select status, attempts, next_attempt_at > now() as later, last_error like '%violates%' as why
         from stripe_events where event_id = 'evt_hopeless'`,
    );
  expect(await run()).toBe(1);
  expect(await state()).toEqual([
    { status: 'pending', attempts: attemptsMax - 1, later: true, why: true },
  ]);
  await testDatabase.query(
    "update stripe_events set next_attempt_at = now() where event_id = 'evt_hopeless'",
  );
  expect(await run()).toBe(1);
  expect(await state()).toEqual([
    { status: 'failed', attempts: attemptsMax, later: null, why: true },
  ]);
  expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 0 });
});

test('an event whose attempts all ended with the process is given up before it ends the next', async () => {
  const checkout = await openCheckout(testDatabase);
  // A claim counts before the work begins: these twelve never got to say what became of them.
  await pending(eventOf(completed, checkout.paidSession(), 'evt_deadly'), attemptsMax);
  expect(await run()).toBe(1);
  expect(
    await testDatabase.query(
      `select status, last_error like 'none of the last attempts came to an end%' as why
         from stripe_events where event_id = 'evt_deadly'`,
    ),
  ).toEqual([{ status: 'failed', why: true }]);
  expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 0 });
});

test('S1: a database that goes away during an attempt counts against no event', async () => {
  const checkout = await openCheckout(testDatabase);
  await pending(eventOf(completed, checkout.paidSession(), 'evt_cut'), attemptsMax - 1);
  await testDatabase.query(
    `create function cut() returns trigger language plpgsql security definer as
       'begin perform pg_terminate_backend(pg_backend_pid()); return new; end';
     create trigger cuts before insert on transfers for each row execute function cut()`,
  );
  for (let outage = 0; outage < 3; outage += 1) {
    await expect(run()).rejects.toMatchObject({ code: 'database_unavailable' });
    await testDatabase.query(
      "update stripe_events set next_attempt_at = now() where status = 'pending'",
    );
  }
  await testDatabase.query('drop trigger cuts on transfers; drop function cut()');
  expect(await run()).toBe(1);
  expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 1 });
});

test('S1: an event whose own statement always times out is given up, and the others are handled', async () => {
  const slow = await openCheckout(testDatabase);
  const other = await openCheckout(testDatabase);
  await testDatabase.query(
    `create function linger() returns trigger language plpgsql as
       'begin perform pg_sleep(30); return new; end';
     create trigger lingers before insert on transfers for each row
       when (new.credit_account = 'user:${slow.userId}') execute function linger()`,
  );
  await pending(eventOf(completed, slow.paidSession(), 'evt_slow'), attemptsMax - 1);
  await pending(eventOf(completed, other.paidSession()), 1);
  expect(await run()).toBe(2);
  await testDatabase.query('drop trigger lingers on transfers; drop function linger()');
  expect(
    await testDatabase.query(
      "select status, attempts, last_error from stripe_events where event_id = 'evt_slow'",
    ),
  ).toEqual([
    {
      status: 'failed',
      attempts: attemptsMax,
      last_error: expect.stringContaining('statement timeout'),
    },
  ]);
  expect(await ledgerOf(testDatabase, other.userId)).toMatchObject({ transfers: 1 });
});

test('the pauses between attempts grow to ten minutes', () => {
  expect([1, 2, 3, 9, 10, 12].map(retryDelaySeconds)).toEqual([2, 4, 8, 512, 600, 600]);
});
