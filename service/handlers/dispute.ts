import type Stripe from 'stripe';
import type { Decision, Message } from '../effects/effects';
import { type Dispute, isDisputeClosed, type Payment, withDispute } from '../ledger/payments';
import { type ImmediateHandling, idOf } from './handling';
import { decideReversal, paymentOf } from './reversal';

/**
 * A dispute as it is now; events of it may come in any order. The money stands reversed from the
 * moment that it is withheld until it is won. https://docs.stripe.com/disputes/how-disputes-work
 */
export function handleDispute(dispute: Stripe.Dispute): ImmediateHandling {
  const paymentId = idOf(dispute.payment_intent) ?? idOf(dispute.charge) ?? dispute.id;
  return {
    factKeys: { paymentId },
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
    fundsMovements: dispute.balance_transactions.length,
  };
  const after = withDispute(payment, known);
  const messages = after === payment ? [] : disputeMessages(payment, known);
  return decideReversal(payment, after, { paymentId, dispute: known }, messages);
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
  const closes = isDisputeClosed(now) && before?.status !== now.status;
  return [
    ...(before === undefined ? [tell('dispute.opened')] : []),
    ...(before !== undefined && !closes ? [tell('dispute.updated')] : []),
    ...(closes ? [tell('dispute.closed')] : []),
  ];
}
