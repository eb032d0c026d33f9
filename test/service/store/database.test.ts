import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import { Database, isUnavailable } from '../../../service/store/database';
import { recordEvents } from '../../../service/store/events';
import { becomePublisher } from '../../../service/store/outbox';
import { Pipeline } from '../../../service/store/pipeline';
import type { Queryable } from '../../../service/store/queryable';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { eventOf } from '../../support/running-service';
import { startTcpProxy } from '../../support/tcp-proxy';
import { eventually } from '../../support/waiting';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await testDatabase.query('create table notes (id integer primary key)');
  database = await openDatabase(testDatabase.url);
});
afterEach(() => testDatabase.query('delete from notes'));
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const unavailable = expect.objectContaining({ name: 'Problem', code: 'database_unavailable' });
const note = (client: Queryable, id: number) => client.query('insert into notes values ($1)', [id]);
const notes = async () =>
  (await testDatabase.query<{ id: number }>('select id from notes order by id')).map((r) => r.id);

async function backendOf(client: Queryable): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

/** Ends the connection on the server's side, as a failover does. */
const terminate = (pid: number) => testDatabase.query('select pg_terminate_backend($1)', [pid]);

/** Everything works on every connection of the pool: none was left broken or in a transaction. */
async function expectRecovered(pool = database): Promise<void> {
  // Before the server's own limit ends one that was left in a transaction.
  await eventually('connections that are all idle', nobodyWorks, 5_000);
  await Promise.all(Array.from({ length: 10 }, () => pool.query('select 1')));
}

async function nobodyWorks(): Promise<true | undefined> {
  const busy = await testDatabase.query(
    `select from pg_stat_activity where datname = current_database()
        and application_name = 'tollgate' and state <> 'idle'`,
  );
  return busy.length === 0 || undefined;
}

