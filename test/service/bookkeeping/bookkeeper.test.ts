import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { UnrecordedWork, Work } from '../../../service/bookkeeping/bookkeeper';
import { type Effects, noEffects } from '../../../service/effects/effects';
import { Refusal } from '../../../service/effects/refusal';
import { topupTransfer } from '../../../service/ledger/transfers';
import type { Database } from '../../../service/store/database';
import type { RecordedStatus } from '../../../service/store/events';
import { countingBookkeeper } from '../../support/bookkeeper';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { eventOf } from '../../support/running-service';

let testDatabase: TestDatabase;
let database: Database;
let books: ReturnType<typeof countingBookkeeper>;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
});
beforeEach(() => {
  books = countingBookkeeper();
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

const newUser = () => `user-${randomUUID()}`;
const mismatch = () => new Refusal('checkout_amount_mismatch', '9.99 were paid, 10.00 were sold');

/** Credits a user, and tells of it. */
function creditOf(userId: string): Effects {
  const key = `test:${userId}`;
  const transfer = topupTransfer({ key, userId, paymentId: null, paidMinor: 5n, currency: 'usd' });
  const data = { unit: 'usd', amountMinor: 5, reason: 'a test', spendId: userId };
  return {
    ...noEffects,
    transfers: [transfer],
    messages: [{ key, type: 'balance.debited', userId, data }],
  };
}

const crediting = (userId: string): UnrecordedWork => ({
  factKeys: {},
  decide: () => creditOf(userId),
});
const refusing: UnrecordedWork = {
  factKeys: {},
  decide: () => {
    throw mismatch();
  },
};

/** The same, brought by an event. */
function broughtBy(id: string, { factKeys, decide }: Work, status: RecordedStatus = 'processed') {
  const event = eventOf('customer.created', {}, id) as Stripe.Event;
  return {
    record: { event, receivedBy: 'webhook', status, error: null },
    factKeys,
    decide,
  } as const;
}

const book = (...works: readonly Work[]) =>
  database.transaction((transaction) => books.bookkeeper.book(transaction, works));
const statusOf = (id: string) =>
  testDatabase.query('select status, last_error from stripe_events where event_id = $1', [id]);
const creditedTo = async (userId: string) => (await ledgerOf(testDatabase, userId)).transfers;

test('a refused work is counted and its event kept as failed, and the others of its group are booked', async () => {
  const [before, after] = [newUser(), newUser()];
  const refused = broughtBy(`evt_${randomUUID()}`, refusing);
  const outcomes = await book(crediting(before), refused, crediting(after));
  expect(outcomes.map(({ status }) => status)).toEqual(['booked', 'refused', 'booked']);
  expect([await creditedTo(before), await creditedTo(after)]).toEqual([1, 1]);
  expect(await statusOf(refused.record.event.id)).toEqual([
    { status: 'failed', last_error: mismatch().message },
  ]);
  expect(books.counted).toEqual(['AmountMismatches']);
});

test('the outbox is woken once for a group that tells of something', async () => {
  await book(crediting(newUser()), crediting(newUser()));
  expect(books.woken.times).toBe(1);
});

test('the outbox sleeps on when there is nothing to tell', async () => {
  await book({ factKeys: {}, decide: () => noEffects }, refusing);
  expect(books.woken.times).toBe(0);
});

test('nothing is counted and nobody woken before the commit, nor after a rollback', async () => {
  const userId = newUser();
  const undone = database.transaction(async (transaction) => {
    await books.bookkeeper.book(transaction, [crediting(userId), refusing]);
    expect([books.counted, books.woken.times]).toEqual([[], 0]);
    throw new Error('the caller thinks better of it');
  });
  await expect(undone).rejects.toThrow('thinks better');
  expect([books.counted, books.woken.times, await creditedTo(userId)]).toEqual([[], 0, 0]);
});

test('a decision that fails otherwise undoes its whole group', async () => {
  const userId = newUser();
  const failing: UnrecordedWork = {
    factKeys: {},
    decide: () => {
      throw new TypeError('of an object that no handler can read');
    },
  };
  await expect(book(crediting(userId), failing)).rejects.toThrow(TypeError);
  expect(await creditedTo(userId)).toBe(0);
});

test('an event brings its work once: recorded again it is a duplicate', async () => {
  const userId = newUser();
  const work = broughtBy(`evt_${randomUUID()}`, crediting(userId));
  const statuses = [await book(work), await book(work)].map(([outcome]) => outcome?.status);
  expect(statuses).toEqual(['booked', 'duplicate']);
  expect(await creditedTo(userId)).toBe(1);
});

test('an event that brings nothing to decide is recorded', async () => {
  const id = `evt_${randomUUID()}`;
  const work = broughtBy(id, { factKeys: {}, decide: undefined }, 'pending');
  expect(await book(work)).toEqual([{ status: 'recorded' }]);
  expect(await statusOf(id)).toEqual([{ status: 'pending', last_error: null }]);
});

test('a preview decides the same, and applies, counts and tells nothing', async () => {
  const userId = newUser();
  const preview = (work: UnrecordedWork) =>
    database.transaction((transaction) => books.bookkeeper.preview(transaction, work));
  expect(await preview(crediting(userId))).toEqual({
    status: 'booked',
    decision: creditOf(userId),
  });
  expect(await preview(refusing)).toMatchObject({ status: 'refused' });
  expect([books.counted, books.woken.times, await creditedTo(userId)]).toEqual([[], 0, 0]);
});
