import { type LocalStripe, payOnHostedPage, startLocalStripe } from '@tollgate/local-stripe';
import { adminClient } from '../support/admin-client';
import { openCheckout } from '../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventOf, startTestService, type TestService } from '../support/running-service';
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
