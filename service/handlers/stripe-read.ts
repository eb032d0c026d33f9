import type Stripe from 'stripe';

/** An object that a handler must read from Stripe before it can decide. */
export type StripeRead =
  | { readonly object: 'subscription'; readonly id: string }
  /** As `InvoiceRead`, with its `payments` and all of its `lines`, each with its price in place of the id. */
  | { readonly object: 'invoice'; readonly id: string }
  /** As `CreditNoteRead`, with all of its `lines` and each refund in place of its id. */
  | { readonly object: 'credit_note'; readonly id: string }
  /** With all of its `line_items`. */
  | { readonly object: 'checkout.session'; readonly id: string }
  /** Read for whose they are alone; the last two with their customer in place of its id. */
  | { readonly object: 'customer' | 'payment_intent' | 'charge'; readonly id: string };

/** An invoice as it is read: one that is no subscription's, with the sessions that sold it. */
export interface InvoiceRead extends Stripe.Invoice {
  readonly sessions?: readonly Stripe.Checkout.Session[];
}

/** A credit note as it is read: with its invoice, of which all `lines` and `payments` are there. */
export interface CreditNoteRead extends Stripe.CreditNote {
  readonly invoice: Stripe.Invoice;
}

/** What Stripe answered; undefined when it has no such object for our key. */
export type StripeObject =
  | Stripe.Subscription
  | InvoiceRead
  | CreditNoteRead
  | Stripe.Checkout.Session
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
