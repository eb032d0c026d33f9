import { type Facts, noFacts } from '../../../service/effects/records';
import { Refusal } from '../../../service/effects/refusal';
import { handlingOf } from '../../../service/handlers/index';
import type { StripeObject } from '../../../service/handlers/stripe-read';
import type { Payment } from '../../../service/ledger/payments';
import { noPlans } from '../../support/plans';
import {
  buildCreditNote,
  buildEvent,
  buildInvoice,
  buildLine,
  buildPrice,
  type CreditNoteFields,
} from '../../support/stripe-objects';

const paid = { userId: 'alice', amountMinor: 1500n, currency: 'usd' };
const grant = (key: string, amountMinor: bigint, isGrant = true) => ({
  transfer: {
    idempotencyKey: key,
    debitAccount: isGrant ? ('issued_credits' as const) : ('user:alice' as const),
    creditAccount: isGrant ? ('user:alice' as const) : ('issued_credits' as const),
    unit: 'credits',
    amountMinor,
    reason: isGrant ? ('subscription' as const) : ('proration' as const),
    paymentId: 'pi_1',
    reverses: null,
  },
  reversedMinor: 0n,
  corrections: 0,
});
/** A membership for 9.00 and a one-off thing for 6.00, of which the first alone grants credits. */
const payment: Payment = {
  paymentId: 'pi_1',
  paid,
  chargeRefundedMinor: 0n,
  refunds: [],
  disputes: [],
  grants: [grant('invoice:in_1:il_1:credit', 1000n)],
};
const invoice = buildInvoice({
  lines: [buildLine(), buildLine({ id: 'il_2', amount: 600, price: buildPrice() })],
  payments: { pi_1: 1500 },
});

function handle(fields: Partial<CreditNoteFields> = {}) {
  const note = buildCreditNote({ invoice, ...fields });
  const event = buildEvent('credit_note.created', { ...note, invoice: note.invoice });
  const handling = handlingOf(event);
  if (handling?.read === undefined) throw new Error('asks Stripe for nothing');
  return { handling, note: note as NonNullable<StripeObject> };
}

function decide(fields: Partial<CreditNoteFields>, facts: Partial<Facts> = {}) {
  const { handling, note } = handle(fields);
  const payments = new Map([['pi_1', payment]]);
  return handling.decide({ ...noFacts, userId: 'alice', payments, ...facts }, note, noPlans);
}
const taken = (decision: ReturnType<typeof decide>) =>
  decision.transfers.map(({ amountMinor, debitAccount }) => [amountMinor, debitAccount]);

test('S15: a line that granted nothing takes nothing, though the payment granted credits', () => {
  const decision = decide({ lines: { il_2: 600 }, amount: 600, post_payment_amount: 600 });
  expect(decision).toMatchObject({ outcome: 'recorded', transfers: [] });
  expect(decision.creditNotes).toMatchObject([{ creditNoteId: 'cn_1', status: 'issued' }]);
});

test('S15: a refund that is part of it is taken of its line alone, whichever is told of first', () => {
  const refund = { id: 're_1', object: 'refund', payment_intent: 'pi_1' };
  const fields = {
    lines: { il_2: 600 },
    amount: 600,
    post_payment_amount: 600,
    refunds: [{ amount_refunded: 600, refund, type: 'refund' }],
  };
  // The refund came first, and has taken its share of the payment: 6.00 of 15.00.
  const refunded: Payment = {
    ...payment,
    refunds: [{ refundId: 're_1', amountMinor: 600n, currency: 'usd', status: 'succeeded' }],
    grants: [{ ...grant('invoice:in_1:il_1:credit', 1000n), reversedMinor: 400n, corrections: 1 }],
  };
  const decision = decide(fields, { payments: new Map([['pi_1', refunded]]) });
  expect(taken(decision)).toEqual([[400n, 'issued_credits']]);
  const creditNotes = decision.creditNotes;

  const first = handlingOf(
    buildEvent('refund.created', { ...refund, amount: 600, status: 'succeeded' }),
  );
  if (first === undefined || first.read !== undefined) throw new Error('is not immediate');
  const facts = { ...noFacts, userId: 'alice', payment: { ...payment, creditNotes } };
  expect(first.decide(facts, noPlans).transfers).toEqual([]);
});

test('S15: one without lines is taken of all lines alike, prorations too', () => {
  const grants = [
    grant('invoice:in_1:il_1:credit', 1000n),
    grant('invoice:in_1:il_3:paid_back', 333n, false),
  ];
  const decision = decide(
    { lines: {}, invoice: { ...invoice, total: 600 }, amount: 300, post_payment_amount: 300 },
    { payments: new Map([['pi_1', { ...payment, grants }]]) },
  );
  expect(taken(decision)).toEqual([
    [500n, 'user:alice'],
    [166n, 'issued_credits'],
  ]);
});

test('S15: one that sold a session once takes of what the session granted', () => {
  const grants = [grant('checkout_session:cs_1:credit', 5500n)];
  const decision = decide({}, { payments: new Map([['pi_1', { ...payment, grants }]]) });
  expect(taken(decision)).toEqual([[2750n, 'user:alice']]);
});

test('S15: what is void stays void, and the same again is no news', () => {
  const [issued] = decide({}).creditNotes;
  if (issued === undefined) throw new Error('nothing was recorded');
  expect(decide({}, { creditNotes: [issued] })).toMatchObject({ outcome: 'no_change' });
  const late = { creditNotes: [{ ...issued, status: 'void' as const }] };
  expect(decide({}, late)).toMatchObject({ outcome: 'no_change', transfers: [], creditNotes: [] });
});

test("S27: a credit note of nobody's customer is left alone", () => {
  expect(decide({}, { userId: undefined })).toMatchObject({ outcome: 'not_ours', transfers: [] });
});

test('S20: one that Stripe does not have is kept as failed, to be replayed with the right key', () => {
  const { handling } = handle();
  expect(() => handling.decide({ ...noFacts, userId: 'alice' }, undefined, noPlans)).toThrow(
    Refusal,
  );
});

test('S14: an invoice that was paid while its credit note was read is read once more', () => {
  const { handling, note } = handle({ invoice: buildInvoice({ status: 'open', payments: {} }) });
  const booked = {
    invoiceId: 'in_1',
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    userId: 'alice',
    paymentId: 'pi_1',
    amountMinor: 900n,
    currency: 'usd',
  };
  expect(handling.isOutdated?.({ ...noFacts, invoice: booked }, note)).toBe(true);
  expect(handling.isOutdated?.(noFacts, note)).toBe(false);
});
