import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { pino } from 'pino';
import type Stripe from 'stripe';
import { handlePendingEvents } from '../../service/inbox/loop';
import { Receiver } from '../../service/inbox/receive';
import type { Database } from '../../service/store/database';
import { StripeClient } from '../../service/stripe/client';
import { type AnsweringServer, startAnsweringServer } from '../support/answering-server';
import { quietBookkeeper } from '../support/bookkeeper';
import { ledgerOf, openCheckout } from '../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../support/database';
import { PaymentHistory, type Step, steps, type Told } from '../support/payment-history';
import { noPlans } from '../support/plans';
import { eventOf } from '../support/running-service';

let testDatabase: TestDatabase;
let databases: Database[];
/** Two tasks, which share nothing but the database. */
let receivers: Receiver[];
/** Where Stripe says whose a payment is; ours unless it is among `foreign`. */
let stripe: AnsweringServer;
const foreign = new Set<string>();
const log = pino({ level: 'silent' });

beforeAll(async () => {
  stripe = await startAnsweringServer();
  stripe.answer = (response, { url = '' }) => {
    const id = url.split(/[/?]/)[3] ?? '';
    const metadata = foreign.has(id) ? {} : { tollgate_environment: 'local' };
    response.end(JSON.stringify({ object: 'payment_intent', id, metadata, customer: null }));
  };
  testDatabase = await createTestDatabase();
  databases = await Promise.all([openDatabase(testDatabase.url), openDatabase(testDatabase.url)]);
  receivers = databases.map(
    (database) =>
      new Receiver({
        database,
        log,
        counter: { count: () => undefined },
        groupsInFlight: 2,
        bookkeeper: quietBookkeeper,
        wakeInbox: () => undefined,
        processing: 'on',
        catalogue: noPlans,
      }),
  );
});

afterAll(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await testDatabase.drop();
  await stripe.close();
});

const paid = 1000;
const credits = 5500n;

/** A package, so that the share that is reversed of its credits does not divide evenly. */
async function sellPackage() {
  const checkout = await openCheckout(testDatabase, { userId: `user-${randomUUID()}` });
  await testDatabase.query(
    "update checkouts set kind = 'package', reference = 'basic', credits = $2 where checkout_id = $1",
    [checkout.checkoutId, credits],
  );
  const session = checkout.paidSession();
  const history = new PaymentHistory(String(session.payment_intent), paid, 'usd');
  return { userId: checkout.userId, session, history };
}

let deliveries = 0;

/** To the two tasks in turn; what is left to the inbox loop, because Stripe has to be asked, too. */
async function deliver({ type, object }: Told) {
  deliveries += 1;
  const task = deliveries % receivers.length;
  const receipt = await receivers[task]?.receive(eventOf(type, object) as Stripe.Event, 'webhook');
  if (receipt?.status === 'pending') await handlePending(databases[task]);
  return receipt;
}

async function handlePending(database: Database | undefined): Promise<void> {
  if (database === undefined) return;
  const client = new StripeClient('sk_test_reversals', stripe.url);
  const sources = {
    database,
    stripe: client,
    catalogue: noPlans,
    bookkeeper: quietBookkeeper,
    log,
  };
  await handlePendingEvents({ ...sources, inFlight: 1 }, new AbortController().signal);
}

/** What had to wait for the lock of another is due at once, as it is a little later. */
async function expectAllHandled(): Promise<void> {
  await testDatabase.query(
    "update stripe_events set next_attempt_at = now() where status = 'pending'",
  );
  await handlePending(databases[0]);
  const left = await testDatabase.query(
    "select event_type, last_error from stripe_events where status <> 'processed'",
  );
  expect(left).toEqual([]);
}

async function play(course: readonly Step[]) {
  const sale = await sellPackage();
  sale.history.play(course);
  const paidEvent = { type: 'checkout.session.completed', object: sale.session };
  return { ...sale, told: [paidEvent, ...sale.history.told] };
}

/** Every account's sum for one payment, from the transfers alone. */
async function bookedFor(paymentId: unknown) {
  const rows = await testDatabase.query<{ account: string; unit: string; amount: string }>(
    `select account, unit, sum(change)::text as amount
       from (select credit_account as account, unit, amount_minor as change from transfers
              where payment_id = $1
             union all
             select debit_account, unit, -amount_minor from transfers where payment_id = $1) as t
      group by account, unit`,
    [paymentId],
  );
  return Object.fromEntries(rows.map((row) => [`${row.account} ${row.unit}`, BigInt(row.amount)]));
}

async function expectSettled(sale: Awaited<ReturnType<typeof play>>): Promise<void> {
  const { takenBackMinor } = sale.history;
  const kept = credits - (credits * takenBackMinor) / BigInt(paid);
  const money = BigInt(paid) - takenBackMinor;
  expect(await bookedFor(sale.session.payment_intent)).toEqual({
    [`user:${sale.userId} credits`]: kept,
    'issued_credits credits': -kept,
    'revenue usd': money,
    'stripe_clearing usd': -money,
  });
  const { balances, sums } = await ledgerOf(testDatabase, sale.userId);
  expect(balances).toEqual([{ unit: 'credits', amount_minor: kept }]);
  expect(balances).toEqual(sums);
  const unexplained = await testDatabase.query(
    `select 1 from transfers t where payment_id = $1 and (reason in ('reversal', 'restoration'))
        <> exists (select 1 from transfers g
                    where g.idempotency_key = t.reverses and g.payment_id = t.payment_id)`,
    [sale.session.payment_intent],
  );
  expect(unexplained).toEqual([]);
}

