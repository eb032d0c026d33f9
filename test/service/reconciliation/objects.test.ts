import {
  type LocalStripe,
  payOnHostedPage,
  RemoteControl,
  startLocalStripe,
} from '@tollgate/local-stripe';
import Stripe from 'stripe';
import type { Reconciler } from '../../../service/reconciliation/reconciler';
import type { Database } from '../../../service/store/database';
import { adminClient } from '../../support/admin-client';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { reconcilerOf, runToEnd } from '../../support/reconciling';
import { startTestService, stripeKey, type TestService } from '../../support/running-service';

let testDatabase: TestDatabase;
let database: Database;
let localStripe: LocalStripe;
let stripe: Stripe;
let control: RemoteControl;
let service: TestService;
let reconciler: Reconciler;
let reported: { differences: number };
let counted: readonly string[];

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  localStripe = await startLocalStripe({ webhookRetryDelaysMillis: [20] });
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  control = new RemoteControl(localStripe.url);
  service = await startTestService(testDatabase.url, { STRIPE_API_BASE: localStripe.url });
  ({ reconciler, reported, counted } = reconcilerOf(database, localStripe.url));
  // None of what happens from here on is told of, neither now nor in a list of events.
  await control.suppressEvents(['*'], 1_000_000);
});

afterEach(async () => {
  await service.stop();
  await database.close();
  await testDatabase.drop();
  await localStripe.close();
});

async function begin(userId: string) {
  const body = { topup: { amountMinor: 1000, currency: 'usd' } };
  const answer = await service.post('/v1/checkout/sessions', userId, body);
  expect(answer.status).toBe(201);
  return (await answer.json()) as { id: string; url: string };
}

async function buy(userId: string, card = '4242424242424242') {
  const session = await begin(userId);
  await payOnHostedPage(session.url, { card });
  return stripe.checkout.sessions.retrieve(session.id);
}

const balanceOf = async (userId: string) =>
  (await ledgerOf(testDatabase, userId)).balances.map(({ amount_minor: minor }) => minor);
const run = () => runToEnd(reconciler, 'objects');

test('S24: a sale whose event Stripe never generated is credited, once', async () => {
  const sold = await buy('ann');
  expect((await runToEnd(reconciler, 'events')).lookedAt).toBe(0);
  expect(await balanceOf('ann')).toEqual([]);

  const first = await run();
  expect(first).toMatchObject({ status: 'finished', repaired: 1, differences: 0 });
  expect(first.findings).toEqual([{ kind: 'repaired', id: sold.id, what: 'credited' }]);
  expect(await balanceOf('ann')).toEqual([1000n]);

  expect(await run()).toMatchObject({ status: 'finished', repaired: 0, differences: 0 });
  expect(await ledgerOf(testDatabase, 'ann')).toMatchObject({ transfers: 1 });
});

test('S24: refunds and disputes that were never told of end as if they had been', async () => {
  const refunded = await buy('ann');
  const disputed = await buy('bob');
  const won = await buy('cem');
  await run();
  const chargeOf = async ({ payment_intent: intent }: Stripe.Checkout.Session) =>
    String((await stripe.paymentIntents.retrieve(String(intent))).latest_charge);
  const refund = await stripe.refunds.create({
    payment_intent: String(refunded.payment_intent),
    amount: 300,
  });
  const { id: lostDisputeId } = await control.disputeCharge(await chargeOf(disputed));
  const { id: disputeId } = await control.disputeCharge(await chargeOf(won));

  const found = await run();
  expect(found).toMatchObject({ status: 'finished', differences: 0 });
  expect(found.findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining([refund.id, lostDisputeId, disputeId]),
  );
  expect(await balanceOf('ann')).toEqual([700n]);
  expect(await balanceOf('bob')).toEqual([0n]);
  expect(await balanceOf('cem')).toEqual([0n]);

  await control.winDispute(disputeId);
  expect(await run()).toMatchObject({ status: 'finished', repaired: 1, differences: 0 });
  expect(await balanceOf('cem')).toEqual([1000n]);
  expect(await run()).toMatchObject({ repaired: 0, differences: 0 });
});

