import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResult } from 'pg';
import { pino } from 'pino';
import { attemptsMax, publishOutbox, type Turns } from '../../../service/outbox/loop';
import type { CloudEvent, Publisher } from '../../../service/outbox/publisher';
import type { Database } from '../../../service/store/database';
import { becomePublisher } from '../../../service/store/outbox';
import { Pipeline } from '../../../service/store/pipeline';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

let testDatabase: TestDatabase;
let database: Database;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url, 20);
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
});

/** Remembers what it was given; says no as often as it is told to. */
function recorder(refuse: (event: CloudEvent) => string | undefined = () => undefined) {
  const published: CloudEvent[] = [];
  const publisher: Publisher = {
    batchSize: 10,
    publish: (events) => {
      const answers = events.map(refuse);
      published.push(...events.filter((_event, index) => answers[index] === undefined));
      return Promise.resolve(answers);
    },
  };
  return { published, publisher };
}

const log = pino({ level: 'silent' });
const run = (publisher: Publisher, turns: Turns = {}) =>
  publishOutbox(
    { database, publisher, source: 'https://shop.example.com', log, turns },
    new AbortController().signal,
  );

const fill = (count: number) =>
  testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     select 'key-' || n, 'balance.credited', 'user-' || (n % 3), jsonb_build_object('n', n)
       from generate_series(1, $1) as n`,
    [count],
  );
const makeDue = () => testDatabase.query('update outbox set next_attempt_at = now()');

/** The numbers of one user's messages, in the order in which they were published. */
const ofUser = (published: readonly CloudEvent[], user: number) =>
  published.filter((event) => event.subject === `user-${user}`).map((event) => event.data.n);
const every = (user: number, count: number) =>
  Array.from({ length: count }, (_each, index) => index + 1).filter((n) => n % 3 === user);

test("S17: messages are published as CloudEvents, once, in each user's order, by twenty tasks", async () => {
  await fill(95);
  const { published, publisher } = recorder();
  await Promise.all(Array.from({ length: 20 }, () => run(publisher)));
  await run(publisher);
  for (const user of [0, 1, 2]) expect(ofUser(published, user)).toEqual(every(user, 95));
  expect(published[0]).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: 'https://shop.example.com',
    type: 'balance.credited',
    subject: 'user-1',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    datacontenttype: 'application/json',
    data: { userId: 'user-1', n: 1 },
  });
});

test('S17: what is committed while another task publishes is published soon after, by whoever comes first', async () => {
  const { published, publisher } = recorder();
  const query = jest.spyOn(Pipeline.prototype, 'query');
  let looking: Promise<number> | undefined;
  await database.transaction(async (elsewhere) => {
    expect(await becomePublisher(elsewhere)).toBe(true);
    await fill(3);
    looking = run(publisher);
    await sleep(250);
    expect(published).toEqual([]);
  });
  expect(await looking).toBe(3);
  // Until then it read no messages, of which there may be many.
  const read = await Promise.all(
    query.mock.results.map(({ value }) => value as Promise<QueryResult>),
  );
  query.mockRestore();
  expect(read.filter(({ rows }) => rows[0]?.message_id !== undefined)).toHaveLength(1);
});

test('S17: a turn that was not cut short is the only one', async () => {
  const transaction = jest.spyOn(database, 'transaction');
  await fill(3);
  expect(await run(recorder().publisher)).toBe(3);
  expect(transaction).toHaveBeenCalledTimes(1);
  // As many of each user as a turn takes: there may be more.
  await testDatabase.query('delete from outbox');
  await fill(60);
  expect(await run(recorder().publisher)).toBe(60);
  expect(transaction).toHaveBeenCalledTimes(3);
});

test('S17: while the topic cannot be reached nothing is lost and nothing counted against', async () => {
  await fill(3);
  const unreachable: Publisher = {
    batchSize: 10,
    publish: () => Promise.reject(new Error('ECONNREFUSED')),
  };
  await expect(run(unreachable)).rejects.toThrow('ECONNREFUSED');
  expect(await testDatabase.query('select distinct attempts, published_at from outbox')).toEqual([
    { attempts: 0, published_at: null },
  ]);
  const { published, publisher } = recorder();
  expect(await run(publisher)).toBe(3);
  expect(published).toHaveLength(3);
});

test('S17: a message that is refused holds up its own user, in order, and nobody else', async () => {
  await fill(15);
  let refusals = 1;
  const { published, publisher } = recorder((event) =>
    event.data.n === 4 && refusals-- > 0 ? 'Throttled' : undefined,
  );
  expect(await run(publisher)).toBe(11); // all but 4, 7, 10 and 13
  expect(ofUser(published, 1)).toEqual([1]);
  expect(await run(publisher)).toBe(0);
  await makeDue();
  expect(await run(publisher)).toBe(4);
  for (const user of [0, 1, 2]) expect(ofUser(published, user)).toEqual(every(user, 15));
});

test('S17: a message that is always refused is set aside with its reason, and the others go', async () => {
  await fill(3);
  await testDatabase.query('update outbox set attempts = $1 where position = 1', [attemptsMax - 1]);
  const { published, publisher } = recorder((event) =>
    event.data.n === 1 ? 'TooLong' : undefined,
  );
  await run(publisher);
  expect(published.map((event) => event.data.n)).toEqual([2, 3]);
  expect(
    await testDatabase.query(
      'select position, last_error from outbox where set_aside_at is not null',
    ),
  ).toEqual([{ position: 1n, last_error: 'TooLong' }]);
});

test('S17: a user whose messages are postponed does not hide those of others, however many', async () => {
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     select 'waits-' || n, 'balance.credited', 'user-0', jsonb_build_object('n', n)
       from generate_series(1, 1500) as n`,
  );
  await testDatabase.query(
    `update outbox set attempts = 1, next_attempt_at = now() + interval '1 hour'
      where message_key = 'waits-1'`,
  );
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     values ('due', 'balance.credited', 'user-1', '{"n": 0}'),
            ('nobody', 'balance.credited', null, '{"n": -1}')`,
  );
  const { published, publisher } = recorder();
  expect(await run(publisher)).toBe(2);
  expect(published.map((event) => event.data.n)).toEqual([0, -1]);
});

test('S17: no call has more than the topic takes, however many wait', async () => {
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     select 'key-' || n, 'balance.credited', 'user-' || n, jsonb_build_object('n', n)
       from generate_series(1, 300) as n`,
  );
  const sizes: number[] = [];
  const { published, publisher } = recorder();
  const watching: Publisher = {
    batchSize: 10,
    publish(events) {
      sizes.push(events.length);
      return publisher.publish(events);
    },
  };
  expect(await run(watching)).toBe(300);
  expect(published).toHaveLength(300);
  expect(Math.max(...sizes)).toBe(10);
});

