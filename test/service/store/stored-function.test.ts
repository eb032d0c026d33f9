import pg from 'pg';
import type Stripe from 'stripe';
import type { Database } from '../../../service/store/database';
import { recordEvents } from '../../../service/store/events';
import { becomePublisher } from '../../../service/store/outbox';
import { createStoredFunctions, storedFunction } from '../../../service/store/stored-function';
import { storedFunctions } from '../../../service/store/stored-functions';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { eventOf } from '../../support/running-service';

let testDatabase: TestDatabase;
let database: Database;
/** A connection on which nothing was begun. */
let plain: pg.Client;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  plain = new pg.Client({ connectionString: testDatabase.url });
  await plain.connect();
});

afterAll(async () => {
  await plain.end();
  await database.close();
  await testDatabase.drop();
});

const namesOf = async (like: string) =>
  (
    await testDatabase.query<{ name: string }>(
      'select proname as name from pg_proc where proname like $1 order by proname',
      [like],
    )
  ).map(({ name }) => name);

const answering = (answer: number) =>
  storedFunction('answer', { parameters: '', returns: 'integer', body: `return ${answer};` });

test('S1: versions that run side by side each call their own function', async () => {
  const [older, newer] = [answering(1), answering(2)];
  await createStoredFunctions(plain, [older]);
  await createStoredFunctions(plain, [older, newer]);
  const answers = await plain.query(`select ${older.name}() as older, ${newer.name}() as newer`);
  expect(answers.rows).toEqual([{ older: 1, newer: 2 }]);
  expect(await namesOf('answer%')).toEqual([older.name, newer.name].sort());
});

test('a function that is missing is created when the service starts, the others stay', async () => {
  const [first, ...rest] = storedFunctions.map(({ name }) => name).sort();
  await testDatabase.query(`drop function ${first}`);
  const restarted = await openDatabase(testDatabase.url);
  await restarted.close();
  for (const name of [first, ...rest]) expect(await namesOf(name ?? '')).toEqual([name]);
});

describe('S1: what is sent right behind a BEGIN that failed', () => {
  const event = eventOf('customer.created', {
    id: 'cus_1',
    object: 'customer',
  }) as unknown as Stripe.Event;

  test('records no event', async () => {
    const record = recordEvents(plain, [
      { event, receivedBy: 'webhook', status: 'processed', error: null },
    ]);
    await expect(record).rejects.toThrow('within a transaction of the service');
    expect(await testDatabase.query('select from stripe_events')).toHaveLength(0);
  });

  test('publishes nothing', async () => {
    expect(await becomePublisher(plain)).toBe(false);
    expect(await database.transaction(becomePublisher)).toBe(true);
  });
});

test('S1: a pipelined transaction is there as a whole, or not at all', async () => {
  await testDatabase.query('create table notes (id integer primary key)');
  const note = (id: number) => `insert into notes values (${id})`;
  const twice = database.transaction(
    async (transaction) => {
      await transaction.query(note(1));
      await transaction.withCommit(transaction.query(note(2)));
      await transaction.withCommit(transaction.query(note(1)));
    },
    { isPipelined: true },
  );
  await expect(twice).rejects.toThrow('duplicate key');
  expect(await testDatabase.query('select from notes')).toHaveLength(0);
  const once = database.transaction(
    async (transaction) => {
      await transaction.withCommit(transaction.query(note(1)));
      await transaction.withCommit(transaction.query(note(2)));
    },
    { isPipelined: true },
  );
  await once;
  expect(await testDatabase.query('select from notes')).toHaveLength(2);
});
