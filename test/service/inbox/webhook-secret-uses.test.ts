import { pino } from 'pino';
import { WebhookSecretUses } from '../../../service/inbox/webhook-secret-uses';
import { fingerprintOf, RotatingSecret } from '../../../service/secrets/rotating';
import type { Database } from '../../../service/store/database';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { eventually } from '../../support/waiting';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

beforeEach(() => testDatabase.query('delete from webhook_secret_uses'));

const hour = 60 * 60 * 1000;

/** The uses of a secret that has just been rotated, as two tasks with this clock see them. */
async function rotated(clock: { aheadMillis: number }, lines: string[] = []) {
  const nowMillis = () => Date.now() + clock.aheadMillis;
  const versions = { AWSCURRENT: 'whsec_new', AWSPREVIOUS: 'whsec_old' };
  const secrets = new RotatingSecret(
    'STRIPE_WEBHOOK_SECRET',
    { value: undefined, arn: 'arn' },
    {
      read: (_arn, stage) =>
        Promise.resolve({ text: versions[stage], createdAtMillis: Date.now() }),
    },
    nowMillis,
  );
  await secrets.refresh();
  const create = () =>
    new WebhookSecretUses({
      database,
      log: pino({}, { write: (line) => lines.push(line) }),
      secrets,
      nowMillis,
    });
  return [create(), create()] as const;
}

/** Notes in the background; this waits until it stands in the database. */
async function noted(uses: WebhookSecretUses, secret: string): Promise<void> {
  const find = () =>
    testDatabase.query('select last_verified_at from webhook_secret_uses where fingerprint = $1', [
      fingerprintOf(secret),
    ]);
  const before = JSON.stringify(await find());
  uses.note(secret);
  await eventually(
    'the use that was noted',
    async () => JSON.stringify(await find()) !== before || undefined,
  );
}

test('S19: the previous secret is not safe to drop before the current one has verified', async () => {
  const [task] = await rotated({ aheadMillis: 5 * hour });
  await noted(task, 'whsec_old');
  expect(await task.rotation()).toMatchObject({
    secrets: [
      { version: 'current', lastVerifiedAt: null },
      { version: 'previous', lastVerifiedAt: expect.any(Date) },
    ],
    state: 'rotating',
  });
});

test('S19: it is safe to drop once the current one has verified alone for an hour', async () => {
  const clock = { aheadMillis: 0 };
  const [first, second] = await rotated(clock);
  await noted(first, 'whsec_new');
  expect((await second.rotation()).state).toBe('rotating');
  clock.aheadMillis = hour + 60_000;
  expect((await second.rotation()).state).toBe('previous_may_be_dropped');
});

test('S19: the log says once that the previous one may be dropped', async () => {
  const clock = { aheadMillis: 0 };
  const lines: string[] = [];
  const [task] = await rotated(clock, lines);
  const told = () => lines.filter((line) => line.includes('may be dropped now')).length;
  await noted(task, 'whsec_new');
  for (const hours of [2, 3]) {
    clock.aheadMillis = hours * hour;
    await noted(task, 'whsec_new');
    await eventually('that it is told', async () => told() > 0 || undefined);
    expect(told()).toBe(1);
  }
});

test('S19: a delivery within the hour that needed the previous one starts it again', async () => {
  const clock = { aheadMillis: 0 };
  const [first, second] = await rotated(clock);
  await noted(first, 'whsec_new');
  await testDatabase.query(
    "update webhook_secret_uses set first_verified_at = now() - '3 hours'::interval",
  );
  expect((await first.rotation()).state).toBe('previous_may_be_dropped');
  await noted(second, 'whsec_old');
  expect((await first.rotation()).state).toBe('rotating');
});

test('S19: what is stored and shown of a secret does not tell it', async () => {
  const [task] = await rotated({ aheadMillis: 0 });
  await noted(task, 'whsec_new');
  const shown = JSON.stringify([
    await task.rotation(),
    await testDatabase.query('select * from webhook_secret_uses'),
  ]);
  expect(shown).toContain(fingerprintOf('whsec_new'));
  expect(shown).not.toContain('whsec');
});
