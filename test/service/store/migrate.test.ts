import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
});
afterEach(() => database.drop());

/** What a task does when it starts. */
const migrate = async () => (await openDatabase(database.url)).close();

const applied = () => database.query('select number, name from schema_migrations order by number');

async function tables(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'public' order by table_name`,
  );
  return rows.map((row) => row.name);
}

test('an empty database is brought up to date, and a second start changes nothing', async () => {
  await migrate();
  const schema = await tables();
  const before = await database.query('select * from schema_migrations');
  expect(schema).toEqual(expect.arrayContaining(['balances', 'stripe_events', 'transfers']));
  await migrate();
  expect(await tables()).toEqual(schema);
  expect(await database.query('select * from schema_migrations')).toEqual(before);
});

test('S3: an operator can read the events by SQL, under the names that were promised', async () => {
  await migrate();
  expect(
    await database.query(
      'select event_id, event_type, received_at, processed_at from stripe_events',
    ),
  ).toEqual([]);
});

test('tasks that start together take turns: each migration is applied once', async () => {
  await Promise.all(Array.from({ length: 6 }, migrate));
  const rows = await applied();
  expect(rows.length).toBeGreaterThan(0);
  expect(rows).toEqual(rows.map((_row, index) => expect.objectContaining({ number: index + 1 })));
});

test('a schema that is newer than the code is refused, with the migration that it is at', async () => {
  await migrate();
  await database.query(
    "insert into schema_migrations values (9999, '9999_tomorrow.sql', 'x', false)",
  );
  await expect(migrate()).rejects.toMatchObject({
    name: 'MigrationError',
    message: expect.stringMatching(/at migration 9999_tomorrow\.sql.*deploy the newer version/),
  });
});

test('a version that is rolled back goes on with a newer schema that is backward-compatible', async () => {
  await migrate();
  await database.query(
    "insert into schema_migrations values (9999, '9999_tomorrow.sql', 'x', true)",
  );
  const before = await applied();
  await migrate();
  expect(await applied()).toEqual(before);
});

test('a database from before compatibility was recorded is brought up to date', async () => {
  await migrate();
  await database.query('alter table schema_migrations drop column backward_compatible');
  await migrate();
  expect(
    await database.query('select distinct backward_compatible from schema_migrations'),
  ).toEqual([{ backward_compatible: false }]);
});

test('a migration that was edited after it had been applied is refused by its name', async () => {
  await migrate();
  await database.query("update schema_migrations set sha256 = 'of other text' where number = 1");
  await expect(migrate()).rejects.toMatchObject({
    name: 'MigrationError',
    message: expect.stringMatching(/0001_foundation\.sql was edited.*restore the file/),
  });
});

test('a migration that fails leaves nothing behind, and goes through when the cause is gone', async () => {
  await database.query('create table outbox (in_the_way text)'); // the last table of the first one
  await expect(migrate()).rejects.toMatchObject({ code: '42P07' });
  expect(await tables()).toEqual(['outbox']);
  await database.query('drop table outbox');
  await migrate();
  expect(await applied()).not.toEqual([]);
});

describe('S13: the ledger', () => {
  const post = (values: string) =>
    database.query(
      `insert into transfers
         (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
       values (${values})`,
    );

  beforeEach(async () => {
    await migrate();
    await post("'k1', 'stripe_clearing', 'user:alice', 'usd', 1000, 'topup'");
  });

  test.each([
    'update transfers set amount_minor = 1',
    "update transfers set reason = reason where idempotency_key = 'k1'",
    'delete from transfers',
    'truncate transfers',
    'truncate transfers cascade',
  ])('a transfer is immutable, even to a superuser: %s is refused', async (statement) => {
    await expect(database.query(statement)).rejects.toThrow(
      /transfers are immutable: post a correcting transfer instead of (UPDATE|DELETE|TRUNCATE)/,
    );
    expect(await database.query('select amount_minor::int from transfers')).toEqual([
      { amount_minor: 1000 },
    ]);
  });

  test.each([
    ['a key that is taken', "'k1', 'stripe_clearing', 'user:alice', 'usd', 1000, 'topup'"],
    ['an amount of nothing', "'k2', 'stripe_clearing', 'user:alice', 'usd', 0, 'topup'"],
    ['an amount below nothing', "'k2', 'stripe_clearing', 'user:alice', 'usd', -1, 'topup'"],
    ['one account on both sides', "'k2', 'user:alice', 'user:alice', 'usd', 1, 'topup'"],
    ['no receiver', "'k2', 'stripe_clearing', null, 'usd', 1, 'topup'"],
  ])('a transfer with %s is refused', async (_name, values) => {
    await expect(post(values)).rejects.toMatchObject({ code: expect.stringMatching(/^23/) });
  });

  test('a system account has no balance row that would be hot for everybody', async () => {
    await expect(
      database.query("insert into balances values ('stripe_clearing', 'usd', 1)"),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('a checkout cannot be paid and not complete', async () => {
    await expect(
      database.query(
        `insert into checkouts (checkout_id, user_id, customer_id, kind, amount_minor, currency,
                                status, payment_status)
         values (gen_random_uuid(), 'alice', 'cus_1', 'topup', 1, 'usd', 'expired', 'paid')`,
      ),
    ).rejects.toMatchObject({ code: '23514' });
  });
});