test('S24: a dispute of long ago is looked at as long as it is open', async () => {
  const sold = await buy('ann');
  const intent = await stripe.paymentIntents.retrieve(String(sold.payment_intent));
  const { id } = await control.disputeCharge(String(intent.latest_charge));
  await run();
  await control.winDispute(id);
  // Of this range, Stripe lists nothing: only our own record knows of the dispute.
  const since = new Date(Date.now() - 86_400_000);
  const until = new Date(Date.now() - 80_000_000);
  const found = await runToEnd(reconciler, 'objects', { since, until });
  expect(found.findings).toEqual([{ kind: 'repaired', id, what: 'restored' }]);
  expect(await balanceOf('ann')).toEqual([1000n]);
});

test('S24: an invoice of long ago that was paid late is found by its subscription', async () => {
  const { id: customer } = await stripe.customers.create({});
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
    product_data: { name: 'Membership' },
  });
  const { id, latest_invoice: invoice } = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    default_payment_method: method.id,
  });
  await testDatabase.query(
    `insert into subscriptions (subscription_id, customer_id, status, items, cancel_at_period_end,
       paused, revision)
     values ($1, $2, 'past_due', '[]', false, false, 1)`,
    [id, customer],
  );
  const since = new Date(Date.now() - 86_400_000);
  const until = new Date(Date.now() - 80_000_000);
  const found = await runToEnd(reconciler, 'objects', { since, until });
  expect(found.findings).toContainEqual({ kind: 'repaired', id: invoice, what: 'published' });
  const again = await runToEnd(reconciler, 'objects', { since, until });
  expect(again).toMatchObject({ repaired: 0, differences: 0 });
});

test('S24: an object of which Stripe refuses to say more is reported, and keeps no other from its due', async () => {
  const sold = await buy('ann');
  await run();
  const intent = String(sold.payment_intent);
  const customer = String(sold.customer);
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
    product_data: { name: 'Membership' },
  });
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const { latest_invoice: invoice } = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    default_payment_method: method.id,
  });
  // Refunds are looked at after invoices.
  await stripe.refunds.create({ payment_intent: intent, amount: 300 });
  await control.addFault({ kind: 'status', path: '/v1/prices/*', status: 400, times: 100 });

  const found = await run();
  expect(found).toMatchObject({ status: 'finished', differences: 1 });
  expect(found.findings).toContainEqual({
    kind: 'difference',
    id: invoice,
    what: 'stripe_request_rejected',
  });
  expect(await balanceOf('ann')).toEqual([700n]);
});

test('S24: an open checkout whose session has expired at Stripe is closed', async () => {
  const session = await begin('ann');
  await stripe.checkout.sessions.expire(session.id);
  await testDatabase.query("update checkouts set expires_at = now() - interval '1 hour'");
  const since = new Date(Date.now() - 86_400_000);
  const until = new Date(Date.now() - 80_000_000);
  const found = await runToEnd(reconciler, 'objects', { since, until });
  expect(found.findings).toEqual([{ kind: 'repaired', id: session.id, what: 'expired' }]);
  expect(await testDatabase.query('select status from checkouts')).toEqual([{ status: 'expired' }]);
});

test('S24: a credit that Stripe knows nothing of is reported, and left as it is', async () => {
  const checkout = await openCheckout(testDatabase, { userId: 'ann' });
  await testDatabase.query(
    "update checkouts set status = 'complete', payment_status = 'paid' where checkout_id = $1",
    [checkout.checkoutId],
  );
  const found = await run();
  expect(found).toMatchObject({ status: 'finished', repaired: 0, differences: 1 });
  expect(found.findings).toEqual([
    { kind: 'difference', id: checkout.sessionId, what: 'missing_at_stripe' },
  ]);
  expect(reported.differences).toBe(1);
});

test('S24: a sale that we hold for paid and Stripe for unpaid is reported', async () => {
  const session = await begin('ann');
  await testDatabase.query("update checkouts set status = 'complete', payment_status = 'paid'");
  const found = await run();
  expect(found.findings).toEqual([{ kind: 'difference', id: session.id, what: 'state_differs' }]);
});

