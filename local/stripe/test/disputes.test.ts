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

async function onlyDispute(charge: string): Promise<Stripe.Dispute> {
  const { data } = await stripe.disputes.list({ charge });
  expect(data).toHaveLength(1);
  const [dispute] = data;
  if (!dispute) throw new Error('no dispute');
  return dispute;
}

async function typesOldestFirst(): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.map(({ type }) => type).reverse();
}

test('L2: the card for it is charged back at once, with the money and the fee taken', async () => {
  const { intent, charge } = await pay(stripe, 'pm_card_createDispute');
  const dispute = await onlyDispute(charge);
  expect(dispute).toMatchObject({
    amount: 2000,
    currency: 'usd',
    payment_intent: intent,
    reason: 'fraudulent',
    status: 'needs_response',
    is_charge_refundable: false,
    payment_method_details: { card: { case_type: 'chargeback', network_reason_code: '10.4' } },
    balance_transactions: [{ amount: -2000, fee: 1500, net: -3500, reporting_category: 'dispute' }],
  });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true });
  expect(await typesOldestFirst()).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'charge.dispute.created',
    'charge.dispute.funds_withdrawn',
    'payment_intent.succeeded',
  ]);
  expect(await errorOf(stripe.refunds.create({ charge }))).toMatchObject({
    code: 'charge_disputed',
    message: `Charge ${charge} has been charged back; cannot issue a refund.`,
  });
});

test('L2: winning evidence wins: the money is back and the charge can be refunded', async () => {
  const { charge } = await pay(stripe, 'pm_card_createDispute');
  const { id } = await onlyDispute(charge);
  const won = await stripe.disputes.update(id, {
    evidence: { uncategorized_text: 'winning_evidence', customer_name: 'Jenny' },
  });
  expect(won).toMatchObject({
    status: 'won',
    is_charge_refundable: true,
    evidence: { customer_name: 'Jenny' },
    evidence_details: { has_evidence: true, submission_count: 1 },
    balance_transactions: [{ amount: -2000 }, { amount: 2000, fee: 0 }],
  });
  expect((await typesOldestFirst()).slice(-3)).toEqual([
    'charge.dispute.updated',
    'charge.dispute.funds_reinstated',
    'charge.dispute.closed',
  ]);
  const refund = await stripe.refunds.create({ charge });
  expect(refund.status).toBe('succeeded');
  expect((await errorOf(stripe.disputes.close(id))).message).toBe('This dispute is already closed');
});

test('L2: evidence that is only staged decides nothing', async () => {
  const { charge } = await pay(stripe, 'pm_card_createDispute');
  const { id } = await onlyDispute(charge);
  const staged = await stripe.disputes.update(id, {
    evidence: { uncategorized_text: 'losing_evidence' },
    submit: false,
  });
  expect(staged).toMatchObject({ status: 'needs_response' });
  const lost = await stripe.disputes.update(id, { evidence: { receipt: 'file_1' } });
  expect(lost).toMatchObject({ status: 'lost', balance_transactions: [{ amount: -2000 }] });
});

test('L2: a dispute that is closed is lost, with its event', async () => {
  const { charge } = await pay(stripe);
  const { id } = await control.disputeCharge(charge, { amount: 700 });
  const lost = await stripe.disputes.close(id);
  expect(lost).toMatchObject({ status: 'lost', amount: 700, is_charge_refundable: false });
  const { data } = await stripe.events.list({ type: 'charge.dispute.closed' });
  expect(data[0]?.data).toMatchObject({
    object: { id, status: 'lost' },
    previous_attributes: { status: 'needs_response' },
  });
});

test('L2: an inquiry takes no money until it is escalated', async () => {
  const { charge } = await pay(stripe, 'pm_card_createDisputeInquiry');
  const inquiry = await onlyDispute(charge);
  expect(inquiry).toMatchObject({
    status: 'warning_needs_response',
    is_charge_refundable: true,
    balance_transactions: [],
  });
  await stripe.refunds.create({ charge, amount: 100 });
  const escalated = await control.escalateDispute(inquiry.id);
  expect(escalated).toMatchObject({
    status: 'needs_response',
    is_charge_refundable: false,
    payment_method_details: { card: { case_type: 'chargeback' } },
    balance_transactions: [{ amount: -2000 }],
  });
  expect((await typesOldestFirst()).slice(-2)).toEqual([
    'charge.dispute.updated',
    'charge.dispute.funds_withdrawn',
  ]);
  await expect(control.escalateDispute(inquiry.id)).rejects.toThrow(/is no inquiry/);
  expect((await control.winDispute(inquiry.id)).status).toBe('won');
});

test('L2: an inquiry that is answered closes, whoever was right, and no money moves', async () => {
  for (const text of ['winning_evidence', 'losing_evidence']) {
    const { charge } = await pay(stripe, 'pm_card_createDisputeInquiry');
    const { id } = await onlyDispute(charge);
    const closed = await stripe.disputes.update(id, { evidence: { uncategorized_text: text } });
    expect(closed).toMatchObject({ status: 'warning_closed', balance_transactions: [] });
  }
});

test('L2: a charge is disputed by what is left of it, once at a time, and never by more', async () => {
  const { intent, charge } = await pay(stripe);
  await stripe.refunds.create({ charge, amount: 500 });
  await expect(control.disputeCharge(charge, { amount: 2001 })).rejects.toThrow(
    /cannot be disputed by 2001/,
  );
  const { id } = await control.disputeCharge(charge);
  await expect(control.disputeCharge(charge)).rejects.toThrow(/close that one first/);
  const found = await stripe.disputes.list({ payment_intent: intent, expand: ['data.charge'] });
  expect(found.data).toMatchObject([{ id, amount: 1500, charge: { amount_refunded: 500 } }]);
  await control.loseDispute(id);
  expect((await stripe.disputes.retrieve(id)).status).toBe('lost');
});
