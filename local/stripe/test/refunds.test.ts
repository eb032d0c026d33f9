import type Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import { closeAll, errorOf, pay, type Running, start } from './running';

let local: Running;
let stripe: Stripe;
let control: RemoteControl;

beforeEach(async () => {
  local = await start();
  ({ stripe, control } = local);
});
afterEach(closeAll);

/** The events since the payment succeeded, oldest first. */
async function eventsAfterPayment(): Promise<Stripe.Event[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  const oldestFirst = data.reverse();
  const paid = oldestFirst.findIndex(({ type }) => type === 'payment_intent.succeeded');
  return oldestFirst.slice(paid + 1);
}
const typesAfterPayment = async () => (await eventsAfterPayment()).map(({ type }) => type);

test('L2: partial refunds add up on the charge, which says so each time', async () => {
  const { intent, charge } = await pay(stripe);
  const first = await stripe.refunds.create({ payment_intent: intent, amount: 500 });
  expect(first).toMatchObject({
    object: 'refund',
    amount: 500,
    charge,
    payment_intent: intent,
    status: 'succeeded',
  });
  await stripe.refunds.create({ charge, reason: 'requested_by_customer', metadata: { why: 'x' } });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({
    amount_refunded: 2000,
    refunded: true,
  });
  const events = await eventsAfterPayment();
  expect(events.map(({ type }) => type)).toEqual([
    'refund.created',
    'charge.refunded',
    'refund.created',
    'charge.refunded',
  ]);
  const refunded = events.filter(({ type }) => type === 'charge.refunded');
  expect(refunded.map(({ data }) => data)).toMatchObject([
    {
      object: { id: charge, amount_refunded: 500, refunded: false, metadata: { order: '1' } },
      previous_attributes: { amount_refunded: 0 },
    },
    {
      object: { id: charge, amount_refunded: 2000, refunded: true },
      previous_attributes: { amount_refunded: 500, refunded: false },
    },
  ]);
});

test('L2: no more is refunded than was paid', async () => {
  const { intent, charge } = await pay(stripe);
  await stripe.refunds.create({ charge, amount: 1500 });
  expect(await errorOf(stripe.refunds.create({ charge, amount: 501 }))).toMatchObject({
    statusCode: 400,
    param: 'amount',
    message: 'Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)',
  });
  await stripe.refunds.create({ charge });
  expect(await errorOf(stripe.refunds.create({ payment_intent: intent }))).toMatchObject({
    code: 'charge_already_refunded',
    message: `Charge ${charge} has already been refunded.`,
  });
  expect((await stripe.refunds.list()).data).toHaveLength(2);
});

test.each<[string, Stripe.RefundCreateParams, object]>([
  ['without a charge', {}, { message: expect.stringContaining('payment_intent or charge') }],
  ['of nothing', { charge: 'ch_none', amount: 0 }, { code: 'parameter_invalid_integer' }],
  ['of no charge that is there', { charge: 'ch_none' }, { code: 'resource_missing' }],
  ['of no payment that is there', { payment_intent: 'pi_none' }, { code: 'resource_missing' }],
])('L2: a refund %s is refused', async (_what, params, expected) => {
  expect(await errorOf(stripe.refunds.create(params))).toMatchObject(expected);
});

test('L2: an unpaid payment has nothing to refund', async () => {
  const { id } = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd' });
  expect((await errorOf(stripe.refunds.create({ payment_intent: id }))).message).toMatch(
    /does not have a successful charge to refund/,
  );
});

test('L2: a pending refund counts at once and succeeds when the bank takes it', async () => {
  const { intent, charge } = await pay(stripe, 'pm_card_pendingRefund');
  const refund = await stripe.refunds.create({ payment_intent: intent });
  expect(refund).toMatchObject({ status: 'pending', balance_transaction: null });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 2000 });
  const settled = await control.settleRefund(refund.id);
  expect(settled.status).toBe('succeeded');
  expect(settled.pending_reason).toBeUndefined();
  expect(await typesAfterPayment()).toEqual([
    'refund.created',
    'charge.refunded',
    'refund.updated',
    'charge.refund.updated',
  ]);
  await expect(control.settleRefund(refund.id)).rejects.toThrow(/has the status succeeded/);
});

test('L2: a refund that succeeded and then fails lowers what the charge has refunded', async () => {
  const { charge } = await pay(stripe, 'pm_card_refundFail');
  await stripe.refunds.create({ charge, amount: 300 });
  const refund = await stripe.refunds.create({ charge });
  expect(refund.status).toBe('succeeded');
  const failed = await control.failRefund(refund.id);
  expect(failed).toMatchObject({
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: expect.stringMatching(/^txn_/),
  });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({
    amount_refunded: 300,
    refunded: false,
  });
  expect((await typesAfterPayment()).slice(-3)).toEqual([
    'refund.updated',
    'charge.refund.updated',
    'refund.failed',
  ]);
  const again = await stripe.refunds.create({ charge });
  expect(again.amount).toBe(1700);
});

test('L2: a refund is found by its payment and its charge, and its metadata can change', async () => {
  const { intent, charge } = await pay(stripe);
  const other = await pay(stripe);
  const { id } = await stripe.refunds.create({ charge, amount: 100 });
  await stripe.refunds.create({ charge: other.charge, amount: 100 });
  for (const filter of [{ charge }, { payment_intent: intent }]) {
    const found = await stripe.refunds.list({ ...filter, expand: ['data.balance_transaction'] });
    expect(found.data).toMatchObject([{ id, balance_transaction: { amount: -100, source: id } }]);
  }
  const updated = await stripe.refunds.update(id, { metadata: { note: 'a' } });
  expect(updated.metadata).toEqual({ note: 'a' });
  expect((await errorOf(stripe.refunds.cancel(id))).message).toMatch(/unsupported/);
});
