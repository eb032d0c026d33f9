import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { eventOf, startTestService, type TestService } from '../../support/running-service';
import { type Answer, ask, userWith } from '../../support/spending';

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

interface Transaction {
  transferId: string;
  amountMinor: number;
  unit: string;
}

const transactionsOf = ({ body }: Answer) => body.transactions as Transaction[];
const read = (userId: string, query = '') => ask(service, userId, `/account/transactions${query}`);

/** Transfers of one cent to the user, written as the ledger does. */
const post = (userId: string, count: number, unit = 'usd') =>
  database.query(
    `insert into transfers
       (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     select 'test:' || gen_random_uuid(), 'stripe_clearing', 'user:' || $1, $3, n, 'topup'
       from generate_series(1, $2::integer) as n`,
    [userId, count, unit],
  );

/** All pages, as a program reads them; `between` is done after each. */
async function walk(userId: string, limit: number, between = async () => {}) {
  const found: Transaction[] = [];
  let cursor: unknown = null;
  do {
    const page = await read(userId, `?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
    found.push(...transactionsOf(page));
    cursor = page.body.nextCursor;
    await between();
  } while (cursor !== null);
  return found;
}

test('S12: the history says what changed the balance, by how much, and what caused it', async () => {
  const { userId, sessionId, paymentId } = await userWith(database, service, 1000);
  const wish = { unit: 'usd', amountMinor: 100, reason: 'unlock 1' };
  const spent = await ask(service, userId, '/account/spend', wish);
  const held = await ask(service, userId, '/account/holds', wish);
  const holdId = held.body.id;
  await ask(service, userId, `/account/holds/${holdId}/capture`, { amountMinor: 60 });
  const refund = { amount: 500, currency: 'usd', charge: null, status: 'succeeded' };
  await service.deliver(
    eventOf('refund.created', {
      ...refund,
      id: `re_${randomUUID()}`,
      object: 'refund',
      payment_intent: paymentId,
    }),
  );
  const { body } = await read(userId);
  const of = (amountMinor: number, reason: string, reference: object, more: object = {}) => ({
    transferId: expect.stringMatching(/^\d+$/),
    unit: 'usd',
    amountMinor,
    reason,
    reference,
    paymentId: null,
    description: null,
    purchase: null,
    createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
    ...more,
  });
  const bought = { kind: 'topup', reference: null, name: null, quantity: 1, metadata: {} };
  const ofPayment = { paymentId, purchase: bought };
  const words = { description: wish.reason };
  expect(body).toEqual({
    transactions: [
      of(-500, 'reversal', { type: 'payment', id: paymentId }, ofPayment),
      of(40, 'hold_released', { type: 'hold', id: holdId }, words),
      of(-100, 'hold', { type: 'hold', id: holdId }, words),
      of(-100, 'spend', { type: 'spend', id: spent.body.spendId }, words),
      of(1000, 'topup', { type: 'checkout_session', id: sessionId }, ofPayment),
    ],
    nextCursor: null,
  });
});

test('S12: pages follow each other without a gap, whatever is added meanwhile', async () => {
  const userId = `user-${randomUUID()}`;
  await post(userId, 25);
  const all = transactionsOf(await read(userId));
  expect(all.map(({ amountMinor }) => amountMinor)).toEqual(
    Array.from({ length: 25 }, (_, index) => 25 - index),
  );
  for (const limit of [1, 5, 7, 25, 100]) {
    expect(await walk(userId, limit)).toEqual(all);
  }
  const added = () => post(userId, 3).then(() => undefined);
  expect(await walk(userId, 10, added)).toEqual(all);
});

test('S12: a transfer that commits after later ones is missed by one walk and found by the next', async () => {
  const userId = `user-${randomUUID()}`;
  await post(userId, 2);
  const [slow] = await database.query<{ id: bigint }>(
    "select nextval(pg_get_serial_sequence('transfers', 'transfer_id')) as id",
  );
  await post(userId, 2);
  const before = await walk(userId, 1);
  await database.query(
    `insert into transfers (transfer_id, idempotency_key, debit_account, credit_account, unit,
       amount_minor, reason)
     overriding system value values ($1, $2, 'stripe_clearing', 'user:' || $3, 'usd', 9, 'topup')`,
    [slow?.id, `test:${randomUUID()}`, userId],
  );
  const after = await walk(userId, 1);
  expect(after.map(({ transferId }) => transferId)).toEqual([
    ...before.slice(0, 2).map(({ transferId }) => transferId),
    String(slow?.id),
    ...before.slice(2).map(({ transferId }) => transferId),
  ]);
});

test('S12: the history of one unit leaves the others out', async () => {
  const userId = `user-${randomUUID()}`;
  await post(userId, 3);
  await post(userId, 2, 'credits');
  await post(userId, 1, 'eur');
  const units = async (unit: string) =>
    transactionsOf(await read(userId, `?unit=${unit}&limit=2`)).map((each) => each.unit);
  expect(await units('credits')).toEqual(['credits', 'credits']);
  expect(await units('EUR')).toEqual(['eur']);
  expect(await units('gbp')).toEqual([]);
});

test('S9: nobody sees the history of somebody else, unless a scope allows it', async () => {
  const userId = `user-${randomUUID()}`;
  await post(userId, 1);
  expect(transactionsOf(await read('mallory'))).toEqual([]);
  expect(await read('mallory', `?userId=${userId}`)).toMatchObject({ status: 403 });
  const path = `/account/transactions?userId=${userId}`;
  const host = await ask(service, 'host', path, undefined, { scope: 'accounts:write' });
  expect(transactionsOf(host)).toHaveLength(1);
});

test.each(['limit=0', 'limit=101', 'limit=many', 'cursor=-1', 'cursor=x', 'unit=dollars'])(
  'S20: a query that cannot be meant is refused: %s',
  async (query) => {
    expect(await read('alice', `?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  },
);
