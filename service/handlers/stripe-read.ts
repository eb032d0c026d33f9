import type Stripe from 'stripe';

/** An object that a handler must read from Stripe before it can decide. */
export type StripeRead =
  | { readonly object: 'subscription'; readonly id: string }
  /** With its `payments` and all of its `lines`, and with each line's price in place of its id. */
  | { readonly object: 'invoice'; readonly id: string }
  /** Read for whose they are alone; the last two with their customer in place of its id. */
  | { readonly object: 'customer' | 'payment_intent' | 'charge'; readonly id: string };

/** What Stripe answered; undefined when it has no such object for our key. */
export type StripeObject =
  | Stripe.Subscription
  | Stripe.Invoice
  | Stripe.Customer
  | Stripe.DeletedCustomer
  | Stripe.PaymentIntent
  | Stripe.Charge
  | undefined;

/** Whose a customer's object is can be asked of the customer. */
export function customerRead(customerId: string | null): StripeRead | undefined {
  return customerId === null ? undefined : { object: 'customer', id: customerId };
}

/** Whose a payment is can be asked of the payment, be it of today's kind or a charge alone. */
export function paymentRead(paymentId: string): StripeRead | undefined {
  if (paymentId.startsWith('pi_')) return { object: 'payment_intent', id: paymentId };
  return /^(ch|py)_/.test(paymentId) ? { object: 'charge', id: paymentId } : undefined;
}
