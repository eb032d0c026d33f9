import { randomUUID } from 'node:crypto';
import { noEffects, type PaymentChange } from '../../../service/effects/effects';
import type { Database } from '../../../service/store/database';
import { readPayments } from '../../../service/store/payments';
import { quietBookkeeper } from '../../support/bookkeeper';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

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

const paid = { userId: 'u', amountMinor: 1_000n, currency: 'usd' };

/** What is known of a payment after each of these was written in turn. */
async function afterWriting(...changes: readonly Omit<PaymentChange, 'paymentId'>[]) {
  const paymentId = `pi_${randomUUID()}`;
  for (const change of changes) {
    const effects = { ...noEffects, payments: [{ paymentId, ...change }] };
    await database.transaction((transaction) =>
      quietBookkeeper.bookOne(transaction, { factKeys: { paymentId }, decide: () => effects }),
    );
  }
  return (await readPayments(database, [paymentId])).get(paymentId);
}

test('S15: what a charge has refunded never becomes less, whichever event is written last', async () => {
  const low = { chargeRefundedMinor: 100n };
  const high = { chargeRefundedMinor: 400n };
  expect(await afterWriting({ paid, ...high }, low)).toMatchObject(high);
  expect(await afterWriting({ paid, ...low }, high)).toMatchObject(high);
  expect(await afterWriting({ paid, ...high }, {})).toMatchObject(high);
});

test('S15: a refund that is told of before its payment keeps, and is kept by, what was paid', async () => {
  const refund = () => ({
    refundId: `re_${randomUUID()}`,
    amountMinor: 400n,
    currency: 'usd',
    status: 'succeeded',
  });
  const first = { refund: refund(), chargeRefundedMinor: 400n };
  const known = { paid, refunds: [{ amountMinor: 400n }], chargeRefundedMinor: 400n };
  expect(await afterWriting(first, { paid })).toMatchObject(known);
  expect(await afterWriting({ paid }, { ...first, refund: refund() })).toMatchObject(known);
});
