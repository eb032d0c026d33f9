import { pino } from 'pino';
import { prune } from '../../../service/housekeeping/prune';
import type { Database } from '../../../service/store/database';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

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
const run = () => prune({ database, log }, new AbortController().signal);

test('S18: the payload goes 30 days after processing, and the facts of the row stay', async () => {
  await testDatabase.query(
    `insert into stripe_events
       (event_id, event_type, status, received_at, processed_at, next_attempt_at, payload)
     values ('evt_old', 'a', 'processed', now() - '40 days'::interval, now() - '31 days'::interval, null, '{}'),
            ('evt_ignored', 'a', 'ignored', now() - '40 days'::interval, now() - '31 days'::interval, null, '{}'),
            ('evt_late', 'a', 'processed', now() - '40 days'::interval, now() - '29 days'::interval, null, '{}'),
            ('evt_pending', 'a', 'pending', now() - '40 days'::interval, null, now(), '{}'),
            ('evt_failed', 'a', 'failed', now() - '40 days'::interval, null, null, '{}')`,
  );
  await run();
  expect(
    await testDatabase.query(
      `select event_id, event_type, received_at is not null as received, payload is null as pruned
         from stripe_events order by event_id`,
    ),
  ).toEqual([
    { event_id: 'evt_failed', event_type: 'a', received: true, pruned: false },
    { event_id: 'evt_ignored', event_type: 'a', received: true, pruned: true },
    { event_id: 'evt_late', event_type: 'a', received: true, pruned: false },
    { event_id: 'evt_old', event_type: 'a', received: true, pruned: true },
    { event_id: 'evt_pending', event_type: 'a', received: true, pruned: false },
  ]);
});

test('S18: published messages go after 30 days; what waits or was set aside stays', async () => {
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data, published_at, set_aside_at)
     values ('old', 't', 'u', '{}', now() - '31 days'::interval, null),
            ('late', 't', 'u', '{}', now() - '29 days'::interval, null),
            ('waiting', 't', 'u', '{}', null, null),
            ('set aside', 't', 'u', '{}', null, now() - '90 days'::interval)`,
  );
  await run();
  expect(await testDatabase.query('select message_key from outbox order by position')).toEqual([
    { message_key: 'late' },
    { message_key: 'waiting' },
    { message_key: 'set aside' },
  ]);
});

test('S18: answers under an Idempotency-Key go after a week', async () => {
  await testDatabase.query(
    `insert into idempotency_keys (caller, key, request_hash, created_at)
     values ('u', 'old', '', now() - '8 days'::interval), ('u', 'late', '', now() - '6 days'::interval)`,
  );
  await run();
  expect(await testDatabase.query('select key from idempotency_keys')).toEqual([{ key: 'late' }]);
});

test('S18: more than a batch is pruned in one run, by two tasks at once', async () => {
  await testDatabase.query(
    `insert into stripe_events (event_id, event_type, status, processed_at, payload)
     select 'evt_' || n, 'many', 'processed', now() - '31 days'::interval, '{}'
       from generate_series(1, 3500) as n`,
  );
  await Promise.all([run(), run()]);
  expect(
    await testDatabase.query(
      "select count(*)::int as kept from stripe_events where event_type = 'many' and payload is not null",
    ),
  ).toEqual([{ kept: 0 }]);
});
