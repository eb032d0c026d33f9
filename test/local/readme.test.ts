import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LocalStripe, startLocalStripe } from '@tollgate/local-stripe';
import { issueToken } from '../../ops/service/bearer-token';
import { ledgerOf } from '../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { jwtSecret, startTestService, type TestService } from '../support/running-service';

const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');

let database: TestDatabase;
let localStripe: LocalStripe;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  localStripe = await startLocalStripe();
  service = await startTestService(database.url, { STRIPE_API_BASE: localStripe.url });
});

afterAll(async () => {
  await service.stop();
  await localStripe.close();
  await database.drop();
});

/** Runs what the README says as a reader would: in a shell, with curl. */
async function runAsWritten(script: string, token: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await promisify(execFile)(
    'bash',
    ['--norc', '-euo', 'pipefail', '-c', script],
    {
      env: { PATH: process.env.PATH, URL: service.url, TOKEN: token },
    },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('every command of "Using it" answers what the README says that it does', async () => {
  const [, script = ''] = /## Using it\n[^#]*?```sh\n([\s\S]*?)```/.exec(readme) ?? [];
  await database.query(
    `insert into balances values ('user:reader', 'credits', 1000);
     insert into transfers
       (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     values ('reader', 'issued_credits', 'user:reader', 'credits', 1000, 'package')`,
  );
  const answers = await runAsWritten(script, await issueToken(jwtSecret, 'reader'));
  expect(answers).toMatchObject([
    { packages: expect.arrayContaining([expect.objectContaining({ id: 'starter' })]) },
    { id: expect.stringMatching(/^cs_/), url: expect.any(String) },
    { balances: [{ unit: 'credits', amountMinor: 1000 }] },
    expect.anything(),
    { transactions: [{ amountMinor: -100 }, { amountMinor: 1000 }] },
  ]);
  expect((await ledgerOf(database, 'reader')).balances).toEqual([
    { unit: 'credits', amount_minor: 900n },
  ]);
});

test('every body of the table of what is sold is accepted', async () => {
  const bodies = [...readme.matchAll(/^\| an? .* \| `(\{.*\})` \|$/gm)].map(
    ([, body]) => body ?? '',
  );
  expect(bodies).toHaveLength(4);
  for (const body of bodies) {
    const answer = await service.post('/v1/checkout/sessions', 'reader', JSON.parse(body));
    expect([body, answer.status]).toEqual([body, 201]);
  }
});
