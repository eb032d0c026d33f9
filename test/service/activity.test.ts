import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Activity } from '../../service/activity';
import { readConfig } from '../../service/config';
import { createLoops, Wakes } from '../../service/loops';
import { Metrics } from '../../service/metrics';
import type { Database } from '../../service/store/database';
import { readDueAt } from '../../service/store/readings';
import { createTestDatabase, openDatabase, type TestDatabase } from '../support/database';
import { noPlans } from '../support/plans';
import { reconcilerOf } from '../support/reconciling';
import { testEnvironment } from '../support/running-service';
import { startServiceWithDatabase } from '../support/service-with-database';
import { startTcpProxy } from '../support/tcp-proxy';
import { eventually } from '../support/waiting';

const minute = 60_000;
const hour = 60 * minute;
const unhandledEvent = {
  id: 'evt_rest',
  object: 'event',
  type: 'payment_method.attached',
  api_version: null,
  created: 1_790_000_000,
  livemode: false,
  data: { object: { id: 'pm_1', object: 'payment_method' } },
};

describe('while nothing comes in, a database that may pause is let alone', () => {
  let now = 0;
  let awakened = 0;
  let answers: Promise<void>;
  let activity: Activity;
  const pass = (millis: number) => {
    now += millis;
  };
  const lookAt = (dueAt?: Date) => activity.look(() => Promise.resolve(dueAt));

  beforeEach(() => {
    now = Date.parse('2026-01-01T00:00:00Z');
    awakened = 0;
    activity = new Activity(true, () => now);
    activity.connect({
      awakenDatabase: () => answers,
      wakeLoops: () => {
        awakened += 1;
      },
    });
    answers = Promise.resolve();
  });

  test('after five quiet minutes, and not before', async () => {
    pass(5 * minute - 1);
    await lookAt();
    expect(activity.isResting).toBe(false);
    pass(1);
    await lookAt();
    expect(activity.isResting).toBe(true);
  });

  test('but not one that never pauses', async () => {
    activity = new Activity(false, () => now);
    pass(hour);
    await activity.look(() => Promise.reject(new Error('it was asked')));
    expect(activity.isResting).toBe(false);
  });

  test('and not while something is due soon', async () => {
    pass(hour);
    await lookAt(new Date(now - 1));
    expect(activity.isResting).toBe(false);
    await lookAt(new Date(now + 15 * minute - 1));
    expect(activity.isResting).toBe(false);
    await lookAt(new Date(now + 15 * minute));
    expect(activity.isResting).toBe(true);
  });

  test('the first sign of life wakes the loops, once', async () => {
    pass(hour);
    await lookAt();
    activity.note();
    activity.note();
    await sleep(0);
    expect({ awakened, isResting: activity.isResting }).toEqual({ awakened: 1, isResting: false });
  });

  test('the rest lasts until the database has answered', async () => {
    pass(hour);
    await lookAt();
    let answer: () => void = () => undefined;
    answers = new Promise((resolve) => {
      answer = resolve;
    });
    activity.note();
    await sleep(0);
    await lookAt();
    expect({ awakened, isResting: activity.isResting }).toEqual({ awakened: 0, isResting: true });
    answer();
    await sleep(0);
    expect({ awakened, isResting: activity.isResting }).toEqual({ awakened: 1, isResting: false });
  });

  test('what comes in while it is asked, is not overlooked', async () => {
    pass(hour);
    await activity.look(() => {
      pass(1);
      activity.note();
      return Promise.resolve(undefined);
    });
    expect(activity.isResting).toBe(false);
  });

  test.each([
    ['what is due later ends it', hour, hour],
    ['it ends after six hours in any case', 24 * hour, 6 * hour],
  ])('%s', async (_title, dueInMillis, endsAfterMillis) => {
    pass(hour);
    await lookAt(new Date(now + dueInMillis));
    pass(endsAfterMillis - 1);
    await lookAt();
    expect(activity.isResting).toBe(true);
    pass(1);
    await lookAt();
    await sleep(0);
    expect({ awakened, isResting: activity.isResting }).toEqual({ awakened: 1, isResting: false });
  });

  test('a database that does not answer is no reason to rest', async () => {
    pass(hour);
    await expect(activity.look(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(activity.isResting).toBe(false);
  });
});

describe('the loops', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let later = 0;
  let activity: Activity;
  let loops: ReturnType<typeof createLoops>;
  let wakes: Wakes;
  let look: () => Promise<void>;
  const lines: { level: number }[] = [];
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>;

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    proxy = await startTcpProxy(testDatabase.url);
    database = await openDatabase(proxy.url);
    lines.length = 0;
    later = 0;
    activity = new Activity(true, () => Date.now() + later);
    const { reconciler, receiver, bookkeeper, stripe } = reconcilerOf(
      database,
      'http://127.0.0.1:9',
    );
    const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line)) });
    const metrics = new Metrics(log, 'test', Date.now);
    const config = readConfig(testEnvironment(testDatabase.url));
    wakes = new Wakes(activity);
    loops = createLoops(
      {
        ...{ config, database, bookkeeper, stripe, catalogue: noPlans, follower: undefined },
        ...{ receiver, reconciler, metrics, activity, log },
      },
      wakes,
    );
    look = () => activity.look(() => readDueAt(database));
    loops.start();
  });

  afterEach(async () => {
    await loops.stop();
    await database.close();
    await proxy.cut();
    await testDatabase.drop();
  });

  const waiting = `insert into outbox (message_key, type, user_id, data) values ('waits', 't', 'u', '{}')`;
  const untilPublished = () =>
    eventually('the message to be published', async () =>
      (await testDatabase.query('select from outbox where published_at is not null')).at(0),
    );

  test('ask nothing and keep no connection while it rests, and go on at the first sign of life', async () => {
    later = 6 * minute;
    await look();
    expect(activity.isResting).toBe(true);
    const connections = () =>
      testDatabase.query(
        `select from pg_stat_activity
          where datname = current_database() and application_name = 'tollgate'`,
      );
    await eventually('no connection', async () => (await connections()).length === 0 || undefined);
    await sleep(4_000);
    expect(await connections()).toEqual([]);

    await testDatabase.query(waiting);
    activity.note();
    await untilPublished();
  });

  test('are woken by whoever leaves work for one of them, such as a reconciliation of the night', async () => {
    later = 6 * minute;
    await look();
    expect(activity.isResting).toBe(true);
    await testDatabase.query(waiting);
    wakes.outbox();
    await untilPublished();
    expect(activity.isResting).toBe(false);
  });

  test('wait for a database that takes its time to wake up, and call that no failure', async () => {
    later = 6 * minute;
    await look();
    await sleep(2_000); // what had begun has ended
    lines.length = 0;
    await proxy.cut();
    await testDatabase.query(waiting);
    activity.note();
    await sleep(6_000);
    expect(activity.isResting).toBe(true);
    await proxy.restore();
    await untilPublished();
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  });

  test.each([
    [
      'a hold that ends soon',
      `insert into holds (hold_id, user_id, unit, amount_minor, description, expires_at)
       values (gen_random_uuid(), 'u', 'usd', 1, 'd', now() + interval '20 minutes')`,
      // Twenty minutes from now are fourteen from then.
      false,
    ],
    [
      'a hold that ends tomorrow',
      `insert into holds (hold_id, user_id, unit, amount_minor, description, expires_at)
       values (gen_random_uuid(), 'u', 'usd', 1, 'd', now() + interval '1 day')`,
      true,
    ],
    [
      'an event that is put off',
      `insert into stripe_events (event_id, event_type, status, next_attempt_at, payload)
       values ('evt_1', 'a', 'pending', now() + interval '10 minutes', '{}')`,
      false,
    ],
    [
      'a message that is put off',
      `insert into outbox (message_key, type, user_id, data, attempts, next_attempt_at)
       values ('waits', 't', 'u', '{}', 1, now() + interval '2 minutes')`,
      false,
    ],
  ])('are asked, or not, as %s has it', async (_what, statement, expected) => {
    await testDatabase.query(statement);
    later = 6 * minute;
    await look();
    expect(activity.isResting).toBe(expected);
  });
});

