import { type LocalStripe, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import { pino } from 'pino';
import Stripe from 'stripe';
import { attemptsMax, handlePendingEvents } from '../../../service/inbox/loop';
import { replayEvent } from '../../../service/inbox/replay';
import type { Database } from '../../../service/store/database';
import { StripeClient } from '../../../service/stripe/client';
import { quietBookkeeper } from '../../support/bookkeeper';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { noPlans } from '../../support/plans';
import { eventOf, stripeKey } from '../../support/running-service';
import { watchStripe } from '../../support/watched-stripe';

let testDatabase: TestDatabase;
let database: Database;
let localStripe: LocalStripe;
let control: RemoteControl;
let stripe: Stripe;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url, 12);
  localStripe = await startLocalStripe();
  control = new RemoteControl(localStripe.url);
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
});

afterAll(async () => {
  await localStripe.close();
  await database.close();
  await testDatabase.drop();
});

beforeEach(async () => {
  await testDatabase.query('delete from stripe_events');
  await control.clearFaults();
});

const log = pino({ level: 'silent' });
const options = (api: string | URL) => ({
  database,
  stripe: new StripeClient(stripeKey, new URL(api)),
  catalogue: noPlans,
  bookkeeper: quietBookkeeper,
  log,
});
const run = (api: string | URL = localStripe.url, inFlight = 4) =>
  handlePendingEvents({ ...options(api), inFlight }, new AbortController().signal);

async function pending(event: object, attempts = 0): Promise<void> {
  await testDatabase.query(
    `insert into stripe_events (event_id, event_type, status, attempts, next_attempt_at, payload)
     values ($1::jsonb ->> 'id', $1::jsonb ->> 'type', 'pending', $2, now(), $1)`,
    [JSON.stringify(event), attempts],
  );
}
const makeDue = () =>
  testDatabase.query("update stripe_events set next_attempt_at = now() where status = 'pending'");
const states = () =>
  testDatabase.query<{ status: string; attempts: number }>(
    'select distinct status, attempts from stripe_events order by status, attempts',
  );

/** A subscription in the local Stripe, of a customer whom nobody here knows. */
async function createSubscription(): Promise<Stripe.Subscription> {
  const { id: customer } = await stripe.customers.create({});
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
    product_data: { name: 'Membership' },
  });
  const items = [{ price: price.id }];
  return stripe.subscriptions.create({ customer, items, trial_period_days: 7 });
}
const updated = (subscription: object) => eventOf('customer.subscription.updated', subscription);
const rowsOf = (id: string) =>
  testDatabase.query('select status from subscriptions where subscription_id = $1', [id]);

const toldOf = (id: string) =>
  testDatabase.query("select type from outbox where data ->> 'subscriptionId' = $1", [id]);

test('S24: a Stripe that is away for hours counts against no event, and loses none', async () => {
  const subscription = await createSubscription();
  await pending(updated(subscription), attemptsMax - 1);
  for (let round = 0; round < 2 * attemptsMax; round += 1) {
    await control.addFault({ kind: 'status', status: 500, path: '/v1/subscriptions*', times: 2 });
    await makeDue();
    expect(await run()).toBe(1);
    expect(await states()).toEqual([{ status: 'pending', attempts: attemptsMax - 1 }]);
    await control.clearFaults();
  }
  expect(
    await testDatabase.query(
      'select next_attempt_at > now() as later, last_error is not null as why from stripe_events',
    ),
  ).toEqual([{ later: true, why: true }]);
  await makeDue();
  await run();
  expect(await states()).toEqual([{ status: 'processed', attempts: attemptsMax }]);
  expect(await rowsOf(subscription.id)).toEqual([{ status: 'trialing' }]);
});

test.each([
  ['limits our rate', 429],
  ['rejects our key', 401],
  ['misses a permission of our key', 403],
])('S24: a Stripe that %s counts against no event either', async (_how, status) => {
  const subscription = await createSubscription();
  await pending(updated(subscription), attemptsMax - 1);
  await control.addFault({ kind: 'status', status, path: '/v1/subscriptions*' });
  await run();
  expect(await states()).toEqual([{ status: 'pending', attempts: attemptsMax - 1 }]);
});

