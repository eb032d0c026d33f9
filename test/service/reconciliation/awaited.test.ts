import {
  type LocalStripe,
  payOnHostedPage,
  RemoteControl,
  startLocalStripe,
} from '@tollgate/local-stripe';
import Stripe from 'stripe';
import type { Plans } from '../../../service/handlers/handling';
import type { Reconciler } from '../../../service/reconciliation/reconciler';
import type { Database } from '../../../service/store/database';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { reconcilerOf, runToEnd } from '../../support/reconciling';
import { stripeKey } from '../../support/running-service';
import { card } from '../../support/selling';

let testDatabase: TestDatabase;
let database: Database;
let localStripe: LocalStripe;
let stripe: Stripe;
let control: RemoteControl;
let reconciler: Reconciler;

const plans: Plans = {
  creditsOf: () => 1000n,
  entitlementsOf: () => [],
  environmentName: 'local',
  creditsForeignSessions: true,
};

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
  localStripe = await startLocalStripe();
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  control = new RemoteControl(localStripe.url);
  ({ reconciler } = reconcilerOf(database, localStripe.url, 'on', plans));
});

afterEach(async () => {
  await database.close();
  await testDatabase.drop();
  await localStripe.close();
});

const balancesOf = async (userId: string) =>
  (await ledgerOf(testDatabase, userId)).balances.map(({ unit, amount_minor: minor }) => [
    unit,
    Number(minor),
  ]);
const awaited = () => testDatabase.query('select kind, object_id from awaited_objects order by 2');

const debit = { method: 'us_bank_account' } as const;

/** The range of a night much later: of it, Stripe lists nothing. */
const later = () => ({
  since: new Date(Date.now() - 86_400_000),
  until: new Date(Date.now() - 80_000_000),
});
const lookNow = () => runToEnd(reconciler, 'objects');
const lookLater = () => runToEnd(reconciler, 'objects', later());

/** A session of 10.00 that something else made for a user, and its buyer's payment. */
async function foreignSession(
  userId: string,
  payment: Parameters<typeof payOnHostedPage>[1],
  capture: 'automatic' | 'manual' = 'automatic',
) {
  const { id, url } = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/thanks',
    metadata: { tollgate_user_id: userId },
    payment_intent_data: { capture_method: capture },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: 1000,
          product_data: { name: 'Credit' },
        },
      },
    ],
  });
  await payOnHostedPage(url ?? '', payment);
  return stripe.checkout.sessions.retrieve(id);
}

test('S16, S24: a bank debit of a session made elsewhere is followed for as long as it takes', async () => {
  const { id } = await foreignSession('ann', debit);
  await lookNow();
  expect(await awaited()).toEqual([{ kind: 'checkout.session', object_id: id }]);
  expect(await balancesOf('ann')).toEqual([]);

  expect(await lookLater()).toMatchObject({ repaired: 0, differences: 0 });
  await control.settleSession(id);
  expect(await lookLater()).toMatchObject({ repaired: 1, differences: 0 });
  expect(await balancesOf('ann')).toEqual([['usd', 1000]]);
  expect(await awaited()).toEqual([]);
  expect(await lookNow()).toMatchObject({ repaired: 0, differences: 0 });
});

test('S16, S24: one whose debit fails is followed no more', async () => {
  const { id } = await foreignSession('ann', debit);
  await lookNow();
  await control.failSession(id);
  await lookLater();
  expect(await awaited()).toEqual([]);
  expect(await balancesOf('ann')).toEqual([]);
});

test('S13, S24: of what is captured in part days later, that part is credited', async () => {
  const session = await foreignSession('ann', card, 'manual');
  expect(session).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
  await lookNow();
  const intent = String(session.payment_intent);
  await stripe.paymentIntents.capture(intent, { amount_to_capture: 600 });
  expect(await lookLater()).toMatchObject({ repaired: 1, differences: 0 });
  expect(await balancesOf('ann')).toEqual([['usd', 600]]);
  // What the charge counts as refunded was let go: it takes nothing back, and a refund does.
  expect(await lookNow()).toMatchObject({ repaired: 0, differences: 0 });
  await stripe.refunds.create({ payment_intent: intent, amount: 150 });
  expect(await lookNow()).toMatchObject({ differences: 0 });
  expect(await balancesOf('ann')).toEqual([['usd', 450]]);
});

test('S24: an invoice that is not the latest of its subscription is followed until it is paid', async () => {
  const { id: customer } = await stripe.customers.create({
    metadata: { tollgate_environment: 'local', tollgate_user_id: 'ann' },
  });
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
    lookup_key: 'membership-monthly',
    product_data: { name: 'Membership' },
  });
  const { id: subscription } = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    default_payment_method: method.id,
  });
  const declined = await control.renewSubscription(subscription, 'pm_card_chargeCustomerFail');
  const unpaid = String(declined.latest_invoice);
  await control.renewSubscription(subscription, 'pm_card_visa');
  const oneOff = await stripe.invoices.create({ customer, auto_advance: false });
  await lookNow();
  expect(await awaited()).toEqual(
    [unpaid, oneOff.id].sort().map((id) => ({ kind: 'invoice', object_id: id })),
  );
  expect(await balancesOf('ann')).toEqual([['credits', 2000]]);

  await control.payInvoice(unpaid);
  await stripe.invoices.finalizeInvoice(oneOff.id);
  await stripe.invoices.voidInvoice(oneOff.id);
  await stripe.subscriptions.cancel(subscription);
  await lookLater();
  expect(await balancesOf('ann')).toEqual([['credits', 3000]]);
  expect(await awaited()).toEqual([]);
  expect(await lookLater()).toMatchObject({ repaired: 0, differences: 0 });
});
