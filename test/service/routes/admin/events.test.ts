import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { readConfig } from '../../../../service/config';
import { handlePendingEvents } from '../../../../service/inbox/loop';
import { startService } from '../../../../service/start';
import type { Database } from '../../../../service/store/database';
import { StripeClient } from '../../../../service/stripe/client';
import { adminClient } from '../../../support/admin-client';
import { quietBookkeeper } from '../../../support/bookkeeper';
import { ledgerOf, type OpenCheckout, openCheckout } from '../../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../../support/database';
import { noPlans } from '../../../support/plans';
import {
  eventOf,
  startTestService,
  stripeKey,
  type TestService,
  testEnvironment,
} from '../../../support/running-service';
import { eventually } from '../../../support/waiting';

let testDatabase: TestDatabase;
let database: Database;
let service: TestService;
let admin: ReturnType<typeof adminClient>;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  // Nothing but these tests handles what is pending.
  service = await startTestService(testDatabase.url, { PROCESSING: 'on' });
  admin = adminClient(service.url);
});

afterAll(async () => {
  await service.stop();
  await database.close();
  await testDatabase.drop();
});

const completed = 'checkout.session.completed';
const newId = () => `evt_${randomUUID()}`;

/** Writes an event down in some state, as if it had come to that. */
async function record(event: object, status: string, receivedAt = new Date()): Promise<string> {
  const { id, type } = event as { id: string; type: string };
  await testDatabase.query(
    `insert into stripe_events (event_id, event_type, status, received_at, processed_at,
       next_attempt_at, last_error, payload)
     values ($1, $2, $3, $4, case when $3 in ('processed', 'ignored') then now() end,
       case when $3 = 'pending' then now() + interval '1 hour' end,
       case when $3 = 'failed' then 'it was refused' end, $5)`,
    [id, type, status, receivedAt, JSON.stringify(event)],
  );
  return id;
}

async function paidEvent(status: string): Promise<{ id: string; checkout: OpenCheckout }> {
  const checkout = await openCheckout(testDatabase);
  const id = await record(eventOf(completed, checkout.paidSession()), status);
  return { id, checkout };
}

const replay = (id: string, query = '') => admin.post(`/events/${id}/replay${query}`);
const statusOf = async (id: string) =>
  (
    await testDatabase.query('select status, last_error from stripe_events where event_id = $1', [
      id,
    ])
  )[0];

/** Every row of every table, as text. */
async function everything(): Promise<Record<string, string[]>> {
  const tables = await testDatabase.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    // A run of the loop for reconciliations has nothing to do with the request.
    if (name.startsWith('reconciliation')) continue;
    const found = await testDatabase.query<{ row: string }>(`select t::text as row from ${name} t`);
    rows[name] = found.map(({ row }) => row).sort();
  }
  return rows;
}

test('S3: events are listed page by page, the last received first, each once', async () => {
  const type = `test.${randomUUID()}`;
  const ids: string[] = [];
  for (let count = 0; count < 7; count += 1) {
    // Two of each share their microsecond.
    const receivedAt = new Date(Date.UTC(2026, 0, 1) + Math.floor(count / 2) * 1_000);
    ids.push(await record(eventOf(type, {}), count % 3 === 0 ? 'failed' : 'ignored', receivedAt));
  }
  const seen: string[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const { status, body } = await admin.get(
      `/events?type=${type}&limit=3${cursor && `&cursor=${cursor}`}`,
    );
    expect(status).toBe(200);
    const page = body.events as { eventId: string; receivedAt: string }[];
    expect(page.length).toBeLessThanOrEqual(3);
    seen.push(...page.map(({ eventId }) => eventId));
    cursor = body.nextCursor;
  }
  expect([...seen].sort()).toEqual([...ids].sort());
  expect(seen).toHaveLength(7);
  expect(seen[0]).toBe(ids[6]);

  const failed = await admin.get(`/events?type=${type}&status=failed`);
  expect((failed.body.events as object[]).length).toBe(3);
  const range = 'since=2026-01-01T00:00:01Z&until=2026-01-01T00:00:02Z';
  const within = await admin.get(`/events?type=${type}&${range}`);
  expect(
    (within.body.events as { eventId: string }[]).map(({ eventId }) => eventId).sort(),
  ).toEqual([ids[2], ids[3]].sort());
  expect((await admin.get('/events?since=yesterday')).body.code).toBe('validation_failed');
});

