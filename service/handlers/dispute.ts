import type Stripe from 'stripe';
import type { Decision, Message } from '../effects/effects';
import {
  type Dispute,
  isDisputeClosed,
  type MovedFunds,
  type Payment,
  withDispute,
} from '../ledger/payments';
import { type ImmediateHandling, idOf } from './handling';
import { decideReversal, paymentOf } from './reversal';
import { paymentRead } from './stripe-read';

/**
 * A dispute as it is now; events of it may come in any order. What its balance transactions took
 * and did not give back stands reversed. https://docs.stripe.com/disputes/how-disputes-work
 */
export function handleDispute(dispute: Stripe.Dispute): ImmediateHandling {
  const paymentId = idOf(dispute.payment_intent) ?? idOf(dispute.charge) ?? dispute.id;
  return {
    origin: { metadata: dispute.metadata, customerId: null, ask: paymentRead(paymentId) },
    factKeys: { paymentId, creditNotes: true },
    decide: (facts) => decideDispute(dispute, paymentOf(facts.payment)),
  };
}

function decideDispute(dispute: Stripe.Dispute, payment: Payment): Decision {
  const { paymentId } = payment;
  const known: Dispute = {
    disputeId: dispute.id,
    amountMinor: BigInt(dispute.amount),
    currency: dispute.currency,
    status: dispute.status,
    fundsMovements: movementsOf(dispute).length,
    moved: movedFunds(dispute),
  };
  const after = withDispute(payment, known);
  const messages = after === payment ? [] : disputeMessages(payment, known);
  return decideReversal(payment, after, { paymentId, dispute: known }, messages);
}

/** Stripe's API of before 2014 had no list of them. */
function movementsOf(dispute: Stripe.Dispute): readonly Stripe.BalanceTransaction[] {
  return dispute.balance_transactions ?? [];
}

/**
 * What a dispute took and gave back so far: the amounts of its balance transactions. The fee of a
 * dispute stands beside the amount, and is the seller's alone.
 * https://docs.stripe.com/api/balance_transactions/object
 */
export function movedFunds(dispute: Stripe.Dispute): MovedFunds {
  const amounts = movementsOf(dispute).map(({ amount }) => BigInt(amount));
  const sum = (some: readonly bigint[]) => some.reduce((total, each) => total + each, 0n);
  return {
    withdrawnMinor: -sum(amounts.filter((amount) => amount < 0n)),
    reinstatedMinor: sum(amounts.filter((amount) => amount > 0n)),
    currency: movementsOf(dispute)[0]?.currency ?? dispute.currency,
  };
}

function disputeMessages(payment: Payment, now: Dispute): Message[] {
  const before = payment.disputes.find(({ disputeId }) => disputeId === now.disputeId);
  const tell = (type: 'dispute.opened' | 'dispute.updated' | 'dispute.closed'): Message => ({
    key: `dispute:${now.disputeId}:${type}:${now.status}:${now.fundsMovements}`,
    type,
    userId: payment.paid?.userId ?? null,
    data: {
      disputeId: now.disputeId,
      paymentId: payment.paymentId,
      amountMinor: Number(now.amountMinor),
      currency: now.currency,
      status: now.status,
    },
  });
  // Its amounts alone are new to us: that has been told, though an earlier version kept no amounts.
  if (before?.status === now.status && before.fundsMovements === now.fundsMovements) return [];
  const closes = isDisputeClosed(now) && before?.status !== now.status;
  return [
    ...(before === undefined ? [tell('dispute.opened')] : []),
    ...(before !== undefined && !closes ? [tell('dispute.updated')] : []),
    ...(closes ? [tell('dispute.closed')] : []),
  ];
}