test('S24: an amount that is not what was sold is reported and counted, and never credited', async () => {
  const session = await buy('ann');
  await testDatabase.query('update checkouts set amount_minor = 999');
  const found = await run();
  expect(found.findings).toEqual([
    { kind: 'difference', id: session.id, what: 'checkout_amount_mismatch' },
  ]);
  expect(counted).toEqual(['AmountMismatches']);
  expect(await balanceOf('ann')).toEqual([]);
});

test('S24: a subscription of more items than Stripe shows at once is compared by all of them', async () => {
  const { id: customer } = await stripe.customers.create({});
  const items = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const price = await stripe.prices.create({
        currency: 'usd',
        unit_amount: 100 + index,
        recurring: { interval: 'month' },
        product_data: { name: `Module ${index}` },
      });
      return { price: price.id };
    }),
  );
  const { id, ...shown } = await stripe.subscriptions.create({
    customer,
    items,
    trial_period_days: 7,
  });
  expect([shown.items.data.length, shown.items.has_more]).toEqual([10, true]);
  const before = await run();
  expect(before.findings).toContainEqual({ kind: 'repaired', id, what: 'updated' });
  expect(await run()).toMatchObject({ repaired: 0, differences: 0, findings: [] });

  const last = (await stripe.subscriptionItems.list({ subscription: id, limit: 100 })).data.at(-1);
  await stripe.subscriptions.update(id, { items: [{ id: last?.id ?? '', quantity: 3 }] });
  expect((await run()).findings).toEqual([{ kind: 'repaired', id, what: 'updated' }]);
  const [row] = await testDatabase.query<{ items: { quantity: number }[] }>(
    'select items from subscriptions',
  );
  expect(row?.items.map(({ quantity }) => quantity)).toEqual([...Array(11).fill(1), 3]);
  expect(await run()).toMatchObject({ repaired: 0, differences: 0, findings: [] });
});

test('S24: more held as refunded than Stripe has refunded is reported', async () => {
  const session = await buy('ann');
  await run();
  await testDatabase.query(
    `insert into refunds (refund_id, payment_id, amount_minor, currency, status)
     values ('re_invented', $1, 400, 'usd', 'succeeded')`,
    [session.payment_intent],
  );
  const { data } = await stripe.charges.list({ payment_intent: String(session.payment_intent) });
  const found = await run();
  expect(found.findings).toEqual([{ kind: 'difference', id: data[0]?.id, what: 'state_differs' }]);
});

test('S24: a balance that is not the sum of its transfers is reported', async () => {
  await buy('ann');
  await run();
  await testDatabase.query("update balances set amount_minor = 1001 where account = 'user:ann'");
  const found = await run();
  expect(found.findings).toEqual([{ kind: 'difference', id: 'user:ann', what: 'balance_differs' }]);
});

test('S22: the metric that an alarm watches says how many balances differ from the ledger', async () => {
  await buy('ann');
  await run();
  const lines: string[] = [];
  const environment = { STRIPE_API_BASE: localStripe.url, LOG_LEVEL: 'info' };
  const watched = await startTestService(testDatabase.url, environment, lines);
  const { post } = adminClient(watched.url);
  await post('/reconciliations', { kind: 'objects' });
  await testDatabase.query("update balances set amount_minor = 1001 where account = 'user:ann'");
  await post('/reconciliations', { kind: 'objects' });
  await watched.stop();
  const readings = lines
    .map((line) => JSON.parse(line) as { TrialBalanceDifferences?: number })
    .flatMap(({ TrialBalanceDifferences: count = [] }) => count);
  expect(readings.at(-1)).toBe(1);
});

test('S24: while handling is paused, no object is handled', async () => {
  await buy('ann');
  const paused = reconcilerOf(database, localStripe.url, 'paused').reconciler;
  await testDatabase.query(
    `insert into reconciliations (name, reached_at, next_run_at)
     values ('objects', now() - interval '1 day', now())
     on conflict (name) do update set next_run_at = now()`,
  );
  await paused.runDue(new AbortController().signal);
  await expect(paused.start('objects', { startedBy: 'a-test' })).rejects.toMatchObject({
    code: 'processing_paused',
  });
  expect(await balanceOf('ann')).toEqual([]);
});
