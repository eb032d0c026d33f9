import { Database } from '../../../service/store/database';
import {
  administrate,
  createTestDatabase,
  openDatabase,
  type TestDatabase,
} from '../../support/database';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url, 2);
  await testDatabase.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     values ('a', 'system:a', 'user:b', 'usd', 1, 'topup')`,
  );
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const forbidden = [
  'drop trigger transfers_are_immutable on transfers',
  'drop trigger transfers_are_kept on transfers',
  'alter table transfers disable trigger all',
  'alter table transfers disable trigger user',
  'alter table transfers rename to old_transfers',
  'alter table transfers drop column reason',
  'drop table transfers cascade',
  'truncate transfers',
  'truncate transfers cascade',
  'update transfers set amount_minor = 2',
  'delete from transfers',
  `create or replace function refuse_ledger_change() returns trigger language plpgsql
     as $$ begin return new; end $$`,
  'drop function refuse_ledger_change cascade',
  'create rule r as on delete to transfers do instead nothing',
  'create trigger mine before insert on transfers execute function refuse_ledger_change()',
  'set local session_replication_role = replica',
  'truncate balances',
  'drop table outbox',
  'delete from schema_migrations',
];

test.each(forbidden)('S18: no session of the service may: %s', async (statement) => {
  const inTransaction = database.transaction((client) => client.query(statement));
  await expect(inTransaction).rejects.toMatchObject({ code: '42501' });
  await expect(database.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('it does what it has to with the rows of every table, those of later migrations too', async () => {
  await testDatabase.query('create table of_a_later_migration (value text)');
  const tables = await testDatabase.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    await database.query(`select * from ${name} limit 1`);
    if (name === 'transfers' || name === 'schema_migrations') continue;
    await database.query(`delete from ${name} where false`);
  }
  await database.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     values ('c', 'system:a', 'user:b', 'usd', 1, 'topup')`,
  );
});

test('a second start changes no privilege, and takes back what somebody granted too much', async () => {
  const versions = () =>
    testDatabase.query('select relname, xmin::text from pg_class where relkind = $1 order by 1', [
      'r',
    ]);
  const before = await versions();
  await (await openDatabase(testDatabase.url, 1)).close();
  expect(await versions()).toEqual(before);

  const role = `${new URL(testDatabase.url).pathname.slice(1)}_service`;
  await testDatabase.query(`grant update, truncate on transfers to ${role}`);
  const again = await openDatabase(testDatabase.url, 1);
  await expect(again.query('truncate transfers')).rejects.toMatchObject({ code: '42501' });
  await again.close();
});

describe('with a user that may not create roles', () => {
  const owner = `owner_${process.pid}`;

  async function openAsOwner(url: string): Promise<{ database: Database; reasons: string[] }> {
    const asOwner = new URL(url);
    asOwner.username = owner;
    const reasons: string[] = [];
    const opened = new Database({
      address: () => Promise.resolve({ url: asOwner.href }),
      poolMax: 1,
      onConnectionLost: () => undefined,
      onUnrestricted: (reason) => reasons.push(reason),
    });
    await opened.open((error) => {
      throw error;
    }, new AbortController().signal);
    return { database: opened, reasons };
  }

  test('it works all the same, and says which statements of an administrator mend it', async () => {
    const empty = await createTestDatabase({ empty: true });
    const name = new URL(empty.url).pathname.slice(1);
    await administrate(`create role ${owner} login nocreaterole`);
    await administrate(`alter database ${name} owner to ${owner}`);
    await empty.query(`alter schema public owner to ${owner}`);
    const first = await openAsOwner(empty.url);
    expect(first.reasons).toEqual([
      expect.stringMatching(`create role "${name}_service" nologin; grant "${name}_service" to`),
    ]);
    await first.database.query('delete from outbox');
    await first.database.close();

    await administrate(`create role "${name}_service" nologin`);
    await administrate(`grant "${name}_service" to ${owner}`);
    const second = await openAsOwner(empty.url);
    expect(second.reasons).toEqual([]);
    const truncating = second.database.query('truncate transfers');
    await expect(truncating).rejects.toMatchObject({ code: '42501' });
    await second.database.close();

    // A role of that name that could undo it is not worked as.
    await administrate(`alter role "${name}_service" login`);
    const third = await openAsOwner(empty.url);
    expect(third.reasons).toEqual([expect.stringContaining('drop role')]);
    await third.database.close();
    await empty.drop();
    await administrate(`drop role ${owner}`);
  });

  test('one that may create roles, and is no superuser, needs nobody', async () => {
    const empty = await createTestDatabase({ empty: true });
    const name = new URL(empty.url).pathname.slice(1);
    await administrate(`create role ${owner} login createrole`);
    await administrate(`alter database ${name} owner to ${owner}`);
    await empty.query(`alter schema public owner to ${owner}`);
    const { database: opened, reasons } = await openAsOwner(empty.url);
    expect(reasons).toEqual([]);
    const dropping = opened.query('drop trigger transfers_are_kept on transfers');
    await expect(dropping).rejects.toMatchObject({ code: '42501' });
    await opened.close();
    await empty.drop();
    await administrate(`drop role ${owner}`);
  });
});