describe('a service that rests', () => {
  const waiting = `insert into outbox (message_key, type, user_id, data) values ('waits', 't', 'u', '{}')`;
  const published = 'select from outbox where published_at is not null';

  afterEach(() => jest.restoreAllMocks());

  test('goes on when somebody with a token asks, or an event comes in, and at nothing else', async () => {
    let later = 0;
    const { now: realNow } = Date;
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + later);
    const [asked, told, scanned] = await Promise.all(
      Array.from({ length: 3 }, () => startServiceWithDatabase({ DATABASE_MAY_PAUSE: 'true' })),
    );
    if (!asked || !told || !scanned) throw new TypeError('three are three');
    const all = [asked, told, scanned];
    try {
      later = 6 * minute;
      // They look once a minute whether it is quiet.
      await sleep(70_000);
      for (const { database } of all) await database.query(waiting);
      await sleep(4_000);
      for (const { database } of all) expect(await database.query(published)).toEqual([]);
      later = 0;
      expect((await asked.service.get('/v1/account', 'user-1')).status).toBe(200);
      expect((await told.service.deliver(unhandledEvent)).status).toBe(200);
      expect((await fetch(`${scanned.service.url}/v1/account`)).status).toBe(401);
      expect((await fetch(`${scanned.service.url}/ready`)).status).toBe(200);
      for (const { database } of [asked, told]) {
        await eventually('the message to be published', async () =>
          (await database.query(published)).at(0),
        );
      }
      expect(await scanned.database.query(published)).toEqual([]);
    } finally {
      for (const each of all) {
        // No message of the service's own, which are held to their schema.
        await each.database.query(`delete from outbox where message_key = 'waits'`);
        await each.close();
      }
    }
  });
});
