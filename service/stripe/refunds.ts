import type Stripe from 'stripe';
import { Problem } from '../errors';
import { paymentRead } from '../handlers/stripe-read';
import type { StripeClient } from './client';

/**
 * Refunds a part of a payment, or all of it. https://docs.stripe.com/api/refunds/create
 * @param refund `paymentId` is `pi_…`, or `ch_…` or `py_…`; `amountMinor` is in the payment's currency
 * @param refundRequestId names the request: repeated under it, Stripe answers with the same refund
 * @throws Problem `refund_rejected` with Stripe's reason, `stripe_…`
 */
export async function createRefund(
  stripe: StripeClient,
  refundRequestId: string,
  refund: {
    readonly paymentId: string;
    readonly amountMinor: bigint;
    readonly metadata: Readonly<Record<string, string>>;
  },
): Promise<Stripe.Refund> {
  const { paymentId, amountMinor, metadata } = refund;
  const isCharge = paymentRead(paymentId)?.object === 'charge';
  const named = isCharge ? { charge: paymentId } : { payment_intent: paymentId };
  try {
    return await stripe.call((client) =>
      client.refunds.create(
        { ...named, amount: Number(amountMinor), metadata },
        { idempotencyKey: `tollgate:refund:${refundRequestId}` },
      ),
    );
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'stripe_request_rejected') throw error;
    throw new Problem('refund_rejected', `Stripe says ${error.detail}`, { cause: error });
  }
}