const fillBehindOneUser = async (crowd: number, others: number) => {
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     select 'crowd-' || n, 'balance.credited', 'crowd', jsonb_build_object('n', n)
       from generate_series(1, $1) as n`,
    [crowd],
  );
  await testDatabase.query(
    `insert into outbox (message_key, type, user_id, data)
     select 'other-' || n, 'balance.credited', case when n % 2 = 0 then 'a-' || n else 'z-' || n end,
            jsonb_build_object('n', n)
       from generate_series(1, $1) as n`,
    [others],
  );
};

test('S17: a user with thousands of waiting messages does not hold up the others', async () => {
  await fillBehindOneUser(2_000, 99);
  const stop = new AbortController();
  const { published, publisher } = recorder();
  let calls = 0;
  const counting: Publisher = {
    batchSize: 10,
    publish(events) {
      calls += 1;
      if (calls === 11) stop.abort();
      return publisher.publish(events);
    },
  };
  const source = 'https://shop.example.com';
  await publishOutbox({ database, publisher: counting, source, log, turns: {} }, stop.signal);
  const ofCrowd = published.filter(({ subject }) => subject === 'crowd');
  expect(published.length - ofCrowd.length).toBe(99);
  expect(ofCrowd.length).toBeLessThan(100);
  expect(ofCrowd.map(({ data }) => data.n)).toEqual(ofCrowd.map((_each, index) => index + 1));
});

test('S17: users whose batch fails as a whole have had their turn, and the others are next', async () => {
  await fillBehindOneUser(20, 20);
  const { published, publisher } = recorder();
  const failing: Publisher = {
    batchSize: 10,
    publish: (events) =>
      events.some(({ subject }) => subject === 'a-2')
        ? Promise.reject(new Error('it cannot be read'))
        : publisher.publish(events),
  };
  const turns: Turns = {};
  await expect(run(failing, turns)).rejects.toThrow('it cannot be read');
  await expect(run(failing, turns)).rejects.toThrow('it cannot be read');
  expect(published.filter(({ subject }) => subject?.startsWith('z-'))).toHaveLength(10);
});
