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

export type Charge = Stored<Stripe.Charge>;
export type CheckoutSession = Stored<Stripe.Checkout.Session>;
export type Customer = Stored<Stripe.Customer>;
export type LineItem = Omit<Stored<Stripe.LineItem>, 'price'> & { readonly price: Price };
export type PaymentIntent = Stored<Stripe.PaymentIntent>;
export type PaymentMethod = Stored<Stripe.PaymentMethod>;
export type Price = Stored<Stripe.Price>;
export type Product = Stored<Stripe.Product>;
export type WebhookEndpoint = Stored<Stripe.WebhookEndpoint>;
