import { Database } from '../../../service/store/database';
import type { Queryable } from '../../../service/store/queryable';
import { DatabaseRefusal, isRefused, refusalOf } from '../../../service/store/refusals';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { startPoolerDouble } from '../../support/pooler-double';

let testDatabase: TestDatabase;
let name: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  name = new URL(testDatabase.url).pathname.slice(1);
  await testDatabase.query('create table notes (id integer)');
});
afterAll(() => testDatabase.drop());

const settings = `select current_setting('statement_timeout') as statement,
  current_setting('lock_timeout') as lock,
  current_setting('idle_in_transaction_session_timeout') as idle, current_user as role`;

async function open(url: string, onWaiting: (error: unknown) => void = fail): Promise<Database> {
  const database = new Database({
    address: () => Promise.resolve({ url }),
    poolMax: 3,
    onConnectionLost: () => undefined,
  });
  await database.open(onWaiting, new AbortController().signal);
  return database;
}

function fail(error: unknown): never {
  throw error;
}

describe('when a server takes no writes any more', () => {
  const readOnly = expect.objectContaining({ code: 'database_unavailable' });
  const note = (client: Queryable) => client.query('insert into notes values (1)');

  /** As after a failover: the sessions that there are become read-only, and new ones are not. */
  async function demote(database: Database, count: number): Promise<void> {
    const meeting: Promise<unknown>[] = [];
    let arrived = 0;
    let go = (): void => undefined;
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    for (let index = 0; index < count; index += 1) {
      meeting.push(
        database.transaction(async (client) => {
          // Of the session: it lasts beyond the transaction.
          await client.query('set session characteristics as transaction read only');
          arrived += 1;
          if (arrived === count) go();
          await all;
        }),
      );
    }
    await Promise.all(meeting);
  }

  test('readiness says so, and every one of its connections is given up at the first', async () => {
    const database = await open(testDatabase.url);
    await demote(database, 3);
    expect(await database.readiness()).toBe('takes no writes');
    for (let index = 0; index < 3; index += 1) await database.transaction(note);
    expect(await database.readiness()).toBe('ok');
    await database.close();
  });

  test('nothing is answered in a transaction, and the next one is on another connection', async () => {
    const database = await open(testDatabase.url);
    await demote(database, 3);
    const goOn = jest.fn();
    const reading = database.transaction((client) => client.query('select 1').then(goOn));
    await expect(reading).rejects.toEqual(readOnly);
    expect(goOn).not.toHaveBeenCalled();
    await Promise.all([1, 2, 3].map(() => database.transaction(note)));
    await database.close();
  });

  test.each([
    ['without values', 'insert into notes values (1)', undefined],
    ['with values', 'insert into notes values ($1)', [1]],
  ])('a single statement %s that writes fails once, and one that reads never', async (...of) => {
    const [, statement, values] = of;
    const database = await open(testDatabase.url);
    await demote(database, 3);
    await expect(database.query(statement, values)).rejects.toEqual(readOnly);
    await Promise.all([1, 2, 3].map(() => database.query(statement, values)));

    await demote(database, 3);
    await database.query('select 1');
    await database.query(statement, values);
    await database.close();
  });

  test('one that is demoted within a transaction is given up with it', async () => {
    const database = await open(testDatabase.url);
    const failed = database.transaction(async (client) => {
      await client.query('set session characteristics as transaction read only');
      await client.query('set transaction read only');
      await note(client);
    });
    await expect(failed).rejects.toEqual(readOnly);
    await Promise.all([1, 2, 3].map(() => database.transaction(note)));
    await database.close();
  });

  test('readiness says when nobody is there', async () => {
    const database = await open(testDatabase.url);
    await database.close();
    expect(await database.readiness()).toBe('cannot be reached');
  });
});

