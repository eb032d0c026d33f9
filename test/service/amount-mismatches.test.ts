import {
  type LocalStripe,
  payOnHostedPage,
  RemoteControl,
  startLocalStripe,
} from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { adminClient } from '../support/admin-client';
import { openCheckout } from '../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventOf, startTestService, stripeKey, type TestService } from '../support/running-service';
import { begin, card, newUser, sessionsPath } from '../support/selling';
import { eventually } from '../support/waiting';

let database: TestDatabase;
let localStripe: LocalStripe;
let service: TestService;
let lines: string[];

beforeEach(async () => {
  localStripe = await startLocalStripe({ log: () => undefined });
  database = await createTestDatabase();
  lines = [];
  const environment = { STRIPE_API_BASE: localStripe.url, LOG_LEVEL: 'error' };
  service = await startTestService(database.url, environment, lines);
});

afterEach(async () => {
  await localStripe.close();
  await database.drop();
});

/** Stops the service, which writes what it has counted, and adds that up. */
async function countedMismatches(): Promise<number> {
  await service.stop();
  return lines
    .map((line) => (JSON.parse(line) as { AmountMismatches?: number }).AmountMismatches ?? 0)
    .reduce((sum, each) => sum + each, 0);
}

/** An event of a session whose amount is not what was sold, in some state. */
async function recordMismatch(status: 'pending' | 'failed'): Promise<string> {
  const checkout = await openCheckout(database);
  const session = checkout.paidSession({ amount_total: 999 });
  const id = `evt_${session.id}`;
  await database.query(
    `insert into stripe_events (event_id, event_type, status, next_attempt_at, last_error, payload)
     values ($1, 'checkout.session.completed', $2, case when $2 = 'pending' then now() end,
             case when $2 = 'failed' then 'it was refused' end, $3)`,
    [id, status, JSON.stringify(eventOf('checkout.session.completed', session, id))],
  );
  return id;
}

test('S11: an amount that is not what was sold is counted when the inbox loop refuses it', async () => {
  const id = await recordMismatch('pending');
  await eventually('the failed event', async () => {
    const failed = "select 1 from stripe_events where event_id = $1 and status = 'failed'";
    return (await database.query(failed, [id]))[0];
  });
  expect(await countedMismatches()).toBe(1);
});

test('S11: an amount that is not what was sold is counted when a replay refuses it, not by a dry run', async () => {
  const id = await recordMismatch('failed');
  const { post } = adminClient(service.url);
  const refused = { status: 'refused', refusal: { code: 'checkout_amount_mismatch' } };
  expect((await post(`/events/${id}/replay?dryRun=true`)).body).toMatchObject(refused);
  expect((await post(`/events/${id}/replay`)).body).toMatchObject(refused);
  expect(await countedMismatches()).toBe(1);
});

test('S11: an amount that is not what was sold is counted when the landing page finds it', async () => {
  const userId = newUser();
  const topup = { amountMinor: 1000, currency: 'usd' };
  const { id, url } = await begin({ service }, userId, { topup });
  await payOnHostedPage(url, card);
  await database.query('update checkouts set amount_minor = 999 where session_id = $1', [id]);
  const answer = await service.get(`${sessionsPath}/${id}`, userId);
  const refused = { paymentStatus: 'unpaid', status: 'complete', url: null };
  expect(await answer.json()).toMatchObject(refused);
  const again = await service.get(`${sessionsPath}/${id}`, userId);
  expect(await again.json()).toMatchObject(refused);
  expect(await countedMismatches()).toBe(1);
});

test('S11: a paid session that is refused is shown as complete, though Stripe is away by then', async () => {
  const userId = newUser();
  const topup = { amountMinor: 1000, currency: 'usd' };
  const { id, url } = await begin({ service }, userId, { topup });
  await payOnHostedPage(url, card);
  const stripe = new Stripe(stripeKey, {
    protocol: 'http',
    host: '127.0.0.1',
    port: localStripe.port,
  });
  const session = await stripe.checkout.sessions.retrieve(id);
  await database.query('update checkouts set amount_minor = 999 where session_id = $1', [id]);
  const event = eventOf('checkout.session.completed', session);
  expect((await service.deliver(event)).status).toBe(200);
  const failed = await database.query("select 1 from stripe_events where status = 'failed'");
  expect(failed).toHaveLength(1);

  const control = new RemoteControl(localStripe.url);
  await control.addFault({ kind: 'status', status: 503, times: 100 });
  const answer = await service.get(`${sessionsPath}/${id}`, userId);
  expect(await answer.json()).toMatchObject({
    paymentStatus: 'unpaid',
    status: 'complete',
    url: null,
  });
  await control.clearFaults();

  // What mends it is a replay, which finds it complete and pays it.
  await database.query('update checkouts set amount_minor = 1000 where session_id = $1', [id]);
  await adminClient(service.url).post(`/events/${event.id}/replay`);
  const paid = await service.get(`${sessionsPath}/${id}`, userId);
  expect(await paid.json()).toMatchObject({ paymentStatus: 'paid', status: 'complete' });
  await service.stop();
});

test('S26: a lost checkout whose session is refused is there again, and complete', async () => {
  const userId = newUser();
  const topup = { amountMinor: 1000, currency: 'usd' };
  const { id, url } = await begin({ service }, userId, { topup });
  await payOnHostedPage(url, card);
  const stripe = new Stripe(stripeKey, {
    protocol: 'http',
    host: '127.0.0.1',
    port: localStripe.port,
  });
  const session = await stripe.checkout.sessions.retrieve(id);
  await database.query('delete from checkouts');
  const metadata = { ...session.metadata, tollgate_amount_minor: '999' };
  await service.deliver(eventOf('checkout.session.completed', { ...session, metadata }));
  const rows = await database.query('select user_id, status, payment_status, url from checkouts');
  expect(rows).toMatchObject([{ user_id: userId, status: 'complete', payment_status: 'unpaid' }]);
  await service.stop();
});