const order = fc.infiniteStream(fc.nat({ max: 1_000_000 }));

test('S15: whatever is refunded and disputed, the balance ends as Stripe ended, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, order, fc.integer({ min: 1, max: 6 }), async (course, at, atOnce) => {
      const sale = await play(course);
      // Shuffled; every third is told twice; what is last has been lost before and comes again.
      const shuffled = sale.told
        .flatMap((each, index) => (index % 3 === 0 ? [each, each] : [each]))
        .map((each) => ({ each, place: at.next().value }))
        .sort((a, b) => a.place - b.place)
        .map(({ each }) => each);
      for (let start = 0; start < shuffled.length; start += atOnce) {
        await Promise.all(shuffled.slice(start, start + atOnce).map(deliver));
      }
      await expectAllHandled();
      await expectSettled(sale);
    }),
    { numRuns: 120, interruptAfterTimeLimit: 60_000 },
  );
});

test('S15: the cumulative figure of the charge is enough when no event of a refund ever comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
      async (shares) => {
        const sale = await play(shares.map((share) => ({ kind: 'refund', share, delayed: false })));
        const heard = sale.told.filter(({ type }) => !type.startsWith('refund.'));
        for (const each of heard.toReversed()) await deliver(each);
        await expectSettled(sale);
      },
    ),
    { numRuns: 30, interruptAfterTimeLimit: 60_000 },
  );
});

test('S15: a refund that came before its payment takes its share from the very start', async () => {
  const sale = await play([{ kind: 'refund', share: 0.5, delayed: false }]);
  for (const each of sale.told.toReversed()) await deliver(each);
  const messages = await testDatabase.query(
    "select type, data from outbox where user_id = $1 and type like 'balance.%' order by position",
    [sale.userId],
  );
  const paymentId = sale.session.payment_intent;
  expect(messages).toEqual([
    {
      type: 'balance.credited',
      data: {
        unit: 'credits',
        amountMinor: 5500,
        reason: 'package',
        sessionId: sale.session.id,
        invoiceId: null,
        paymentId,
      },
    },
    { type: 'balance.reversed', data: { paymentId, unit: 'credits', amountMinor: 2750 } },
  ]);
});

test('S15: a dispute takes the money when it opens and gives it back when it is won', async () => {
  const sale = await play([
    { kind: 'chargeback', share: 1, fundsLater: false },
    { kind: 'respond', which: 0 },
    { kind: 'win', which: 0 },
  ]);
  const [paidEvent, ...disputeEvents] = sale.told;
  const balances: unknown[] = [];
  for (const each of [paidEvent, ...disputeEvents]) {
    if (each !== undefined) await deliver(each);
    balances.push((await ledgerOf(testDatabase, sale.userId)).balances[0]?.amount_minor);
  }
  // completed · created · funds_withdrawn · updated · closed (won) · funds_reinstated
  expect(balances).toEqual([5500n, 0n, 0n, 0n, 5500n, 5500n]);
  const messages = await testDatabase.query<{ type: string }>(
    'select type from outbox where user_id = $1 order by position',
    [sale.userId],
  );
  expect(messages.map(({ type }) => type)).toEqual([
    'checkout.completed',
    'balance.credited',
    'dispute.opened',
    'balance.reversed',
    'dispute.updated',
    'dispute.closed',
    'balance.restored',
    'dispute.updated',
  ]);
});

test('S15: what has been spent meanwhile is taken all the same, and the balance is negative', async () => {
  const sale = await play([{ kind: 'refund', share: 1, delayed: false }]);
  const [paidEvent, ...refundEvents] = sale.told;
  if (paidEvent !== undefined) await deliver(paidEvent);
  await testDatabase.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor, reason)
     values ($1, $2, 'revenue', 'credits', 5000, 'spend')`,
    [`spend:${randomUUID()}`, `user:${sale.userId}`],
  );
  await testDatabase.query(
    'update balances set amount_minor = amount_minor - 5000 where account = $1',
    [`user:${sale.userId}`],
  );
  for (const each of refundEvents) await deliver(each);
  expect((await ledgerOf(testDatabase, sale.userId)).balances).toEqual([
    { unit: 'credits', amount_minor: -5000n },
  ]);
});

test("S15: refunds and disputes of somebody else's payments change no balance", async () => {
  const paymentId = `pi_${randomUUID()}`;
  foreign.add(paymentId);
  const history = new PaymentHistory(paymentId, 500, 'usd').play([
    { kind: 'refund', share: 0.4, delayed: false },
    { kind: 'chargeback', share: 1, fundsLater: true },
  ]);
  const before = await testDatabase.query('select count(*) from transfers');
  for (const each of history.told) {
    await deliver(each);
  }
  await expectAllHandled();
  expect(await testDatabase.query('select count(*) from transfers')).toEqual(before);
});
