import { randomUUID } from 'node:crypto';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { eventOf, startTestService, type TestService } from '../../support/running-service';
import {
  ask,
  askUntilAnswered,
  availableMinor,
  messagesOf,
  userWith,
} from '../../support/spending';

let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startTestService(database.url);
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

const unlock = { unit: 'usd', amountMinor: 300, reason: 'unlock message 17' };
const spend = (userId: string, body: object, key?: string) =>
  ask(service, userId, '/account/spend', body, key === undefined ? {} : { key });

test('S12: a spend takes its amount, is told of, and says what is left', async () => {
  const { userId } = await userWith(database, service, 1000);
  const spent = await spend(userId, unlock);
  expect(spent).toMatchObject({
    status: 201,
    body: { ...unlock, spendId: expect.any(String), availableMinor: 700 },
  });
  expect(await availableMinor(service, userId)).toBe(700);
  expect((await messagesOf(database, userId)).at(-1)).toEqual({
    type: 'balance.debited',
    data: { ...unlock, spendId: spent.body.spendId },
  });
  const rows = await database.query(
    `select debit_account, credit_account, reason, description from transfers
      where idempotency_key = $1`,
    [`spend:${spent.body.spendId}`],
  );
  expect(rows).toEqual([
    {
      debit_account: `user:${userId}`,
      credit_account: 'revenue',
      reason: 'spend',
      description: unlock.reason,
    },
  ]);
});

test('S12: a spend without a key is refused, for it could not be repeated', async () => {
  const { userId } = await userWith(database, service, 1000);
  const answer = await ask(service, userId, '/account/spend', unlock, { key: null });
  expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
  expect(await availableMinor(service, userId)).toBe(1000);
});

test('S12: the same key and body have the same answer and one effect, however many at once', async () => {
  const { userId } = await userWith(database, service, 1000);
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      askUntilAnswered(service, userId, '/account/spend', unlock, { key }),
    ),
  );
  for (const { status, body } of answers) {
    expect([status, body]).toEqual([201, answers[0]?.body]);
  }
  expect(await availableMinor(service, userId)).toBe(700);
  const other = await spend(userId, { ...unlock, amountMinor: 301 }, key);
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  expect(await availableMinor(service, userId)).toBe(700);
});

test('S12: a spend has one effect even when its key has been forgotten', async () => {
  const { userId } = await userWith(database, service, 1000);
  const key = randomUUID();
  const first = await spend(userId, unlock, key);
  await database.query('delete from idempotency_keys where key = $1', [key]);
  const again = await spend(userId, unlock, key);
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect(await ledgerOf(database, userId)).toMatchObject({ transfers: 2 });
});

test('S12: more than there is is refused with what is there, and leaves no trace', async () => {
  const { userId } = await userWith(database, service, 1000);
  const key = randomUUID();
  const tooMuch = { ...unlock, amountMinor: 1001 };
  const refused = await spend(userId, tooMuch, key);
  expect(refused).toMatchObject({
    status: 409,
    body: {
      code: 'insufficient_funds',
      unit: 'usd',
      availableMinor: 1000,
      detail: expect.stringContaining('1001 usd'),
    },
  });
  expect(await ledgerOf(database, userId)).toMatchObject({ transfers: 1 });
  const credits = await spend(userId, { ...unlock, unit: 'credits', amountMinor: 1 });
  expect(credits.body).toMatchObject({ code: 'insufficient_funds', availableMinor: 0 });
  // The very balance can be spent, and the refused request succeeds when there is enough.
  expect(await spend(userId, { ...unlock, amountMinor: 1000 })).toMatchObject({ status: 201 });
  await database.query(
    "update balances set amount_minor = amount_minor + 1001 where account = 'user:' || $1",
    [userId],
  );
  expect(await spend(userId, tooMuch, key)).toMatchObject({ body: { availableMinor: 0 } });
});

test('S15: a reversal may make a balance negative, and a spend is refused until it is paid', async () => {
  const { userId, paymentId } = await userWith(database, service, 1000);
  await spend(userId, { ...unlock, amountMinor: 800 });
  const refund = {
    id: `re_${randomUUID()}`,
    object: 'refund',
    amount: 1000,
    currency: 'usd',
    payment_intent: paymentId,
    charge: null,
    status: 'succeeded',
  };
  expect((await service.deliver(eventOf('refund.created', refund))).status).toBe(200);
  expect(await availableMinor(service, userId)).toBe(-800);
  const refused = await spend(userId, { ...unlock, amountMinor: 1 });
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'insufficient_funds', availableMinor: -800 },
  });
  const hold = await ask(service, userId, '/account/holds', { ...unlock, amountMinor: 1 });
  expect(hold).toMatchObject({ status: 409, body: { availableMinor: -800 } });
});

test('S9: a host application spends for the user whom it names, and a user for nobody else', async () => {
  const { userId } = await userWith(database, service, 1000);
  const path = `/account/spend?userId=${userId}`;
  const refused = await ask(service, 'mallory', path, unlock);
  expect(refused).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
  expect(await availableMinor(service, userId)).toBe(1000);
  const spent = await ask(service, 'host', path, unlock, { scope: 'accounts:write' });
  expect(spent).toMatchObject({ status: 201, body: { availableMinor: 700 } });
});

test.each([
  ['nothing', {}],
  ['an amount of zero', { ...unlock, amountMinor: 0 }],
  ['an amount below zero', { ...unlock, amountMinor: -1 }],
  ['half a cent', { ...unlock, amountMinor: 0.5 }],
  ['an amount in words', { ...unlock, amountMinor: '300' }],
  ['more than a number is exact for', { ...unlock, amountMinor: 2 ** 53 }],
  ['a unit that is none', { ...unlock, unit: 'dollars' }],
  ['no reason', { ...unlock, reason: '' }],
  ['a reason with a NUL', { ...unlock, reason: 'a\u0000b' }],
  ['a reason with half a character', { ...unlock, reason: 'a\ud800' }],
  ['a member that we do not know', { ...unlock, userId: 'bob' }],
])(
  'S20: a spend of %s is refused before anything is asked of the database',
  async (_name, body) => {
    expect(await spend('alice', body)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  },
);

test('S12: a unit may be written in capitals, and a reason in any script', async () => {
  const { userId } = await userWith(database, service, 1000);
  const body = { ...unlock, unit: 'USD', reason: '解锁 😀' };
  expect(await spend(userId, body)).toMatchObject({ status: 201, body: { unit: 'usd' } });
  const { body: history } = await ask(service, userId, '/account/transactions?limit=1');
  expect(history).toMatchObject({ transactions: [{ description: '解锁 😀' }] });
});
