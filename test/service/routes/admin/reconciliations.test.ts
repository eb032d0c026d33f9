import { type LocalStripe, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import { adminClient } from '../../../support/admin-client';
import { createTestDatabase, type TestDatabase } from '../../../support/database';
import { startTestService, type TestService } from '../../../support/running-service';
import { eventually } from '../../../support/waiting';

let database: TestDatabase;
let localStripe: LocalStripe;
let service: TestService;
let admin: ReturnType<typeof adminClient>;

beforeAll(async () => {
  database = await createTestDatabase();
  localStripe = await startLocalStripe();
  // Not due: only what these tests ask for runs.
  await database.query(
    `insert into reconciliations (name, reached_at, next_run_at)
     values ('events', now() - interval '1 hour', now() + interval '1 day')`,
  );
  service = await startTestService(database.url, { STRIPE_API_BASE: localStripe.url });
  admin = adminClient(service.url);
});

afterAll(async () => {
  await service.stop();
  await localStripe.close();
  await database.drop();
});

test.each(['events', 'objects'])(
  'S24: an administrator has the %s reconciled now',
  async (kind) => {
    const { status, body } = await admin.post('/reconciliations', { kind });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind,
      startedBy: 'an-operator',
      status: 'finished',
      repaired: 0,
      differences: 0,
      findings: [],
      error: null,
    });
    expect((await admin.get(`/reconciliations/${body.runId}`)).body).toEqual(body);
    const { runs } = (await admin.get(`/reconciliations?kind=${kind}&limit=1`)).body;
    expect(runs).toEqual([body]);
  },
);

test('S24: while a run is under way, another one of its kind is refused', async () => {
  const control = new RemoteControl(localStripe.url);
  const slow = { kind: 'slow', delayMillis: 2_000, method: 'GET', path: '/v1/events' } as const;
  await control.addFault({ ...slow, times: 1_000 });
  const first = admin.post('/reconciliations', { kind: 'events' });
  await eventually('the run begun', async () => {
    const rows = await database.query(
      "select from reconciliation_runs where name = 'events' and status = 'running'",
    );
    return rows.length > 0 ? true : undefined;
  });
  expect(await admin.post('/reconciliations', { kind: 'events' })).toMatchObject({
    status: 409,
    body: { code: 'reconciliation_running' },
  });
  await control.clearFaults();
  expect((await first).body).toMatchObject({ status: 'finished' });
});

test('S24: a run that Stripe does not let finish says why', async () => {
  const control = new RemoteControl(localStripe.url);
  await control.addFault({
    kind: 'status',
    status: 500,
    method: 'GET',
    path: '/v1/events',
    times: 2,
  });
  const { status, body } = await admin.post('/reconciliations', { kind: 'events' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'failed', error: expect.any(String) });
  await control.clearFaults();
});

test('S20: a range that ends before it begins, and a run that never was, are named', async () => {
  const range = { since: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' };
  expect(await admin.post('/reconciliations', { kind: 'events', ...range })).toMatchObject({
    status: 400,
    body: { code: 'validation_failed' },
  });
  expect(await admin.get('/reconciliations/00000000-0000-4000-8000-000000000000')).toMatchObject({
    status: 404,
    body: { code: 'reconciliation_not_found' },
  });
});

test.each([
  [
    { since: '0001-01-01T00:00:00Z', until: '9999-12-31T00:00:00Z' },
    'reconciliation_range_invalid',
  ],
  [{ since: '0001-01-01T00:00:00Z' }, 'reconciliation_range_invalid'],
  [{ until: '9999-12-31T23:59:59Z' }, 'reconciliation_range_invalid'],
  [{ since: '2026-01-01T23:59:60Z' }, 'validation_failed'],
])('S20: a run of %j is refused at once, by name, and none is recorded', async (range, code) => {
  const runs = () => database.query('select run_id from reconciliation_runs order by 1');
  const before = await runs();
  for (const kind of ['events', 'objects']) {
    expect(await admin.post('/reconciliations', { kind, ...range })).toMatchObject({
      status: 400,
      body: { code },
    });
  }
  expect(await runs()).toEqual(before);
});

test('S20: events are listed for any range, and for no time that there is not', async () => {
  const listed = await admin.get('/events?since=0001-01-01T00:00:00Z&until=9999-12-31T00:00:00Z');
  expect(listed.status).toBe(200);
  const never = await admin.get('/events?since=2026-01-01T23:59:60Z');
  expect(never).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});
