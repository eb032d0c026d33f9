import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { BalanceTransaction, Charge, Dispute } from '../../state/stored';
import type { Kind } from '../../state/tables';
import type { TestCard } from '../customers/test-cards';
import { recordBalanceTransaction } from './balance-transactions';
import { chargeKind } from './charges';
import { emptyEvidence } from './dispute-evidence';

export const disputeKind: Kind<Dispute> = {
  name: 'dispute',
  param: 'dispute',
  references: { charge: 'charge', payment_intent: 'payment_intent' },
};

export type DisputeReason = NonNullable<TestCard['dispute']> | 'general';

interface NewDispute {
  /** In minor units. @default - what has not been refunded */
  readonly amount?: number | undefined;
  /** `inquiry`: the bank asks first, and takes no money yet. */
  readonly reason: DisputeReason;
}

/** In minor units of the charge's currency: what the seller pays for a dispute, even a won one. */
const disputeFeeMinor = 1500;
const answerWithinSeconds = 8 * 24 * 60 * 60;

const networkReasonCodes = {
  fraudulent: '10.4',
  general: '10.4',
  inquiry: '10',
  product_not_received: '13.1',
} as const satisfies Record<DisputeReason, string>;

/**
 * The buyer's bank questions a charge. Events come in the order of the original: created, then
 * funds_withdrawn. Source: https://docs.stripe.com/disputes/how-disputes-work
 * @throws a StripeApiError when there is nothing to dispute, or a dispute is open already
 */
