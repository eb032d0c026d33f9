import type Stripe from 'stripe';

/**
 * One of stripe-node's types as it is kept: references are ids, and a decimal is the string that
 * goes over the wire. An object that is built as one of these has every member that Stripe's has.
 */
type Stored<T> = { [K in keyof T]: StoredMember<T[K]> };

type StoredMember<V> = string extends V
  ? Exclude<V, { id: string }>
  : V extends Stripe.Decimal
    ? string
    : V;

export type BalanceTransaction = Stored<Stripe.BalanceTransaction>;
export type Charge = Stored<Stripe.Charge>;
export type CheckoutSession = Stored<Stripe.Checkout.Session>;
export type Customer = Stored<Stripe.Customer>;
export type CustomerBalanceTransaction = Stored<Stripe.CustomerBalanceTransaction>;
export type Dispute = Omit<Stored<Stripe.Dispute>, 'balance_transactions'> & {
  readonly balance_transactions: readonly BalanceTransaction[];
};
export type LineItem = Omit<Stored<Stripe.LineItem>, 'price'> & { readonly price: Price };
export type PaymentIntent = Stored<Stripe.PaymentIntent>;
export type PaymentMethod = Stored<Stripe.PaymentMethod>;
export type Price = Stored<Stripe.Price>;
export type Product = Stored<Stripe.Product>;
export type Refund = Stored<Stripe.Refund>;
export type WebhookEndpoint = Stored<Stripe.WebhookEndpoint>;

/** A list that stands inside an object. */
interface InlineList<T> {
  readonly object: 'list';
  readonly data: T[];
  readonly has_more: boolean;
  readonly url: string;
}

export type CreditNote = Omit<Stored<Stripe.CreditNote>, 'lines' | 'refunds'> & {
  readonly lines: InlineList<CreditNoteLine>;
  readonly refunds: readonly Stored<Stripe.CreditNote.Refund>[];
};
export type CreditNoteLine = Stored<Stripe.CreditNoteLineItem>;

export type Invoice = Omit<Stored<Stripe.Invoice>, 'lines' | 'payments'> & {
  readonly lines: InlineList<InvoiceLine>;
};
export type InvoiceItem = Omit<Stored<Stripe.InvoiceItem>, 'pricing'> & {
  readonly pricing: Pricing | null;
};
export type InvoiceLine = Omit<Stored<Stripe.InvoiceLineItem>, 'pricing'> & {
  readonly pricing: Pricing | null;
};
export type InvoicePayment = Stored<Stripe.InvoicePayment>;
export type Plan = Stored<Stripe.Plan>;
export type PortalConfiguration = Stored<Stripe.BillingPortal.Configuration>;
export type PortalSession = Stored<Stripe.BillingPortal.Session>;
export type Pricing = Stored<Stripe.InvoiceLineItem.Pricing>;
export type Subscription = Omit<Stored<Stripe.Subscription>, 'items'> & {
  readonly items: InlineList<SubscriptionItem>;
};
export type SubscriptionItem = Omit<Stored<Stripe.SubscriptionItem>, 'plan' | 'price'> & {
  readonly plan: Plan;
  readonly price: Price;
};
