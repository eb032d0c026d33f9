import type Stripe from 'stripe';
import type { Decision, Message } from '../effects/effects';
import {
  type Payment,
  type Refund,
  refundedMinor,
  withChargeRefunded,
  withRefund,
} from '../ledger/payments';
import { type ImmediateHandling, idOf } from './handling';
import { decideReversal, paymentOf } from './reversal';
import { paymentRead } from './stripe-read';

/** A refund as it is now; events of it may come in any order. https://docs.stripe.com/refunds */
export function handleRefund(refund: Stripe.Refund): ImmediateHandling {
  const paymentId = idOf(refund.payment_intent) ?? idOf(refund.charge) ?? refund.id;
  return {
    origin: { metadata: refund.metadata, customerId: null, ask: paymentRead(paymentId) },
    factKeys: { paymentId, creditNotes: true },
    decide: (facts) => decideRefund(refund, paymentOf(facts.payment)),
  };
}

/** A charge that something was refunded of: its cumulative figure covers refunds not told of. */
export function handleRefundedCharge(charge: Stripe.Charge): ImmediateHandling {
  const paymentId = idOf(charge.payment_intent) ?? charge.id;
  return {
    origin: {
      metadata: charge.metadata,
      customerId: idOf(charge.customer),
      ask: paymentRead(paymentId),
    },
    factKeys: { paymentId, creditNotes: true },
    decide: (facts) => decideRefundedCharge(charge, paymentOf(facts.payment)),
  };
}

function decideRefund(refund: Stripe.Refund, payment: Payment): Decision {
  const { paymentId } = payment;
  const known: Refund = {
    refundId: refund.id,
    amountMinor: BigInt(refund.amount),
    currency: refund.currency,
    status: refund.status ?? 'pending',
  };
  const after = withRefund(payment, known);
  const messages = refundMessages(
    payment,
    after,
    known.currency,
    `refund:${refund.id}:${known.status}`,
  );
  return decideReversal(payment, after, { paymentId, refund: known }, messages);
}

function decideRefundedCharge(charge: Stripe.Charge, payment: Payment): Decision {
  const { paymentId } = payment;
  const chargeRefundedMinor = refundedOfCharge(charge);
  const after = withChargeRefunded(payment, chargeRefundedMinor);
  const messages = refundMessages(
    payment,
    after,
    charge.currency,
    `charge:${charge.id}:refunded:${chargeRefundedMinor}`,
  );
  return decideReversal(payment, after, { paymentId, chargeRefundedMinor }, messages);
}

/**
 * What of a charge went back. Of one that was captured in part Stripe counts the rest as refunded,
 * which never came in.
 */
export function refundedOfCharge({
  amount,
  amount_captured: captured,
  amount_refunded: refunded,
}: Stripe.Charge): bigint {
  const letGo = captured > 0 && captured < amount ? amount - captured : 0;
  return BigInt(refunded >= letGo ? refunded - letGo : refunded);
}

/** The total is told when it is another one: a refund and its charge both bring the same news. */
function refundMessages(before: Payment, after: Payment, currency: string, key: string): Message[] {
  const total = refundedMinor(after);
  if (total === refundedMinor(before)) return [];
  return [
    {
      key,
      type: 'payment.refunded',
      userId: after.paid?.userId ?? null,
      data: { paymentId: after.paymentId, refundedMinor: Number(total), currency },
    },
  ];
}
