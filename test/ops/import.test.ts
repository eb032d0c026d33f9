import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFailure } from '../../ops/commands/import';
import { variablesFor } from '../aws/aws-double';
import { AwsGate } from '../aws/aws-gate';
import { openCheckout } from '../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startOps } from '../support/ops';
import { killPrograms } from '../support/program';
import { eventOf, startTestService, type TestService } from '../support/running-service';
import { ask } from '../support/spending';
import { untilHolds } from '../support/waiting';

let database: TestDatabase;
let service: TestService;
const folder = mkdtempSync(join(tmpdir(), 'tollgate-import-'));
const fileOf = (name: string, ...lines: readonly string[]) => {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return join(folder, name);
};

beforeEach(async () => {
  database = await createTestDatabase();
  service = await startTestService(database.url);
});
afterEach(async () => {
  await service.stop();
  await database.drop();
});
afterAll(async () => {
  await killPrograms();
  rmSync(folder, { recursive: true });
});

const startImport = (...given: readonly string[]) =>
  startOps(['import', ...given], { DATABASE_URL: database.url });

async function runImport(...given: readonly string[]) {
  const program = startImport(...given);
  return { code: await program.code, output: program.output() };
}

const balancesOf = async (userId: string) => (await ask(service, userId, '/account')).body.balances;
const countOf = async (table: string) =>
  (await database.query<{ n: bigint }>(`select count(*) as n from ${table}`))[0]?.n;

const customers = ['user_id,customer_id', 'ann,cus_1', '42,cus_2'];
const balances = ['user_id,unit,amount', 'ann,USD,10.50', '42,credits,7', 'cem,usd,0'];
const history = [
  '{"id":1,"user_id":"ann","unit":"usd","amount_minor":2000,"occurred_at":"2025-03-01T10:00:00Z","description":"Top-up"}',
  '{"id":2,"user_id":"ann","unit":"usd","amount_minor":-700,"occurred_at":"2025-03-02T10:00:00Z","description":"Message 4"}',
];

test('M6: users, history and balances are imported, add up, and are what users see', async () => {
  const { code, output } = await runImport(
    ...['--customers', fileOf('customers.csv', ...customers)],
    ...['--history', fileOf('history.jsonl', ...history)],
    ...['--balances', fileOf('balances.csv', ...balances)],
  );
  expect(output).toContain('customers: 2 rows: 2 written, 0 unchanged, 0 refused');
  expect(output).toContain('history: 2 rows: 2 written, 0 unchanged, 0 refused');
  expect(output).toContain('balances: 3 rows: 2 written, 1 unchanged, 0 refused');
  expect(output).toContain('trial balance: 0, of 4 transfers and 2 balances');
  expect(code).toBe(0);
  expect(await balancesOf('ann')).toEqual([{ unit: 'usd', amountMinor: 1050 }]);
  expect(await balancesOf('42')).toEqual([{ unit: 'credits', amountMinor: 7 }]);
  const { body } = await ask(service, 'ann', '/account/transactions');
  expect(body.transactions).toMatchObject([
    { amountMinor: -250, reason: 'opening_balance', reference: { type: 'import' } },
    { amountMinor: -700, reason: 'imported', createdAt: '2025-03-02T10:00:00.000Z' },
    { amountMinor: 2000, reason: 'imported', description: 'Top-up' },
  ]);
  const invoice = {
    id: 'pi_7',
    object: 'payment_intent',
    customer: 'cus_2',
    amount: 500,
    amount_received: 500,
    currency: 'usd',
    metadata: {},
    status: 'succeeded',
  };
  expect((await service.deliver(eventOf('payment_intent.succeeded', invoice))).status).toBe(200);
  expect(
    await database.query("select user_id from outbox where type = 'payment.successful'"),
  ).toEqual([{ user_id: '42' }]);
});

test('M6: run again it writes nothing, also when users have spent and bought since', async () => {
  const files = [
    ...['--customers', fileOf('customers.csv', ...customers)],
    ...['--history', fileOf('history.jsonl', ...history)],
    ...['--balances', fileOf('balances.csv', ...balances)],
  ];
  expect((await runImport(...files)).code).toBe(0);
  const checkout = await openCheckout(database, { userId: 'ann' });
  await service.deliver(eventOf('checkout.session.completed', checkout.paidSession()));
  const before = await countOf('transfers');
  const { code, output } = await runImport(...files);
  expect(output).toContain('history: 2 rows: 0 written, 2 unchanged, 0 refused');
  expect(output).toContain('balances: 3 rows: 0 written, 3 unchanged, 0 refused');
  expect(code).toBe(0);
  expect(await countOf('transfers')).toBe(before);
  expect(await balancesOf('ann')).toEqual([{ unit: 'usd', amountMinor: 2050 }]);
});

test('M6, O10: killed half-way and run again, each row is written once and all adds up', async () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => `u${index},usd,${index + 1}`);
  const file = fileOf('half.csv', 'user_id,unit,amount_minor', ...rows);
  const killed = startImport('--balances', file);
  await untilHolds(
    () => countOf('balances'),
    (count) => expect(count).toBeGreaterThan(0n),
  );
  killed.child.kill('SIGKILL');
  expect(await killed.code).toBeNull();
  expect(await countOf('balances')).toBeLessThan(20_000n);
  const { code, output } = await runImport('--balances', file);
  expect(output).toContain('trial balance: 0, of 20000 transfers and 20000 balances');
  expect(code).toBe(0);
});

