import pg from 'pg';
import { Pipeline } from '../../../service/store/pipeline';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let testDatabase: TestDatabase;
let client: pg.Client;
let pipeline: Pipeline;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await testDatabase.query('create sequence steps');
});
beforeEach(async () => {
  client = new pg.Client({ connectionString: testDatabase.url, pipeline: true });
  await client.connect();
  await client.query('alter sequence steps restart');
  pipeline = new Pipeline(client);
});
afterEach(() => client.end());
afterAll(() => testDatabase.drop());

/** A sequence is not taken back by a rollback: it tells what was done. */
const step = async () => {
  const { rows } = await pipeline.query<{ step: bigint }>(`select nextval('steps') as step`);
  return rows[0]?.step;
};
const stepsDone = async () => (await step()) ?? 0n;
const divideByZero = () => pipeline.query('select 1 / $1::int', [0]);

test('S1: what is asked in one turn has its own answers, in one round trip', async () => {
  const sync = jest.spyOn(pg.Connection.prototype, 'sync');
  const write = jest.spyOn(client.connection.stream, 'uncork');
  const [first, texts, none, second] = await Promise.all([
    step(),
    pipeline.query('select $1::text as text union all select $2', ['a', null]),
    pipeline.query('create temporary table t ()'),
    step(),
  ]);
  expect([first, second]).toEqual([1n, 2n]);
  expect(texts).toMatchObject({ rows: [{ text: 'a' }, { text: null }], rowCount: 2 });
  expect(none).toMatchObject({ command: 'CREATE', rows: [] });
  expect(sync).toHaveBeenCalledTimes(1);
  expect(write).toHaveBeenCalledTimes(1);
  jest.restoreAllMocks();
});

test('S1: behind one that fails nothing is done, and all of them fail by its error', async () => {
  const outcomes = await Promise.allSettled([step(), divideByZero(), step(), step()]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
    'rejected',
  ]);
  const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  expect(reasons[0]).toMatchObject({ code: '22012' });
  expect(new Set(reasons).size).toBe(1);
  expect(await stepsDone()).toBe(2n);
});

test('an error leads to whoever asked, not to where the answer was read', async () => {
  const whoAsks = async () => {
    await Promise.all([step(), divideByZero(), step()]);
  };
  const stack = await whoAsks().catch((error: Error) => error.stack);
  expect(stack).toMatch(/at (async )?whoAsks .*pipeline\.test\.ts/);
});

test('what is asked while others are under way is answered after them, together', async () => {
  const sync = jest.spyOn(pg.Connection.prototype, 'sync');
  const slow = pipeline.query('select pg_sleep(0.1)');
  await new Promise(setImmediate);
  const order: string[] = [];
  await Promise.all([
    slow.then(() => order.push('slow')),
    step().then(() => order.push('first')),
    step().then(() => order.push('second')),
  ]);
  expect(order).toEqual(['slow', 'first', 'second']);
  expect(sync).toHaveBeenCalledTimes(2);
  jest.restoreAllMocks();
});

test('S1: what was asked while one was under way that fails is behind it', async () => {
  const failing = Promise.all([pipeline.query('select pg_sleep(0.1)'), divideByZero()]);
  await new Promise(setImmediate);
  const meanwhile = step();
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  await expect(meanwhile).rejects.toMatchObject({ code: '22012' });
  expect(await stepsDone()).toBe(1n);
});

test('what is asked by those who were answered goes together with what waited for the answer', async () => {
  const sync = jest.spyOn(pg.Connection.prototype, 'sync');
  const answered = pipeline.query('select pg_sleep(0.1)').then(step);
  await new Promise(setImmediate);
  await Promise.all([answered, step()]);
  expect(sync).toHaveBeenCalledTimes(2);
  jest.restoreAllMocks();
});

test('an objection fails what was sent behind it, though PostgreSQL has done it', async () => {
  const objection = new Error('read only');
  const outcomes = await Promise.allSettled([
    step(),
    pipeline.query('select 1', [], () => objection),
    step(),
  ]);
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 1n },
    { status: 'rejected', reason: objection },
    { status: 'rejected', reason: objection },
  ]);
});

test('once abandoned it sends nothing, and what waits fails by the reason', async () => {
  const reason = new Error('changed my mind');
  const waiting = step();
  pipeline.abandon(reason);
  pipeline.abandon(new Error('a later one'));
  await expect(waiting).rejects.toBe(reason);
  await expect(step()).rejects.toBe(reason);
  pipeline = new Pipeline(client);
  expect(await stepsDone()).toBe(1n);
});

test('a value that cannot be written fails, and with it what comes later', async () => {
  const unwritable = {
    toPostgres: () => {
      throw new Error('cannot be written');
    },
  };
  const whoAsks = () => pipeline.query('select $1::text', [unwritable]);
  const [before, itself, later] = await Promise.allSettled([step(), whoAsks(), step()]);
  const failed = {
    status: 'rejected',
    reason: expect.objectContaining({ message: 'cannot be written' }),
  };
  expect([before, itself, later]).toEqual([{ status: 'fulfilled', value: 1n }, failed, failed]);
  expect(await stepsDone()).toBe(2n);
});

test('a row that cannot be read fails its statement, and the connection goes on', async () => {
  const parse = jest.spyOn(pg.Result.prototype as never, 'parseRow' as never);
  parse.mockImplementationOnce((() => {
    throw new Error('cannot be read');
  }) as never);
  await expect(step()).rejects.toThrow('cannot be read');
  parse.mockRestore();
  expect(await stepsDone()).toBe(2n);
});

test('a connection that ends fails all that was asked', async () => {
  client.on('error', () => undefined);
  const asked = [step(), pipeline.query('select pg_terminate_backend(pg_backend_pid())'), step()];
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.at(-1)).toMatchObject({ status: 'rejected' });
  await expect(step()).rejects.toThrow(/not queryable|terminat|ECONNRESET/);
});
