import pg from 'pg';
import { createStoredFunctions, storedFunction } from '../../../service/store/stored-function';
import { storedFunctions } from '../../../service/store/stored-functions';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

let testDatabase: TestDatabase;
/** A connection on which nothing was begun. */
let plain: pg.Client;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  plain = new pg.Client({ connectionString: testDatabase.url });
  await plain.connect();
});

afterAll(async () => {
  await plain.end();
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
