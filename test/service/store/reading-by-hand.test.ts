import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { administrate, createTestDatabase, type TestDatabase } from '../../support/database';

const instructions = readFileSync(join(__dirname, '../../../docs/operating.md'), 'utf8');
/** Their user, under a name of this test's own: users are of the server, not of a database. */
const reader = `reader_${process.pid}`;
const statements = (/```sql\n([\s\S]+?)```/.exec(instructions)?.[1] ?? '')
  // A role that RDS has and PostgreSQL has not.
  .replaceAll('rds_iam', `${reader}_iam`)
  .replaceAll('tollgate_reader', reader);

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await administrate(`create role ${reader}_iam`);
  await database.query(statements);
  await administrate(`alter role ${reader} password 'of this test'`);
  const url = new URL(database.url);
  url.username = reader;
  url.password = 'of this test';
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.query(`drop owned by ${reader}`);
  await database.drop();
  await administrate(`drop role ${reader}`);
  await administrate(`drop role ${reader}_iam`);
});

test('I11: whoever reads by docs/operating.md reads every table, those of later migrations too', async () => {
  await database.query('create table of_a_later_migration (value text)');
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) await client.query(`select * from ${name} limit 1`);
});

test('I11: whoever reads by docs/operating.md changes nothing, by mistake or by will', async () => {
  const remove = 'delete from transfers';
  await expect(client.query(remove)).rejects.toThrow(/read-only transaction/);
  await client.query('set default_transaction_read_only = off');
  await expect(client.query(remove)).rejects.toThrow(/permission denied for table transfers/);
  await expect(client.query('create table mine (value text)')).rejects.toThrow(/permission denied/);
});

test('I11: whoever reads by docs/operating.md sees what others are doing, as the runbook asks', async () => {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query('begin');
  const { rows } = await client.query(
    `select state from pg_stat_activity where datname = current_database() and pid = $1`,
    [(await other.query('select pg_backend_pid() as pid')).rows[0].pid],
  );
  await other.end();
  expect(rows).toEqual([{ state: 'idle in transaction' }]);
});

test('I11: a statement of whoever reads ends after a minute', async () => {
  const { rows } = await client.query('show statement_timeout');
  expect(rows).toEqual([{ statement_timeout: '1min' }]);
});