test('M6: a dry run compares everything and writes nothing', async () => {
  const { code, output } = await runImport(
    ...['--customers', fileOf('customers.csv', ...customers)],
    ...['--balances', fileOf('balances.csv', ...balances), '--dry-run'],
  );
  expect(output).toContain('customers: 2 rows: 2 to be written');
  expect(output).toContain('balances: 3 rows: 2 to be written');
  expect(code).toBe(0);
  expect([await countOf('customers'), await countOf('transfers')]).toEqual([0n, 0n]);
});

test('M6: a row that contradicts what stands is named with its line, and left out', async () => {
  await runImport('--customers', fileOf('customers.csv', ...customers));
  await runImport('--balances', fileOf('balances.csv', ...balances));
  const { code, output } = await runImport(
    ...['--customers', fileOf('c2.csv', 'user_id,customer_id', 'ann,cus_9', 'dan,cus_3')],
    ...['--balances', fileOf('b2.csv', 'user_id,unit,amount', 'ann,usd,99', 'dan,usd,1')],
  );
  expect(code).toBe(1);
  expect(output).toContain('c2.csv:2: user ann is customer cus_1 before');
  expect(output).toContain('b2.csv:2: 1050 usd of user:ann were imported before');
  expect(output).toContain('balances: 2 rows: 1 written, 0 unchanged, 1 refused');
  expect(await balancesOf('ann')).toEqual([{ unit: 'usd', amountMinor: 1050 }]);
  expect(await balancesOf('dan')).toEqual([{ unit: 'usd', amountMinor: 100 }]);
});

test.each([
  ['amount finer than a cent', 'ann,usd,1.005', /amount is 1\.005; expected an amount of usd/],
  ['unit', 'ann,dollars,1', /unit is dollars; expected a currency/],
  ['user', ',usd,1', /user_id is ""; expected a text/],
])('M6: a wrong %s is refused, and what is right is imported', async (_name, row, fault) => {
  const file = fileOf('wrong.csv', 'user_id,unit,amount', row, 'bob,jpy,500');
  const { code, output } = await runImport('--balances', file);
  expect(code).toBe(1);
  expect(output).toMatch(fault);
  expect(await balancesOf('bob')).toEqual([{ unit: 'jpy', amountMinor: 500 }]);
});

test('M6: a column that is not known, and a file that is not there, are named', async () => {
  const unknown = fileOf('unknown.csv', 'user_id,unit,amont', 'ann,usd,1');
  expect((await runImport('--balances', unknown)).output).toContain(
    'the column amont is not known',
  );
  for (const name of ['none.csv', 'none.jsonl']) {
    const missing = await runImport('--balances', join(folder, name));
    expect(missing).toEqual({
      code: 1,
      output: expect.stringMatching(/^✗ ENOENT.*none\.\w+'\n +→ Repair the file, or name another/),
    });
  }
  expect(await runImport()).toEqual({
    code: 2,
    output: expect.stringContaining('name --customers, --history or --balances'),
  });
});

test.each([
  ['a row that lacks a column', 'ann,usd', /:2: Invalid Record Length.*columns.*line 2/],
  ['a quote that is not closed', 'ann,usd,"1', /:\d: Quote Not Closed/],
])('M6: %s is named with its line, and the database is not blamed', async (_what, row, fault) => {
  const file = fileOf('broken.csv', 'user_id,unit,amount', row);
  const { code, output } = await runImport('--balances', file);
  expect(output).toMatch(fault);
  expect(output).toMatch(/→ Repair the file/);
  expect(output).not.toContain('database');
  expect(code).toBe(1);
});

test('M6: what nobody expected keeps its cause, and is not blamed on the database', () => {
  const error = new TypeError('x is not a function');
  expect(importFailure(error)).toMatchObject({
    message: 'TypeError: x is not a function',
    fix: expect.not.stringContaining('address of the database'),
    cause: error,
  });
});

test('M6, O10: a secret that may not be read, or is not there, is named with what to check', async () => {
  const file = fileOf('balances.csv', ...balances);
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:gone';
  const given = ['import', '--balances', file, '--database-secret-arn', arn];
  for (const code of ['ExpiredTokenException', 'ResourceNotFoundException']) {
    const gate = new AwsGate('http://127.0.0.1:9');
    gate.decide = () => ({ status: 400, code });
    const refused = startOps(given, variablesFor(await gate.start()));
    expect(await refused.printed(code)).toContain(arn);
    refused.child.kill('SIGINT');
    expect(await refused.code).toBe(130);
    await gate.stop();
  }
});

test('M6: the same thing twice in one file is imported once, and two things of one name are not', async () => {
  const file = fileOf('twice.csv', 'user_id,unit,amount', 'ann,usd,1', 'ann,usd,1', 'ann,usd,2');
  const { output } = await runImport('--balances', file);
  expect(output).toContain('balances: 3 rows: 1 written, 1 unchanged, 1 refused');
  expect(await balancesOf('ann')).toEqual([{ unit: 'usd', amountMinor: 100 }]);
});

test('M6: twenty thousand rows are imported whole, with a zero trial balance', async () => {
  const lines = (head: string, of: (n: number) => string) =>
    [head, ...Array.from({ length: 10_000 }, (_, index) => of(index))].join('\n');
  const { code, output } = await runImport(
    '--customers',
    fileOf(
      'many-c.csv',
      lines('user_id,customer_id', (n) => `u${n},cus_${n}`),
    ),
    '--balances',
    fileOf(
      'many-b.csv',
      lines('user_id,unit,amount_minor', (n) => `u${n},usd,${n + 1}`),
    ),
  );
  expect(output).toContain('trial balance: 0, of 10000 transfers and 10000 balances');
  expect(code).toBe(0);
  expect(await database.query('select sum(amount_minor)::bigint as sum from balances')).toEqual([
    { sum: (10_000n * 10_001n) / 2n },
  ]);
});