export function openDispute(scope: Scope, charge: Charge, wanted: NewDispute): Dispute {
  const { tables, now } = scope.account;
  const isInquiry = wanted.reason === 'inquiry';
  const amount = disputableAmount(scope, charge, wanted.amount);
  const id = newId('du', '1', 24);
  const withdrawal = isInquiry ? [] : [withdraw(scope, id, charge.id, amount, charge.currency)];
  const dispute = tables.of(disputeKind).put({
    id,
    object: 'dispute',
    amount,
    balance_transactions: withdrawal,
    charge: charge.id,
    created: now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence,
    evidence_details: {
      due_by: endOfDay(now() + answerWithinSeconds),
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    ...methodDetails(charge, wanted.reason),
    reason: isInquiry ? 'general' : wanted.reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  });
  tables.of(chargeKind).update(charge.id, { disputed: true });
  recordEvent(scope, 'charge.dispute.created', dispute);
  if (!isInquiry) recordEvent(scope, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

function disputableAmount(scope: Scope, charge: Charge, wanted: number | undefined): number {
  const open = openDisputeOf(scope, charge.id);
  if (open) {
    throw invalidRequest(
      `Charge ${charge.id} has the open dispute ${open.id} (${open.status}); close that one first.`,
    );
  }
  const amount = wanted ?? charge.amount - charge.amount_refunded;
  if (charge.status === 'succeeded' && amount > 0 && amount <= charge.amount) return amount;
  throw invalidRequest(
    `Charge ${charge.id} cannot be disputed by ${amount}: its status is ${charge.status}, its amount ${charge.amount}, of which ${charge.amount_refunded} were refunded. Expected a charge that succeeded, and an amount from 1 to its own.`,
  );
}

function openDisputeOf({ account }: Scope, chargeId: string): Dispute | undefined {
  return account.tables
    .of(disputeKind)
    .newestFirst()
    .find((dispute) => dispute.charge === chargeId && !isClosed(dispute));
}

/** A charge whose money the bank has taken back cannot be refunded as well. */
export function assertNotChargedBack({ account }: Scope, chargeId: string): void {
  const isTaken = account.tables
    .of(disputeKind)
    .oldestFirst()
    .some((dispute) => dispute.charge === chargeId && !dispute.is_charge_refundable);
  if (!isTaken) return;
  throw invalidRequest(
    `Charge ${chargeId} has been charged back; cannot issue a refund.`,
    'charge_disputed',
  );
}

function endOfDay(second: number): number {
  return second - (second % 86_400) + 86_399;
}

function methodDetails(
  charge: Charge,
  reason: DisputeReason,
): Pick<Dispute, 'payment_method_details'> {
  const card = charge.payment_method_details?.card;
  if (!card) return {};
  return {
    payment_method_details: {
      type: 'card',
      card: {
        brand: card.brand ?? 'visa',
        case_type: reason === 'inquiry' ? 'inquiry' : 'chargeback',
        network: card.network ?? 'visa',
        network_reason_code: networkReasonCodes[reason],
      },
    },
  };
}

function withdraw(
  scope: Scope,
  disputeId: string,
  chargeId: string,
  amount: number,
  currency: string,
): BalanceTransaction {
  return recordBalanceTransaction(scope, {
    amount: -amount,
    currency,
    description: `Chargeback withdrawal for ${chargeId}`,
    fee: disputeFeeMinor,
    feeDescription: 'Dispute fee',
    reporting_category: 'dispute',
    source: disputeId,
    type: 'adjustment',
  });
}

const isInquiry = ({ status }: Dispute) => status.startsWith('warning_');
const isClosed = ({ status }: Dispute) => ['lost', 'warning_closed', 'won'].includes(status);

/** @throws a StripeApiError when nothing can be done about the dispute any more */
export function assertNotClosed(dispute: Dispute): void {
  if (isClosed(dispute)) throw invalidRequest('This dispute is already closed');
}

function change(scope: Scope, before: Dispute, changed: Partial<Dispute>): Dispute {
  assertNotClosed(before);
  return scope.account.tables.of(disputeKind).update(before.id, changed);
}

/** The bank decides for the seller, who has the money back; an inquiry just ends. */
export function winDispute(scope: Scope, before: Dispute): Dispute {
  if (isInquiry(before)) return closeInquiry(scope, before);
  assertNotClosed(before);
  const reversal = recordBalanceTransaction(scope, {
    amount: before.amount,
    currency: before.currency,
    description: `Chargeback reversal for ${before.charge}`,
    reporting_category: 'dispute_reversal',
    source: before.id,
    type: 'adjustment',
  });
  const after = change(scope, before, {
    balance_transactions: [...before.balance_transactions, reversal],
    is_charge_refundable: true,
    status: 'won',
  });
  recordEvent(scope, 'charge.dispute.funds_reinstated', after, before);
  recordEvent(scope, 'charge.dispute.closed', after, before);
  return after;
}

/** The bank decides for the buyer, or the seller gives in; an inquiry just ends. */
export function loseDispute(scope: Scope, before: Dispute): Dispute {
  if (isInquiry(before)) return closeInquiry(scope, before);
  const after = change(scope, before, { status: 'lost' });
  recordEvent(scope, 'charge.dispute.closed', after, before);
  return after;
}

function closeInquiry(scope: Scope, before: Dispute): Dispute {
  const after = change(scope, before, { status: 'warning_closed' });
  recordEvent(scope, 'charge.dispute.closed', after, before);
  return after;
}

/**
 * An inquiry becomes a chargeback: now the money is taken.
 * @throws a StripeApiError when the dispute is no open inquiry
 */
export function escalateDispute(scope: Scope, before: Dispute): Dispute {
  assertNotClosed(before);
  if (!isInquiry(before)) {
    throw invalidRequest(
      `Dispute ${before.id} is no inquiry: its status is ${before.status}; expected warning_needs_response or warning_under_review.`,
    );
  }
  const card = before.payment_method_details?.card;
  const after = change(scope, before, {
    balance_transactions: [
      withdraw(scope, before.id, String(before.charge), before.amount, before.currency),
    ],
    is_charge_refundable: false,
    ...(card && {
      payment_method_details: { type: 'card', card: { ...card, case_type: 'chargeback' } },
    }),
    status: 'needs_response',
  });
  recordEvent(scope, 'charge.dispute.updated', after, before);
  recordEvent(scope, 'charge.dispute.funds_withdrawn', after, before);
  return after;
}