test('S24: while Stripe is away, events that need no Stripe are handled, and it is asked seldom', async () => {
  const checkouts = await Promise.all(Array.from({ length: 10 }, () => openCheckout(testDatabase)));
  for (let count = 0; count < 30; count += 1) await pending(updated({ id: `sub_${count}` }));
  for (const checkout of checkouts) {
    await pending(eventOf('checkout.session.completed', checkout.paidSession()));
  }
  // Nobody listens there.
  const handled = await run('http://127.0.0.1:9', 2);
  expect(handled).toBeLessThanOrEqual(10 + 2);
  for (const { userId } of checkouts) {
    expect(await ledgerOf(testDatabase, userId)).toMatchObject({ transfers: 1 });
  }
  expect(
    await testDatabase.query("select 1 from stripe_events where status = 'pending'"),
  ).toHaveLength(30);
});

test('S14: events are handled several at once, as many as is allowed and no more', async () => {
  const watched = await watchStripe(localStripe.url, 4);
  for (let count = 0; count < 20; count += 1) await pending(updated({ id: `sub_${count}` }));
  expect(await run(watched.url, 4)).toBe(20);
  await watched.close();
  expect(watched.most).toEqual({ ofAll: 4, ofOnePath: 1 });
  // Stripe has none of them.
  expect(await states()).toEqual([{ status: 'failed', attempts: 1 }]);
});

test('S14: events of one subscription take turns, on however many tasks, and are told once', async () => {
  const subscription = await createSubscription();
  const watched = await watchStripe(localStripe.url);
  for (let count = 0; count < 12; count += 1) await pending(updated(subscription));
  await Promise.all([run(watched.url, 3), run(watched.url, 3), run(watched.url, 3)]);
  // One that waited too long for its turn is postponed, and not counted.
  for (let round = 0; round < 10; round += 1) {
    await makeDue();
    if ((await run(watched.url)) === 0) break;
  }
  await watched.close();
  expect(watched.most.ofOnePath).toBe(1);
  expect(await states()).toEqual([{ status: 'processed', attempts: 1 }]);
  expect(await toldOf(subscription.id)).toEqual([{ type: 'subscription.created' }]);
});

test('S14: a key of another account ends no subscription, and its event can be replayed', async () => {
  const subscription = await createSubscription();
  await pending(updated(subscription));
  await run();
  const otherAccount = await startLocalStripe();
  await testDatabase.query('delete from stripe_events');
  const event = updated(subscription);
  await pending(event);
  await run(otherAccount.url);
  await otherAccount.close();
  expect(
    await testDatabase.query(
      `select status, attempts, last_error like '%STRIPE_SECRET_KEY of the account%' as why
         from stripe_events`,
    ),
  ).toEqual([{ status: 'failed', attempts: 1, why: true }]);
  expect(await rowsOf(subscription.id)).toEqual([{ status: 'trialing' }]);
  expect(await toldOf(subscription.id)).toEqual([{ type: 'subscription.created' }]);

  await stripe.subscriptions.cancel(subscription.id);
  await replayEvent(options(localStripe.url), event.id);
  expect(await states()).toMatchObject([{ status: 'processed' }]);
  expect(await rowsOf(subscription.id)).toEqual([{ status: 'canceled' }]);
});

test('S1: an invoice that was paid in an account which our key is not of is kept as failed', async () => {
  await pending(eventOf('invoice.paid', { id: 'in_elsewhere', object: 'invoice' }));
  await run();
  expect(await states()).toEqual([{ status: 'failed', attempts: 1 }]);
  expect(
    await testDatabase.query(
      "select last_error like '%account of STRIPE_SECRET_KEY%' as why from stripe_events",
    ),
  ).toEqual([{ why: true }]);
});
