import { pino } from 'pino';
import { Activity } from '../../../service/activity';
import { writeMetrics } from '../../../service/housekeeping/readings';
import { Metrics } from '../../../service/metrics';
import { Database } from '../../../service/store/database';
import { createTestDatabase, openDatabase } from '../../support/database';

const activity = new Activity(false, Date.now);

function collect() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'info', base: null },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  return { lines, metrics: new Metrics(log, 'test', Date.now) };
}

test('S22: the readings say what failed, what waits and for how long', async () => {
  const testDatabase = await createTestDatabase();
  const database = await openDatabase(testDatabase.url);
  await testDatabase.query(
    `insert into stripe_events (event_id, event_type, status, received_at, next_attempt_at)
     values ('evt_1', 'a', 'failed', now() - '1 day'::interval, null),
            ('evt_2', 'a', 'pending', now() - '100 seconds'::interval, now()),
            ('evt_3', 'a', 'pending', now() - '50 seconds'::interval, now())`,
  );
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data, created_at, published_at, set_aside_at)
     values ('published', 't', 'u', '{}', now() - '900 seconds'::interval, now(), null),
            ('aside', 't', 'u', '{}', now() - '800 seconds'::interval, null, now()),
            ('waiting', 't', 'u', '{}', now() - '200 seconds'::interval, null, null)`,
  );
  const { lines, metrics } = collect();
  await writeMetrics({ database, metrics, activity, last: {} });
  await database.close();
  await testDatabase.drop();
  const [line] = lines;
  expect(line).toMatchObject({ EventsFailed: 1, MessagesSetAside: 1 });
  // Seconds pass while the test runs.
  expect(line?.OldestPendingEventSeconds).toBeGreaterThanOrEqual(100);
  expect(line?.OldestPendingEventSeconds).toBeLessThan(200);
  expect(line?.OutboxLagSeconds).toBeGreaterThanOrEqual(200);
  expect(line?.OutboxLagSeconds).toBeLessThan(800);
});

test('S22: counts are written when the database is away as well', async () => {
  const { lines, metrics } = collect();
  metrics.count('EventsReceived');
  const closed = new Database({
    address: () => Promise.resolve({ url: 'postgresql://127.0.0.1:9/none' }),
    poolMax: 1,
    onConnectionLost: () => undefined,
  });
  await expect(
    writeMetrics({ database: closed, metrics, activity, last: {} }),
  ).rejects.toMatchObject({
    code: 'database_unavailable',
  });
  expect(lines).toMatchObject([{ EventsReceived: 1 }]);
});
