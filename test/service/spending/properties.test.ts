import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import type { UnrecordedWork } from '../../../service/bookkeeping/bookkeeper';
import { noEffects } from '../../../service/effects/effects';
import { Problem } from '../../../service/errors';
import { topupTransfer } from '../../../service/ledger/transfers';
import { expireHolds } from '../../../service/spending/expiry';
import { captureWork, placeWork, releaseWork } from '../../../service/spending/holds';
import { spendWork } from '../../../service/spending/spend';
import type { Database } from '../../../service/store/database';
import { quietBookkeeper } from '../../support/bookkeeper';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { anyHistory, SpendingModel, type Step } from '../../support/spending-model';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url, 8);
});

afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const unit = 'usd';

/** A user whose history is made; the holds that they have placed, in their order. */
interface Subject {
  readonly userId: string;
  readonly holdIds: string[];
}

/** As a payment or a refund does: a reversal may make the balance negative. */
function clearWork(userId: string, step: Step): UnrecordedWork {
  const credit = topupTransfer({
    key: `test:${randomUUID()}`,
    userId,
    paymentId: null,
    paidMinor: BigInt(step.minor),
    currency: unit,
  });
  const { debitAccount, creditAccount } = credit;
  const reversal = { debitAccount: creditAccount, creditAccount: debitAccount };
  const transfer = { ...credit, ...(step.kind === 'reverse' && reversal), description: userId };
  return { factKeys: {}, decide: () => ({ ...noEffects, transfers: [transfer] }) };
}

async function expire(holdId: string): Promise<void> {
  await database.query('update holds set expires_at = now() where hold_id = $1', [holdId]);
  const options = { database, bookkeeper: quietBookkeeper, log: pino({ level: 'silent' }) };
  await expireHolds(options, new AbortController().signal);
}

/** Does a step with the service's own functions. @returns `done`, or the code of the problem */
async function take({ userId, holdIds }: Subject, step: Step): Promise<string> {
  const id = randomUUID();
  const holdId = 'hold' in step ? (holdIds[step.hold % holdIds.length] ?? id) : id;
  const amountMinor = BigInt(step.minor);
  const wish = { userId, unit, amountMinor, description: userId };
  const work = (): UnrecordedWork => {
    switch (step.kind) {
      case 'spend':
        return spendWork({ spendId: id, ...wish });
      case 'place':
        return placeWork({
          holdId,
          ...wish,
          placer: { placedBy: wish.userId, isHost: false },
          expiresInSeconds: 3_600,
        });
      case 'capture':
        return captureWork(userId, holdId, amountMinor);
      case 'release':
        return releaseWork(userId, holdId);
      default:
        return clearWork(userId, step);
    }
  };
  try {
    if (step.kind === 'expire') await expire(holdId);
    else await database.transaction((transaction) => quietBookkeeper.bookOne(transaction, work()));
    if (step.kind === 'place') holdIds.push(holdId);
    return 'done';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

/** What the ledger says: the sums of this user's transfers, and what is kept beside them. */
async function stateOf({ userId }: Subject) {
  const sums = await testDatabase.query<{ account: string; minor: bigint }>(
    `select account, sum(change)::bigint as minor
       from (select credit_account as account, amount_minor as change, description from transfers
             union all
             select debit_account, -amount_minor, description from transfers) as changes
      where description = $1 group by account`,
    [userId],
  );
  const of = (account: string) =>
    Number(sums.find((each) => each.account === account)?.minor ?? 0n);
  const [kept] = await testDatabase.query<{ balance: bigint | null; held: bigint | null }>(
    `select (select amount_minor from balances where account = 'user:' || $1) as balance,
            (select sum(amount_minor)::bigint from holds
              where user_id = $1 and status = 'held') as held`,
    [userId],
  );
  return {
    balance: Number(kept?.balance ?? 0n),
    held: Number(kept?.held ?? 0n),
    available: of(`user:${userId}`),
    inHolds: of('holds'),
    revenue: of('revenue'),
    trial: sums.reduce((sum, { minor }) => sum + Number(minor), 0),
  };
}

test('S12, S13: after any history, balances, holds and revenue are what a model computes', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory(40), async (steps) => {
      const subject: Subject = { userId: `user-${randomUUID()}`, holdIds: [] };
      const model = new SpendingModel();
      for (const step of steps) {
        expect([step, await take(subject, step)]).toEqual([step, model.take(step)]);
      }
      expect(await stateOf(subject)).toEqual({
        balance: model.availableMinor,
        held: model.heldMinor,
        available: model.availableMinor,
        inHolds: model.heldMinor,
        revenue: model.revenueMinor,
        trial: 0,
      });
    }),
    { numRuns: 40 },
  );
});

test('S12, S13: whatever is done at once, no spend or hold overdraws and every sum agrees', async () => {
  await fc.assert(
    fc.asyncProperty(anyHistory(24), fc.integer({ min: 2, max: 8 }), async (steps, atOnce) => {
      const subject: Subject = { userId: `user-${randomUUID()}`, holdIds: [] };
      const taken = steps.filter(({ kind }) => kind !== 'reverse');
      await take(subject, { kind: 'credit', minor: 150 });
      for (let from = 0; from < taken.length; from += atOnce) {
        const group = taken.slice(from, from + atOnce);
        await Promise.all(group.map((step) => take(subject, step)));
        const state = await stateOf(subject);
        expect(state.balance).toBeGreaterThanOrEqual(0);
        expect(state).toMatchObject({ available: state.balance, inHolds: state.held, trial: 0 });
      }
    }),
    { numRuns: 25 },
  );
});
