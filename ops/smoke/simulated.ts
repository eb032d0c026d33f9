import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { metadataKeys } from '../../service/handlers/metadata';

/** What the smoke test buys. */
export interface Order {
  readonly userId: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** A session that was begun, or made up. */
export interface BegunSession {
  readonly id: string;
  readonly customerId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

const newId = (prefix: string) => `${prefix}_tollgate_smoke_${randomUUID().replaceAll('-', '')}`;

/** Payments of this form were never made, wherever one of them turns up. */
export const newPaymentId = () => newId('pi');

/**
 * A session that Stripe was never asked for, as one of this environment's whose record was lost: with
 * what the service writes into the metadata of its own.
 */
export function madeUpSession(order: Order, environmentName: string): BegunSession {
  return {
    id: newId('cs'),
    customerId: newId('cus'),
    metadata: {
      [metadataKeys.checkoutId]: randomUUID(),
      [metadataKeys.userId]: order.userId,
      [metadataKeys.environment]: environmentName,
      [metadataKeys.kind]: 'topup',
      [metadataKeys.quantity]: '1',
      [metadataKeys.amountMinor]: String(order.amountMinor),
      [metadataKeys.currency]: order.currency,
      [metadataKeys.name]: 'Top-up',
    },
  };
}

/** The session as Stripe's event would show it once it is paid. */
export function paidSession(
  { customerId, id, metadata }: BegunSession,
  { amountMinor, currency }: Order,
  paymentId: string,
  isLive: boolean,
) {
  const now = Math.floor(Date.now() / 1000);
  return {
    id,
    object: 'checkout.session',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    amount_subtotal: amountMinor,
    amount_total: amountMinor,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    currency,
    customer: customerId,
    client_reference_id: null,
    invoice: null,
    payment_intent: paymentId,
    payment_link: null,
    subscription: null,
    metadata,
    livemode: isLive,
    created: now,
    expires_at: now + 86_400,
    url: null,
  } satisfies Partial<Stripe.Checkout.Session>;
}

/** The refund of all of it. */
export function wholeRefund(paymentId: string, amountMinor: number, currency: string) {
  return {
    id: newId('re'),
    object: 'refund',
    amount: amountMinor,
    currency,
    status: 'succeeded',
    payment_intent: paymentId,
    charge: null,
    metadata: {},
    reason: null,
    created: Math.floor(Date.now() / 1000),
  } satisfies Partial<Stripe.Refund>;
}
