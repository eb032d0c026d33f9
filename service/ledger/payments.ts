import { type CreditNote, creditedOf, takenShare } from './credit-notes';
import { noShare, type Share, shareOf, takeShare } from './shares';
import type { Transfer } from './transfers';

/**
 * A payment and what has come back of it. What should stand reversed of each grant is a pure
 * function of this, so that any order of events and any number of duplicates end the same.
 */
export interface Payment {
  /** `pi_…`, or `ch_…` of a charge without a payment intent. */
  readonly paymentId: string;
  /** Undefined while only refunds or disputes of it are known. */
  readonly paid: Paid | undefined;
  /** The highest cumulative refund that an event of its charge named. */
  readonly chargeRefundedMinor: bigint;
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
  /** The transfers that it caused, each with what stands reversed of it. */
  readonly grants: readonly Grant[];
  /** Those of the invoices that it paid. @default - none that we know of */
  readonly creditNotes?: readonly CreditNote[];
}

export interface Paid {
  readonly userId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** https://docs.stripe.com/api/refunds/object */
export interface Refund {
  readonly refundId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: string;
}

/** https://docs.stripe.com/api/disputes/object */
export interface Dispute {
  readonly disputeId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: string;
  /** How many balance transactions it has. It only grows, and so tells a later state from an earlier. */
  readonly fundsMovements: number;
  /** What these moved; undefined where an earlier version recorded their number alone. */
  readonly moved: MovedFunds | undefined;
}

/** In minor units of the currency of the settlement, which need not be the dispute's. */
export interface MovedFunds {
  readonly withdrawnMinor: bigint;
  readonly reinstatedMinor: bigint;
  readonly currency: string;
}

/** A transfer that a payment caused, and how much of it stands reversed now. */
export interface Grant {
  readonly transfer: Transfer;
  readonly reversedMinor: bigint;
  /** How many reversals and restorations it has had; numbers the next one. */
  readonly corrections: number;
}

/** A refund moves forward only: a late event must not take back what a later one said. */
const refundRanks: Readonly<Record<string, number>> = {
  pending: 0,
  requires_action: 0,
  succeeded: 1,
  failed: 2,
  canceled: 2,
};

/** So does a dispute; an appeal may follow a loss. Funds that moved outrank any status. */
const disputeRanks: Readonly<Record<string, number>> = {
  warning_needs_response: 0,
  warning_under_review: 1,
  warning_closed: 2,
  prevented: 2,
  needs_response: 3,
  under_review: 4,
  lost: 5,
  appeal_needs_response: 6,
  appeal_under_review: 7,
  won: 8,
};

/** The payment with what an event says of a refund, unless more is known of that refund already. */
export function withRefund(payment: Payment, refund: Refund): Payment {
  const known = payment.refunds.find((each) => each.refundId === refund.refundId);
  if (known !== undefined && rankOf(refundRanks, known) >= rankOf(refundRanks, refund)) {
    return payment;
  }
  const others = payment.refunds.filter((each) => each !== known);
  return { ...payment, refunds: [...others, refund] };
}

/** The payment with what an event says of a dispute, unless more is known of it already. */
export function withDispute(payment: Payment, dispute: Dispute): Payment {
  const known = payment.disputes.find((each) => each.disputeId === dispute.disputeId);
  if (known !== undefined && !isLater(dispute, known)) return payment;
  const others = payment.disputes.filter((each) => each !== known);
  return { ...payment, disputes: [...others, dispute] };
}

/** The payment with the cumulative refund of its charge, unless a higher one is known. */
export function withChargeRefunded(payment: Payment, refundedMinor: bigint): Payment {
  return refundedMinor > payment.chargeRefundedMinor
    ? { ...payment, chargeRefundedMinor: refundedMinor }
    : payment;
}

/** What has gone back to the buyer, or is on its way, in minor units of the payment's currency. */
export function refundedMinor(payment: Payment): bigint {
  const all = sum(payment.refunds);
  const standing = sum(payment.refunds.filter(({ status }) => refundRanks[status] !== 2));
  // What the charge counted and no refund of ours explains: its refund was never told of.
  const untold = payment.chargeRefundedMinor - all;
  return standing + (untold > 0n ? untold : 0n);
}

/**
 * What a dispute holds of the payment, in minor units of the payment's currency, as far as that can
 * be told; it may be more than was paid. An inquiry holds nothing. Rounded in the user's favour.
 * See docs/decisions/what-a-dispute-takes.md.
 */
export function withheldMinor(dispute: Dispute, paid: Paid): bigint {
  const { status, fundsMovements, moved } = dispute;
  // Until its funds move, a dispute in another currency may hold all that was paid.
  const disputed = dispute.currency === paid.currency ? dispute.amountMinor : paid.amountMinor;
  if (fundsMovements === 0) {
    return /^(needs_response|under_review|lost|appeal_.*)$/.test(status) ? disputed : 0n;
  }
  if (moved === undefined) return fundsMovements === 1 && status !== 'won' ? disputed : 0n;
  // It was won, and what it took is on its way back.
  if (status === 'won' && moved.reinstatedMinor === 0n) return 0n;
  const net = moved.withdrawnMinor - moved.reinstatedMinor;
  if (net <= 0n) return 0n;
  return moved.currency === paid.currency ? net : (disputed * net) / moved.withdrawnMinor;
}

/** Whether nothing more is awaited of it; an appeal opens a lost one again. */
export function isDisputeClosed({ status }: Dispute): boolean {
  return /^(won|lost|prevented|warning_closed)$/.test(status);
}

/** How much of what was paid should stand reversed: refunds and disputes together, never more. */
export function reversedTargetMinor(payment: Payment, paid: Paid): bigint {
  return reversedMinorOf(refundedMinor(payment), payment, paid);
}

/**
 * The same without the refunds that are part of a credit note: of what a user was granted, these take
 * back what the credit note says, and not once more their share of the payment.
 */
function uncreditedTargetMinor(payment: Payment, paid: Paid): bigint {
  const credited = (payment.creditNotes ?? [])
    .filter(({ status }) => status === 'issued')
    .flatMap(({ refunds }) => refunds)
    .filter(
      ({ refundId, paymentId }) => paymentId === payment.paymentId && !hasFailed(payment, refundId),
    )
    .reduce((total, { amountMinor }) => total + amountMinor, 0n);
  const others = refundedMinor(payment) - credited;
  return reversedMinorOf(others > 0n ? others : 0n, payment, paid);
}

function reversedMinorOf(refunded: bigint, payment: Payment, paid: Paid): bigint {
  const disputed = payment.disputes.reduce((total, each) => total + withheldMinor(each, paid), 0n);
  const target = refunded + disputed;
  return target < paid.amountMinor ? target : paid.amountMinor;
}

function hasFailed({ refunds }: Payment, refundId: string): boolean {
  return refunds.some((each) => each.refundId === refundId && refundRanks[each.status] === 2);
}

/**
 * The transfers that bring what stands reversed of each grant to what should: a reversal, or a
 * restoration when a dispute was won, a refund failed or a credit note was voided. A share that does
 * not divide is rounded in the user's favour; a full reversal takes all.
 */
export function corrections(payment: Payment): Transfer[] {
  const { paid, creditNotes = [] } = payment;
  if (paid === undefined || paid.amountMinor === 0n) return [];
  const ofMoney = shareOf(reversedTargetMinor(payment, paid), paid.amountMinor);
  const ofGrants = shareOf(uncreditedTargetMinor(payment, paid), paid.amountMinor);
  return payment.grants.flatMap((grant) => {
    if (creditNotes.length === 0 || !isUsers(grant.transfer)) return correctionOf(grant, ofMoney);
    const { idempotencyKey } = grant.transfer;
    const credited = creditedOf(idempotencyKey, creditNotes, (id) => hasFailed(payment, id));
    return correctionOf(grant, takenShare(credited, ofGrants));
  });
}

/** The same for grants that no payment caused, of which credit notes alone can take. */
export function unpaidCorrections(
  grants: readonly Grant[],
  creditNotes: readonly CreditNote[],
): Transfer[] {
  return grants.flatMap((grant) => {
    const credited = creditedOf(grant.transfer.idempotencyKey, creditNotes, () => false);
    return correctionOf(grant, takenShare(credited, noShare));
  });
}

/** What a user got or gave; the money of a sale is none of it. */
function isUsers({ debitAccount, creditAccount }: Transfer): boolean {
  return debitAccount.startsWith('user:') || creditAccount.startsWith('user:');
}

function correctionOf(
  { transfer, reversedMinor, corrections: before }: Grant,
  target: Share,
): Transfer[] {
  const difference = takeShare(transfer.amountMinor, target) - reversedMinor;
  if (difference === 0n) return [];
  const isReversal = difference > 0n;
  return [
    {
      ...transfer,
      idempotencyKey: `${transfer.idempotencyKey}:correction:${before + 1}`,
      debitAccount: isReversal ? transfer.creditAccount : transfer.debitAccount,
      creditAccount: isReversal ? transfer.debitAccount : transfer.creditAccount,
      amountMinor: isReversal ? difference : -difference,
      reason: isReversal ? 'reversal' : 'restoration',
      reverses: transfer.idempotencyKey,
    } satisfies Transfer,
  ];
}

function isLater(dispute: Dispute, known: Dispute): boolean {
  const movements = dispute.fundsMovements - known.fundsMovements;
  if (movements !== 0) return movements > 0;
  const ranks = rankOf(disputeRanks, dispute) - rankOf(disputeRanks, known);
  // The same state again says something new if an earlier version left its amounts out.
  return ranks > 0 || (ranks === 0 && known.moved === undefined && dispute.moved !== undefined);
}

/** A status that is new to us counts as later than all that we know. */
function rankOf(ranks: Readonly<Record<string, number>>, { status }: { status: string }): number {
  return ranks[status] ?? Number.MAX_SAFE_INTEGER;
}

function sum(amounts: readonly { readonly amountMinor: bigint }[]): bigint {
  return amounts.reduce((total, each) => total + each.amountMinor, 0n);
}
