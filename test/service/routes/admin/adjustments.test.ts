import { randomUUID } from 'node:crypto';
import { newUser } from '../../../support/selling';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../../support/service-with-database';
import { type Answer, ask, availableMinor, messagesOf, userWith } from '../../../support/spending';

let running: ServiceWithDatabase;
beforeAll(async () => {
  running = await startServiceWithDatabase({ ADJUSTMENT_APPROVAL_ABOVE: 'usd:1000, credits:50' });
});
afterAll(() => running.close());

const scope = 'billing:admin';
const bonus = { kind: 'grant', unit: 'usd', amountMinor: 250, reason: 'sorry for the wait' };
const correction = { kind: 'correction', unit: 'usd', amountMinor: -400, reason: 'given twice' };

const admin = (by: string, path: string, body?: object, key?: string): Promise<Answer> =>
  ask(running.service, by, `/admin${path}`, body, { scope, ...(key !== undefined && { key }) });
const adjust = (userId: string, body: object, by = newUser(), key?: string) =>
  admin(by, `/users/${userId}/adjustments`, body, key);

async function historyOf(userId: string) {
  const { body } = await ask(running.service, userId, '/account/transactions');
  return body.transactions as Record<string, unknown>[];
}

async function trialBalance() {
  return (await admin('ann', '/trial-balance')).body;
}

test('S31: a grant is in the balance, the history, the ledger and the outbox, with its reason', async () => {
  const userId = newUser();
  const { status, body } = await adjust(userId, bonus, 'ann');
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...bonus, userId, status: 'posted', requestedBy: 'ann' });
  expect(await availableMinor(running.service, userId)).toBe(250);
  expect(await historyOf(userId)).toMatchObject([
    {
      amountMinor: 250,
      reason: 'grant',
      reference: { type: 'adjustment', id: body.adjustmentId },
      description: bonus.reason,
      paymentId: null,
    },
  ]);
  expect(await messagesOf(running.database, userId)).toMatchObject([
    {
      type: 'balance.adjusted',
      data: { ...bonus, adjustmentId: body.adjustmentId, requestedBy: 'ann', approvedBy: null },
    },
  ]);
  expect(
    await running.database.query(
      'select debit_account, credit_account from transfers where idempotency_key = $1',
      [`adjustment:${body.adjustmentId}`],
    ),
  ).toEqual([{ debit_account: 'adjustments', credit_account: `user:${userId}` }]);
  expect(await trialBalance()).toMatchObject({ isBalanced: true });
});

test('S31: repeated under its key, a grant is given once, even after the key was forgotten', async () => {
  const [userId, by, key] = [newUser(), newUser(), randomUUID()];
  const answers = await Promise.all([
    adjust(userId, bonus, by, key),
    adjust(userId, bonus, by, key),
    adjust(userId, bonus, by, key),
  ]);
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  await running.database.query('delete from idempotency_keys where key = $1', [key]);
  expect((await adjust(userId, bonus, by, key)).status).toBe(201);
  expect(await availableMinor(running.service, userId)).toBe(250);
});

test('S31: a correction takes what is there, and more only where that is said', async () => {
  const { userId } = await userWith(running.database, running.service, 300);
  expect(await adjust(userId, correction)).toMatchObject({
    status: 409,
    body: { code: 'insufficient_funds', availableMinor: 300 },
  });
  expect((await adjust(userId, { ...correction, amountMinor: -100 })).status).toBe(201);
  expect(await availableMinor(running.service, userId)).toBe(200);
  expect((await adjust(userId, { ...correction, mayOverdraw: true })).status).toBe(201);
  expect(await availableMinor(running.service, userId)).toBe(-200);
  expect((await historyOf(userId))[0]).toMatchObject({ amountMinor: -400, reason: 'correction' });
  expect(await trialBalance()).toMatchObject({ isBalanced: true });
});

test('S31: above the limit an adjustment waits for a second person', async () => {
  const userId = newUser();
  const large = { ...bonus, amountMinor: 1001 };
  const { status, body } = await adjust(userId, large, 'ann');
  expect([status, body.status]).toEqual([202, 'pending']);
  const approve = (by: string) => admin(by, `/adjustments/${body.adjustmentId}/approve`, {});
  expect(await availableMinor(running.service, userId)).toBe(0);
  const { body: list } = await admin('bob', `/adjustments?status=pending&ofUser=${userId}`);
  expect(list.adjustments).toMatchObject([
    { adjustmentId: body.adjustmentId, reason: large.reason },
  ]);
  expect(await approve('ann')).toMatchObject({
    status: 403,
    body: { code: 'second_person_needed' },
  });
  const decisions = await Promise.all([approve('bob'), approve('cem')]);
  expect(decisions.map((each) => each.status).sort()).toEqual([200, 409]);
  expect(await availableMinor(running.service, userId)).toBe(1001);
  const [message] = await messagesOf(running.database, userId);
  expect(['bob', 'cem']).toContain(message?.data.approvedBy);
});

test('S31: what one administrator gives in small parts is counted together', async () => {
  const [by, userId] = [newUser(), newUser()];
  const part = { ...bonus, amountMinor: 400 };
  const answers = await Promise.all([
    adjust(userId, part, by),
    adjust(newUser(), part, by),
    adjust(userId, part, by),
    adjust(newUser(), part, by),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 202, 202]);
  expect((await adjust(userId, { ...part, unit: 'eur' }, by)).status).toBe(201);
  expect((await adjust(userId, part, newUser())).status).toBe(201);
});

test('S31: one that was declined stays so, and its own administrator may withdraw it', async () => {
  const userId = newUser();
  const { body } = await adjust(userId, { ...bonus, unit: 'credits' }, 'ann');
  expect(body.status).toBe('pending');
  const decide = (decision: string) =>
    admin('ann', `/adjustments/${body.adjustmentId}/${decision}`, {});
  expect(await decide('decline')).toMatchObject({ status: 200, body: { status: 'declined' } });
  expect(await admin('bob', `/adjustments/${body.adjustmentId}/approve`, {})).toMatchObject({
    status: 409,
    body: { code: 'adjustment_decided' },
  });
  expect(await historyOf(userId)).toEqual([]);
});

test.each([
  ['a grant that takes', { ...bonus, amountMinor: -1 }],
  ['nothing', { ...correction, amountMinor: 0 }],
  ['no reason', { ...bonus, reason: '' }],
  ['a misspelled member', { ...bonus, amountminor: 3 }],
])('S28: an adjustment of %s is refused', async (_name, body) => {
  const userId = newUser();
  expect(await adjust(userId, body)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed' },
  });
  expect(await historyOf(userId)).toEqual([]);
});

test('S31: nobody adjusts without the scope of administrators or without a key', async () => {
  const path = '/admin/users/ann/adjustments';
  const { service } = running;
  const refused = await ask(service, 'ann', path, bonus, { scope: 'accounts:write' });
  expect(refused).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
  const keyless = await ask(service, 'ann', path, bonus, { scope, key: null });
  expect(keyless).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
});