describe('behind a pooler', () => {
  test('no parameter is sent that it may refuse, and every statement has its timeouts and role', async () => {
    const pooler = await startPoolerDouble(testDatabase.url);
    const database = await open(pooler.url);
    const expected = { statement: '5s', lock: '1s', idle: '10s', role: `${name}_service` };
    expect((await database.query(settings)).rows).toEqual([expected]);
    expect((await database.query(settings, [])).rows).toEqual([expected]);
    const inTransaction = await database.transaction((client) => client.query(settings));
    expect(inTransaction.rows).toEqual([expected]);
    expect(pooler.startups.length).toBeGreaterThan(0);
    await database.close();
    await pooler.close();
  });

  test('nothing is left in a session that the pooler may give to somebody else', async () => {
    const database = await openDatabase(testDatabase.url, 1);
    await database.transaction((client) => client.query('select 1'));
    await database.query('select 1');
    await database.query('select $1::int', [1]);
    const left = await testDatabase.query<{ state: string }>(
      `select state from pg_stat_activity
        where datname = $1 and application_name = 'tollgate'`,
      [name],
    );
    expect(left).toEqual([{ state: 'idle' }]);
    await database.close();
  });

  test.each(['statement_timeout=5000', 'options=-c%20search_path%3Dx', 'lock_timeout=1'])(
    'a parameter of DATABASE_URL that it refuses, %s, ends the start at once and is named',
    async (parameter) => {
      const pooler = await startPoolerDouble(testDatabase.url);
      const opening = open(`${pooler.url}?${parameter}`, () => fail(new Error('it waits')));
      await expect(opening).rejects.toThrow(
        new RegExp(
          `refuses a parameter of the start-up .*${parameter.split('=')[0]}.*DATABASE_URL.*PGOPTIONS`,
        ),
      );
      await pooler.close();
    },
  );
});

describe('what the database refuses', () => {
  test('a database that does not exist is named with its fix, at once', async () => {
    const url = new URL(testDatabase.url);
    url.pathname = '/no_such_database';
    const opening = open(url.href);
    await expect(opening).rejects.toThrow(/refuses the name of the database .*create the database/);
  });

  test('a user that may not log in is refused, not away, and asked for again', async () => {
    await testDatabase.query(`create role ${name}_guest nologin`);
    const url = new URL(testDatabase.url);
    url.username = `${name}_guest`;
    const seen: unknown[] = [];
    const stopping = new AbortController();
    const database = new Database({
      address: () => Promise.resolve({ url: url.href }),
      poolMax: 1,
      onConnectionLost: () => undefined,
    });
    const opening = database.open((error) => {
      seen.push(error);
      stopping.abort();
    }, stopping.signal);
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toEqual([expect.objectContaining({ code: 'database_unavailable' })]);
    expect(String(seen[0])).toMatch(/refuses the user.*create role … login/);
    expect(isRefused(seen[0])).toBe(true);
    await testDatabase.query(`drop role ${name}_guest`);
  });

  test.each([
    ['28P01', 'password authentication failed for user "x"', 'the password', true],
    ['08P01', 'password authentication failed', 'the password', true],
    ['08P01', 'no such database: shop', 'the name of the database', false],
    ['08P01', 'no such user: shop', 'the user', true],
    ['28000', 'no pg_hba.conf entry for host "10.0.0.1"', 'the user', true],
    ['08P01', 'unsupported startup parameter: options', 'a parameter of the start-up', false],
    ['0A000', "RDS Proxy currently doesn't support command-line options.", 'a parameter', false],
    ['42704', 'unrecognized configuration parameter "x"', 'a parameter', false],
    ['42501', 'permission denied for schema public', 'what a migration has to do', false],
    ['', 'The server does not support SSL connections', 'TLS', false],
    ['', 'client password must be a string', 'a connection without a password', false],
  ])('%s "%s" refuses %s', (code, said, refused, mayPass) => {
    const refusal = refusalOf(Object.assign(new Error(said), code === '' ? {} : { code }));
    expect(refusal).toBeInstanceOf(DatabaseRefusal);
    expect(refusal?.message).toContain(`the database refuses ${refused}`);
    expect(refusal?.message).toContain(said);
    expect(refusal?.mayPass).toBe(mayPass);
  });

  test.each([
    ['08P01', 'server login has been failing, try again later (server_login_retry)'],
    ['57P03', 'the database system is starting up'],
    ['53300', 'sorry, too many clients already'],
    ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'],
    ['23505', 'duplicate key'],
  ])('%s "%s" is no refusal', (code, said) => {
    expect(refusalOf(Object.assign(new Error(said), { code }))).toBeUndefined();
  });
});
