import { randomUUID } from 'node:crypto';
import { adminClient } from '../../../support/admin-client';
import { openCheckout } from '../../../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../../../support/database';
import { eventOf, startTestService, type TestService } from '../../../support/running-service';

let database: TestDatabase;
let service: TestService;
let admin: ReturnType<typeof adminClient>;

beforeEach(async () => {
  database = await createTestDatabase();
  service = await startTestService(database.url);
  admin = adminClient(service.url);
});

afterEach(async () => {
  await service.stop();
  await database.drop();
});

async function sell(userId: string) {
  const checkout = await openCheckout(database, { userId });
  const event = eventOf('checkout.session.completed', checkout.paidSession());
  expect((await service.deliver(event)).status).toBe(200);
  return checkout;
}

test('S3: the ledger of a user is shown whole, its transfers page by page', async () => {
  const userId = `user-${randomUUID()}`;
  await database.query("insert into customers (user_id, customer_id) values ($1, 'cus_7')", [
    userId,
  ]);
  const sold = [await sell(userId), await sell(userId), await sell(userId)];
  await sell('somebody-else');
  const refund = {
    object: 'refund',
    id: 're_1',
    payment_intent: `pi_${sold[0]?.checkoutId}`,
    amount: 400,
    currency: 'usd',
    status: 'succeeded',
  };
  expect((await service.deliver(eventOf('refund.created', refund))).status).toBe(200);

  const first = await admin.get(`/users/${userId}/ledger?limit=3`);
  expect(first).toMatchObject({
    status: 200,
    body: { userId, customerId: 'cus_7', balances: [{ unit: 'usd', amountMinor: 2600 }] },
  });
  const second = await admin.get(`/users/${userId}/ledger?limit=3&cursor=${first.body.nextCursor}`);
  const amounts = [first, second].map(({ body }) =>
    (body.transfers as { amountMinor: number }[]).map(({ amountMinor }) => amountMinor),
  );
  expect(amounts).toEqual([[-400, 1000, 1000], [1000]]);
  expect(second.body.nextCursor).toBeNull();
  expect((first.body.payments as object[]).length).toBe(3);
  expect(first.body.payments).toContainEqual(
    expect.objectContaining({
      paymentId: refund.payment_intent,
      amountMinor: 1000,
      currency: 'usd',
      refunds: [
        {
          refundId: 're_1',
          amountMinor: 400,
          status: 'succeeded',
          requestedBy: null,
          reason: null,
        },
      ],
      disputes: [],
    }),
  );
  expect((await admin.get('/users/stranger/ledger')).body).toMatchObject({
    customerId: null,
    balances: [],
    payments: [],
    transfers: [],
  });
});

test('S10: the user of a Stripe customer is found, and the customer of a user', async () => {
  await database.query("insert into customers (user_id, customer_id) values ('ann', 'cus_9')");
  await database.query(
    "insert into former_customers (user_id, customer_id) values ('ann', 'cus_8')",
  );
  for (const customerId of ['cus_9', 'cus_8']) {
    const { body } = await admin.get(`/customers/${customerId}`);
    expect(body).toEqual({ customerId, userId: 'ann' });
  }
  expect((await admin.get('/users/ann/ledger')).body).toMatchObject({ customerId: 'cus_9' });
  expect(await admin.get('/customers/cus_1')).toMatchObject({
    status: 404,
    body: { code: 'customer_unknown' },
  });
});

test('S13: the trial balance of a sound ledger is zero in every unit', async () => {
  await sell('ann');
  await sell('ann');
  await sell('bob');
  const { status, body } = await admin.get('/trial-balance');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    isBalanced: true,
    transfers: 3,
    accounts: 2,
    differences: [],
    differencesCount: 0,
    units: [
      {
        unit: 'usd',
        sumMinor: 0,
        usersMinor: 3000,
        systemAccounts: [{ account: 'stripe_clearing', balanceMinor: -3000 }],
      },
    ],
  });
});

test('S13: the trial balance names every account that differs from its transfers', async () => {
  await sell('ann');
  await sell('bob');
  await sell('cem');
  await database.query("update balances set amount_minor = 990 where account = 'user:ann'");
  await database.query("delete from balances where account = 'user:bob'");
  await database.query("insert into balances values ('user:dan', 'credits', 5)");
  const { body } = await admin.get('/trial-balance');
  expect(body).toMatchObject({ isBalanced: false, differencesCount: 3 });
  expect(body.differences).toEqual(
    expect.arrayContaining([
      { account: 'user:ann', unit: 'usd', balanceMinor: 990, transfersMinor: 1000 },
      { account: 'user:bob', unit: 'usd', balanceMinor: null, transfersMinor: 1000 },
      { account: 'user:dan', unit: 'credits', balanceMinor: 5, transfersMinor: 0 },
    ]),
  );
  const sums = (body.units as { unit: string; sumMinor: number }[]).map(({ unit, sumMinor }) => [
    unit,
    sumMinor,
  ]);
  expect(sums).toEqual([
    ['credits', 5],
    ['usd', -1010],
  ]);
});