test('S3: an event is shown with its payload, its attempts and its last error', async () => {
  const { id, checkout } = await paidEvent('failed');
  const { status, body } = await admin.get(`/events/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    eventId: id,
    type: completed,
    status: 'failed',
    receivedBy: 'webhook',
    attempts: 0,
    lastError: 'it was refused',
    processedAt: null,
    payload: {
      id,
      type: completed,
      data: { object: { id: checkout.sessionId, amount_total: 1000 } },
    },
  });
  await testDatabase.query('update stripe_events set payload = null where event_id = $1', [id]);
  expect((await admin.get(`/events/${id}`)).body.payload).toBeNull();
  expect(await replay(id)).toMatchObject({ status: 409, body: { code: 'event_payload_pruned' } });
  expect(await admin.get('/events/evt_none')).toMatchObject({
    status: 404,
    body: { code: 'event_not_found' },
  });
  expect(await replay('evt_none')).toMatchObject({
    status: 404,
    body: { code: 'event_not_found' },
  });
});

test.each(['failed', 'pending', 'processed', 'ignored'])(
  'S3: a replay handles an event that was %s, and again without a second effect',
  async (status) => {
    const { id, checkout } = await paidEvent(status);
    const first = await replay(id);
    expect(first).toMatchObject({
      status: 200,
      body: { eventId: id, dryRun: false, status: 'processed', outcome: 'credited', refusal: null },
    });
    expect(await statusOf(id)).toEqual({ status: 'processed', last_error: null });
    const second = await replay(id);
    expect(second.body).toMatchObject({
      outcome: 'already_credited',
      effects: { transfers: [], changes: [], messages: [] },
    });
    expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 1 });
  },
);

test('S3: a dry run shows the effects as data and applies nothing of them', async () => {
  const { id, checkout } = await paidEvent('failed');
  const before = await everything();
  const dry = await replay(id, '?dryRun=true');
  expect(await everything()).toEqual(before);
  expect(dry.status).toBe(200);
  expect(dry.body).toMatchObject({
    dryRun: true,
    status: 'processed',
    outcome: 'credited',
    effects: {
      transfers: [
        {
          debitAccount: 'stripe_clearing',
          creditAccount: `user:${checkout.userId}`,
          unit: 'usd',
          amountMinor: 1000,
          reason: 'topup',
        },
      ],
      changes: [
        { object: 'checkout', id: checkout.checkoutId, values: { paymentStatus: 'paid' } },
        { object: 'payment', values: { paid: { amountMinor: '1000' } } },
      ],
      messages: [{ type: 'checkout.completed' }, { type: 'balance.credited' }],
    },
  });

  const applied = await replay(id);
  expect(applied.body.effects).toEqual(dry.body.effects);
  expect(Object.keys(before)).toEqual(expect.arrayContaining(['transfers', 'balances', 'outbox']));
  expect(await everything()).not.toEqual(before);
});

test('S3: what a handler refuses is answered with its reason, and keeps the event failed', async () => {
  const checkout = await openCheckout(testDatabase);
  const event = eventOf(completed, checkout.paidSession({ amount_total: 999 }));
  const id = await record(event, 'pending');
  const dry = await replay(id, '?dryRun=true');
  expect(dry.body).toMatchObject({
    status: 'refused',
    refusal: { code: 'checkout_amount_mismatch' },
  });
  expect(await statusOf(id)).toMatchObject({ status: 'pending' });
  const answer = await replay(id);
  expect(answer.body).toMatchObject({
    status: 'refused',
    outcome: null,
    refusal: { code: 'checkout_amount_mismatch', detail: expect.stringContaining('999 usd') },
  });
  expect(await statusOf(id)).toMatchObject({ status: 'failed' });
  expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 0 });
});

test('S3: an event of a type without a handler stays ignored', async () => {
  const id = await record(eventOf('customer.created', {}, newId()), 'ignored');
  expect((await replay(id)).body).toMatchObject({ status: 'ignored', outcome: null });
  expect(await statusOf(id)).toEqual({ status: 'ignored', last_error: null });
});

test('S14: replays, dry runs and the inbox loop at once credit a pending event once', async () => {
  const sales = await Promise.all(Array.from({ length: 10 }, () => paidEvent('pending')));
  const ids = sales.map(({ id }) => id);
  await testDatabase.query(
    'update stripe_events set next_attempt_at = now() where event_id = any($1)',
    [ids],
  );
  const stripe = new StripeClient(stripeKey, new URL('http://127.0.0.1:9'));
  const log = pino({ level: 'silent' });
  const loop = () =>
    handlePendingEvents(
      { database, stripe, catalogue: noPlans, bookkeeper: quietBookkeeper, log, inFlight: 2 },
      new AbortController().signal,
    );
  const [, , ...answers] = await Promise.all([
    loop(),
    loop(),
    ...ids.flatMap((id) => [replay(id), replay(id), replay(id, '?dryRun=true')]),
  ]);
  // One that has waited a second for the row is told to come again.
  for (const { status } of answers) expect([200, 503]).toContain(status);
  for (const { id } of sales) await replay(id);
  for (const { id, checkout } of sales) {
    expect(await statusOf(id)).toEqual({ status: 'processed', last_error: null });
    const { balances, transfers } = await ledgerOf(testDatabase, checkout.userId);
    expect([balances, transfers]).toEqual([[{ unit: 'usd', amount_minor: 1000n }], 1]);
  }
});

test('S3: while handling is paused, only a dry run is answered', async () => {
  const { id, checkout } = await paidEvent('pending');
  const paused = await startTestService(testDatabase.url, { PROCESSING: 'paused' });
  try {
    const client = adminClient(paused.url);
    expect(await client.post(`/events/${id}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'processing_paused' },
    });
    const dry = await client.post(`/events/${id}/replay?dryRun=true`);
    expect(dry.body).toMatchObject({ outcome: 'credited' });
  } finally {
    await paused.stop();
  }
  expect(await ledgerOf(testDatabase, checkout.userId)).toMatchObject({ transfers: 0 });
});

test('S22: who replayed what is in the log, by ids alone', async () => {
  const { id, checkout } = await paidEvent('failed');
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
  const config = readConfig(testEnvironment(testDatabase.url));
  const logging = await startService(config, log);
  try {
    const client = adminClient(`http://127.0.0.1:${logging.port}`, 'billing:admin', 'jane');
    await eventually('an answer', async () =>
      (await client.get(`/events/${id}`)).status === 200 ? true : undefined,
    );
    await client.post(`/events/${id}/replay?dryRun=true`);
    await client.post(`/events/${id}/replay`);
  } finally {
    await logging.stop();
  }
  const acted = lines.filter((line) => line.includes('administrator acted'));
  expect(acted.map((line) => JSON.parse(line))).toMatchObject([
    { admin: 'jane', action: 'replay', eventId: id, status: 'processed', outcome: 'credited' },
  ]);
  expect(acted.join()).not.toContain(checkout.userId);
});