describe('a transaction', () => {
  test('is there as a whole when it has committed, with its result', async () => {
    const result = await database.transaction(async (client) => {
      await Promise.all([note(client, 1), note(client, 2)]);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await notes()).toEqual([1, 2]);
  });

  test('calls back after its commit, in order, and never when it was rolled back', async () => {
    const calls: string[] = [];
    await database.transaction(async (transaction) => {
      transaction.afterCommit(() => calls.push('first'));
      transaction.afterCommit(() => calls.push('second'));
      await note(transaction, 1);
      expect(calls).toEqual([]);
    });
    const undone = database.transaction(async (transaction) => {
      transaction.afterCommit(() => calls.push('rolled back'));
      await note(transaction, 1);
    });
    await expect(undone).rejects.toThrow('duplicate key');
    expect(calls).toEqual(['first', 'second']);
  });

  test('leaves nothing when its work throws, and the error is the one that was thrown', async () => {
    const error = new Error('changed my mind');
    const failed = database.transaction(async (client) => {
      await note(client, 1);
      throw error;
    });
    await expect(failed).rejects.toBe(error);
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });

  test('leaves nothing when its work throws before the first statement', async () => {
    await expect(database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expectRecovered();
  });

  test('leaves nothing when one of several statements under way fails', async () => {
    const failed = database.transaction((client) =>
      Promise.all([note(client, 1), note(client, 1), note(client, 2)]),
    );
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });

  test('never reports success when an error inside of it was swallowed', async () => {
    const failed = database.transaction(async (client) => {
      await note(client, 1);
      await client.query('select 1 / 0').catch(() => undefined);
      return 'done';
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });

  test('fails when a deferred constraint is broken at the commit', async () => {
    await testDatabase.query(
      'create table twins (id integer unique deferrable initially deferred)',
    );
    const failed = database.transaction((client) =>
      client.query('insert into twins values (1), (1)'),
    );
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    // Of a single statement, too, the commit comes after its answer.
    const alone = database.query('insert into twins values (1), (1)');
    await expect(alone).rejects.toMatchObject({ code: '23505' });
    await expectRecovered();
  });

  test('takes nothing that is asked when it is over', async () => {
    let late: Promise<unknown> | undefined;
    await database.transaction(async (client) => {
      await note(client, 1);
      late = sleep(50).then(() => note(client, 2));
    });
    await expect(late).rejects.toThrow('the transaction is over');
    expect(await notes()).toEqual([1]);
  });

  test("a statement's own fault keeps its error: it is not called an outage", async () => {
    const error = await database.query('select nonsense').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: '42703' });
    expect(isUnavailable(error)).toBe(false);
  });
});

test.each([
  ['with it', () => undefined],
  ['while it is under way', () => new Promise(setImmediate)],
  ['after it', () => sleep(50)],
])(
  'S1: when BEGIN fails on a connection that survives, nothing that is asked %s is done',
  async (_, before) => {
    const event = eventOf('customer.created', {
      id: 'cus_1',
      object: 'customer',
    }) as unknown as Stripe.Event;
    const record = { event, receivedBy: 'webhook', status: 'processed', error: null } as const;
    // As when pg_cancel_backend hits just then, which no test can time.
    const query = jest.spyOn(Pipeline.prototype, 'query');
    query.mockImplementationOnce(function (this: Pipeline) {
      return this.query('begin and fail');
    });
    const failed = database.transaction(async (client) => {
      const wait = before();
      if (wait) await wait;
      await Promise.all([recordEvents(client, [record]), becomePublisher(client), note(client, 1)]);
    });
    await expect(failed).rejects.toMatchObject({ code: '42601' });
    expect(await notes()).toEqual([]);
    expect(await testDatabase.query('select from stripe_events')).toEqual([]);
    await expectRecovered();
  },
);

describe('what goes with the commit', () => {
  const pipelined = { isPipelined: true };

  test('S1: is there as a whole, or not at all', async () => {
    const twice = database.transaction(async (transaction) => {
      await note(transaction, 1);
      await transaction.withCommit(note(transaction, 2));
      await transaction.withCommit(note(transaction, 1));
    }, pipelined);
    await expect(twice).rejects.toThrow('duplicate key');
    expect(await notes()).toEqual([]);
    await database.transaction(async (transaction) => {
      await transaction.withCommit(note(transaction, 1));
      await transaction.withCommit(note(transaction, 2));
    }, pipelined);
    expect(await notes()).toEqual([1, 2]);
  });

  test.each([
    ['a value', (client: Queryable) => client.query('insert into notes values ($1)', [circular()])],
    ['it', () => Promise.reject(new Error('Converting circular structure to JSON'))],
  ])('S1: is not committed without it when %s cannot even be sent', async (_, send) => {
    const failed = database.transaction(async (transaction) => {
      await note(transaction, 1);
      await transaction.withCommit(note(transaction, 2));
      await transaction.withCommit(send(transaction));
    }, pipelined);
    await expect(failed).rejects.toThrow('circular structure');
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });
});

function circular(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}

describe('when the server ends a connection', () => {
  test('under a statement, that is database_unavailable and the pool recovers', async () => {
    const failed = database.transaction(async (client) => {
      await note(client, 1);
      const pid = await backendOf(client);
      await Promise.all([client.query('select pg_sleep(5)'), sleep(50).then(() => terminate(pid))]);
    });
    await expect(failed).rejects.toEqual(unavailable);
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });

  test('between two statements of a transaction, the process lives on', async () => {
    const failed = database.transaction(async (client) => {
      await note(client, 1);
      await terminate(await backendOf(client));
      await sleep(100); // something else is waited for, such as a publisher's answer
      await note(client, 2);
    });
    await expect(failed).rejects.toEqual(unavailable);
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });

  test('before the commit, no success is reported', async () => {
    const failed = database.transaction(async (client) => {
      await note(client, 1);
      await terminate(await backendOf(client));
      await sleep(100);
      return 'done';
    });
    await expect(failed).rejects.toEqual(unavailable);
    expect(await notes()).toEqual([]);
    await expectRecovered();
  });

  test('that nobody is using, the next statement gets another one', async () => {
    const lost: Error[] = [];
    const watched = new Database({
      address: () => Promise.resolve({ url: testDatabase.url }),
      poolMax: 1,
      onConnectionLost: (error) => lost.push(error),
    });
    await watched.open(() => undefined, new AbortController().signal);
    await terminate(await backendOf(watched));
    await eventually('the lost connection', () => Promise.resolve(lost[0]));
    expect(lost).toHaveLength(1);
    await expectRecovered(watched);
    await watched.close();
  });
});

test('a statement that hangs ends as statement_timed_out, and waiting for its connection as database_unavailable', async () => {
  const narrow = await openDatabase(testDatabase.url, 1);
  const hanging = narrow.transaction(async (client) => {
    await note(client, 1);
    await client.query('select pg_sleep(60)');
  });
  const waiting = narrow.query('select 1');
  const outside = database.query('select pg_sleep(60)');
  const outcomes = await Promise.allSettled([hanging, waiting, outside]);
  const timedOut = expect.objectContaining({ code: 'statement_timed_out' });
  expect(outcomes).toEqual(
    [timedOut, unavailable, timedOut].map((reason) => ({ status: 'rejected', reason })),
  );
  expect(await notes()).toEqual([]);
  await expectRecovered();
  await expectRecovered(narrow);
  await narrow.close();
}, 9_000);

describe('when the database is away', () => {
  test('a connection that is refused is database_unavailable, until it is accepted', async () => {
    const proxy = await startTcpProxy(testDatabase.url);
    const behind = await openDatabase(proxy.url);
    await proxy.cut();
    await expect(behind.query('select 1')).rejects.toEqual(unavailable);
    await expect(behind.transaction((client) => note(client, 1))).rejects.toEqual(unavailable);
    await proxy.restore();
    await expectRecovered(behind);
    expect(await notes()).toEqual([]);
    await behind.close();
    await proxy.cut();
  });

  test('statements under way when the network goes are database_unavailable', async () => {
    const proxy = await startTcpProxy(testDatabase.url);
    const behind = await openDatabase(proxy.url);
    const failed = behind.transaction(async (client) => {
      await note(client, 1);
      await Promise.all([client.query('select pg_sleep(5)'), sleep(50).then(() => proxy.cut())]);
    });
    await expect(failed).rejects.toEqual(unavailable);
    await behind.close();
  });

  test('opening waits for it, tells of every attempt, and brings the schema', async () => {
    const empty = await createTestDatabase({ empty: true });
    const proxy = await startTcpProxy(empty.url);
    await proxy.cut();
    const waited: unknown[] = [];
    const opening = new Database({
      address: () => Promise.resolve({ url: proxy.url }),
      poolMax: 1,
      onConnectionLost: () => undefined,
    });
    await opening.open(async (error) => {
      waited.push(error);
      if (waited.length === 1) await proxy.restore();
    }, new AbortController().signal);
    expect(waited).toEqual([unavailable]);
    expect((await opening.query('select count(*) from transfers')).rows).toEqual([{ count: 0n }]);
    await opening.close();
    await proxy.cut();
    await empty.drop();
  });

  test('opening stops waiting when it is told to', async () => {
    const proxy = await startTcpProxy(testDatabase.url);
    await proxy.cut();
    const stopping = new AbortController();
    const opening = new Database({
      address: () => Promise.resolve({ url: proxy.url }),
      poolMax: 1,
      onConnectionLost: () => undefined,
    }).open(() => stopping.abort(), stopping.signal);
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a statement before the database has been opened is database_unavailable', async () => {
    const unopened = new Database({
      address: () => Promise.resolve({ url: testDatabase.url }),
      poolMax: 1,
      onConnectionLost: () => undefined,
    });
    await expect(unopened.query('select 1')).rejects.toEqual(unavailable);
    await expect(unopened.transaction(() => Promise.resolve())).rejects.toEqual(unavailable);
    await unopened.close();
  });

  test('a database that does not exist is final, not something to wait for', async () => {
    const url = new URL(testDatabase.url);
    url.pathname = '/no_such_database';
    await expect(openDatabase(url.href)).rejects.toMatchObject({ code: '3D000' });
  });
});

test('amounts and counts arrive as bigints, beyond what a number can hold', async () => {
  const { rows } = await database.query('select 9007199254740993::bigint as big');
  expect(rows).toEqual([{ big: 9_007_199_254_740_993n }]);
});
