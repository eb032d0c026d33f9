import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LocalStripe,
  payOnHostedPage,
  RemoteControl,
  startLocalStripe,
} from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { freePort } from '../../../local/free-port';
import { startServiceProcess } from '../../../local/service-process';
import { handledEventTypes } from '../../../service/handlers/index';
import type { Database } from '../../../service/store/database';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { reconcilerOf, runToEnd } from '../../support/reconciling';
import { startTestService, stripeKey, testEnvironment } from '../../support/running-service';
import { eventually } from '../../support/waiting';

let testDatabase: TestDatabase;
let database: Database;
let localStripe: LocalStripe;
let stripe: Stripe;
let control: RemoteControl;
const folder = mkdtempSync(join(tmpdir(), 'tollgate-reconciliation-'));

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  localStripe = await startLocalStripe({ webhookRetryDelaysMillis: [20] });
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  control = new RemoteControl(localStripe.url);
  // Nobody listens there: whatever is delivered is missed.
  await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${await freePort()}/webhooks/stripe`,
    enabled_events: ['*'],
  });
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
  await localStripe.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

const startService = () => startTestService(testDatabase.url, { STRIPE_API_BASE: localStripe.url });

/** Sells top-ups of 10.00 USD that are paid while nobody receives events. */
async function sellUnnoticed(users: readonly string[]): Promise<void> {
  const service = await startService();
  const urls: string[] = [];
  for (const userId of users) {
    const body = { topup: { amountMinor: 1000, currency: 'usd' } };
    const answer = await service.post('/v1/checkout/sessions', userId, body);
    expect(answer.status).toBe(201);
    urls.push(((await answer.json()) as { url: string }).url);
  }
  await service.stop();
  for (const url of urls) await payOnHostedPage(url, { card: '4242424242424242' });
}

/** As if the last run had got to `ago`, and the next one were due. */
const letReach = (ago: string) =>
  testDatabase.query(
    `insert into reconciliations (name, reached_at, next_run_at)
     values ('events', now() - $1::interval, now())
     on conflict (name) do update set reached_at = now() - $1::interval, next_run_at = now()`,
    [ago],
  );
const runs = () =>
  testDatabase.query<{ status: string; repaired: number; looked_at: number }>(
    `select status, repaired, looked_at from reconciliation_runs
      where name = 'events' order by started_at`,
  );
const credits = () =>
  testDatabase.query<{ status: string; received_by: string }>(
    `select status, received_by from stripe_events where event_type = 'checkout.session.completed'`,
  );
const reachedAt = async () =>
  (
    await testDatabase.query<{ reached_at: Date }>(
      "select reached_at from reconciliations where name = 'events'",
    )
  )[0]?.reached_at;

test('S24: a service that was down takes in by itself what it missed, each event once', async () => {
  const users = ['ann', 'bob', 'cem'];
  await sellUnnoticed(users);
  expect(await credits()).toEqual([]);
  await letReach('1 hour');

  const service = await startService();
  await eventually('three credits', async () => (await credits()).length === 3 || undefined);
  for (const userId of users) {
    expect(await (await service.get('/v1/account', userId)).json()).toMatchObject({
      balances: [{ unit: 'usd', amountMinor: 1000 }],
    });
  }
  await service.stop();
  expect(await credits()).toEqual(
    users.map(() => ({ status: 'processed', received_by: 'reconciliation' })),
  );

  const again = await runToEnd(reconcilerOf(database, localStripe.url).reconciler, 'events');
  expect(again).toMatchObject({ status: 'finished', repaired: 0, differences: 0 });
  expect(again.lookedAt).toBeGreaterThanOrEqual(3);
  for (const userId of users) {
    expect(await ledgerOf(testDatabase, userId)).toMatchObject({ transfers: 1 });
  }
});

test('S24: events of a type without a handler are left where they are', async () => {
  await stripe.customers.create({ email: 'somebody@example.com' });
  expect(handledEventTypes).not.toContain('customer.created');
  const run = await runToEnd(reconcilerOf(database, localStripe.url).reconciler, 'events');
  expect(run).toMatchObject({ status: 'finished', lookedAt: 0 });
  expect(await testDatabase.query('select event_id from stripe_events')).toEqual([]);
});

test('S24: an outage of weeks is reached back for, as far as Stripe keeps events', async () => {
  const { reconciler } = reconcilerOf(database, localStripe.url);
  await runToEnd(reconciler, 'events');
  await letReach('80 days');
  const run = await runToEnd(reconciler, 'events');
  const days = (run.until.getTime() - run.since.getTime()) / 86_400_000;
  expect(days).toBeGreaterThan(29.9);
  expect(days).toBeLessThan(30.1);
});

test('S24: of twenty tasks that find a run due at once, one runs', async () => {
  const databases = await Promise.all(
    Array.from({ length: 20 }, () => openDatabase(testDatabase.url, 2)),
  );
  await Promise.all(
    databases.map((each) =>
      reconcilerOf(each, localStripe.url).reconciler.runDue(new AbortController().signal),
    ),
  );
  expect(await runs()).toEqual([{ status: 'finished', repaired: 0, looked_at: 0 }]);
  await Promise.all(databases.map((each) => each.close()));
});

test('S24: what was reached is kept only when all of it was taken in', async () => {
  await sellUnnoticed(['ann']);
  await letReach('2 hours');
  const before = await reachedAt();
  // Two, because the client asks a second time by itself.
  await control.addFault({
    kind: 'status',
    status: 500,
    method: 'GET',
    path: '/v1/events',
    times: 2,
  });
  const { reconciler, reported } = reconcilerOf(database, localStripe.url);
  const failed = await runToEnd(reconciler, 'events');
  expect(failed).toMatchObject({ status: 'failed', repaired: 0 });
  expect(reported.failed).toBe(1);
  expect(failed.error).not.toBeNull();
  expect(await reachedAt()).toEqual(before);

  const healed = await runToEnd(reconciler, 'events');
  expect(healed.status).toBe('finished');
  expect(reported.failed).toBe(1);
  expect(await credits()).toHaveLength(1);
  expect((await reachedAt())?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('S24: a run that was asked for a range does not move what was reached', async () => {
  const { reconciler } = reconcilerOf(database, localStripe.url);
  await runToEnd(reconciler, 'events');
  await letReach('2 days');
  const before = await reachedAt();
  await runToEnd(reconciler, 'events', { since: new Date(Date.now() - 3_600_000) });
  expect(await reachedAt()).toEqual(before);
});

test('S24: a run that is told to stop ends at once, and the next one is due', async () => {
  const { reconciler } = reconcilerOf(database, localStripe.url);
  const slow = { kind: 'slow', delayMillis: 2_000, method: 'GET', path: '/v1/events' } as const;
  await control.addFault({ ...slow, times: 1_000 });
  const { runId, ended } = await reconciler.start('events', { startedBy: 'a-test' });
  await reconciler.stop();
  await ended;
  expect(await reconciler.read(runId)).toMatchObject({ status: 'interrupted' });
  expect(
    await testDatabase.query(
      `select leased_by, next_run_at <= now() as is_due from reconciliations where name = 'events'`,
    ),
  ).toEqual([{ leased_by: null, is_due: true }]);
});

test('S24: a run that is killed half way is taken up by the next, and nothing is done twice', async () => {
  await sellUnnoticed(['ann', 'bob']);
  // Newer than the sales, and more than a page: the sales are on the second one.
  for (let count = 0; count < 110; count += 1) {
    const intent = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    await stripe.paymentIntents.cancel(intent.id);
  }
  await letReach('1 hour');
  const slow = { kind: 'slow', delayMillis: 3_000, method: 'GET', path: '/v1/events' } as const;
  await control.addFault({ ...slow, times: 1_000 });

  const environment = { ...testEnvironment(testDatabase.url), STRIPE_API_BASE: localStripe.url };
  const port = String(await freePort());
  const doomed = await startServiceProcess(
    { ...environment, PORT: port },
    join(folder, 'service.log'),
  );
  const recorded = async () =>
    (await testDatabase.query('select event_id from stripe_events')).length;
  await eventually('the first page', async () => ((await recorded()) > 0 ? true : undefined));
  doomed.process.kill('SIGKILL');
  await doomed.exited;
  await control.clearFaults();
  expect(await credits()).toEqual([]);
  expect(await runs()).toContainEqual(expect.objectContaining({ status: 'running' }));
  const reached = await reachedAt();
  expect(reached?.getTime()).toBeLessThan(Date.now() - 3_500_000);

  // As when the lease has run out.
  await testDatabase.query(
    `update reconciliations set leased_until = now() - interval '1 second' where name = 'events'`,
  );
  const { reconciler } = reconcilerOf(database, localStripe.url);
  await reconciler.runDue(new AbortController().signal);
  expect((await runs()).map(({ status }) => status)).toEqual(
    expect.arrayContaining(['interrupted', 'finished']),
  );
  expect(await recorded()).toBe(112 + (await paymentEvents()));
  for (const userId of ['ann', 'bob']) {
    expect(await ledgerOf(testDatabase, userId)).toMatchObject({ transfers: 1 });
  }
});

/** The payments of the two sales are told of as well. */
async function paymentEvents(): Promise<number> {
  const types = handledEventTypes.filter((type) => type === 'payment_intent.succeeded');
  const { data } = await stripe.events.list({ types: [...types], limit: 100 });
  return data.length;
}
