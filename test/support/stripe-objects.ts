import type Stripe from 'stripe';

/** The fields of a checkout session that decisions are made from. */
export type SessionFields = Pick<
  Stripe.Checkout.Session,
  | 'id'
  | 'mode'
  | 'status'
  | 'payment_status'
  | 'amount_total'
  | 'currency'
  | 'payment_intent'
  | 'metadata'
>;

/** A session that was paid as asked: 10.00 USD for the checkout with this metadata. */
export function buildSession(fields: Partial<SessionFields> = {}): Stripe.Checkout.Session {
  const session: SessionFields & { readonly object: 'checkout.session' } = {
    object: 'checkout.session',
    id: 'cs_test_1',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    amount_total: 1000,
    currency: 'usd',
    payment_intent: 'pi_1',
    metadata: { tollgate_checkout_id: '00000000-0000-4000-8000-000000000001' },
    ...fields,
  };
  // A cast, because Stripe's type has some sixty further fields: a decision that reads one of them
  // finds it undefined here and is to add it above.
  return session as Stripe.Checkout.Session;
}

/** An event around an object; the cast because the types of the two must fit, which tests vary. */
export function buildEvent(type: string, object: object): Stripe.Event {
  return {
    id: 'evt_1',
    object: 'event',
    api_version: '2025-01-01',
    created: 1_790_000_000,
    livemode: false,
    pending_webhooks: 1,
    request: null,
    type,
    data: { object },
  } as Stripe.Event;
}

/** The fields of a payment intent that decisions are made from. */
export type PaymentIntentFields = Pick<
  Stripe.PaymentIntent,
  | 'id'
  | 'amount'
  | 'amount_received'
  | 'currency'
  | 'customer'
  | 'last_payment_error'
  | 'latest_charge'
  | 'metadata'
  | 'payment_method'
>;

/** One over 10.00 USD that succeeded at the first attempt. */
export function buildPaymentIntent(
  fields: Partial<PaymentIntentFields> = {},
): Stripe.PaymentIntent {
  const intent: PaymentIntentFields & { readonly object: 'payment_intent' } = {
    object: 'payment_intent',
    id: 'pi_1',
    amount: 1000,
    amount_received: 1000,
    currency: 'usd',
    customer: 'cus_1',
    last_payment_error: null,
    latest_charge: 'ch_1',
    metadata: {},
    payment_method: 'pm_1',
    ...fields,
  };
  return intent as Stripe.PaymentIntent; // a cast, for the reason given at buildSession
}

/** The fields of a price that decisions are made from. */
type PriceFields = Pick<Stripe.Price, 'id' | 'lookup_key' | 'metadata' | 'unit_amount'>;

export function buildPrice(fields: Partial<PriceFields> = {}): Stripe.Price {
  const price: PriceFields & { readonly object: 'price' } = {
    object: 'price',
    id: 'price_1',
    lookup_key: 'membership-monthly',
    metadata: {},
    unit_amount: 900,
    ...fields,
  };
  return price as Stripe.Price; // a cast, for the reason given at buildSession
}

/** The fields of a subscription that decisions are made from. */
export type SubscriptionFields = Pick<
  Stripe.Subscription,
  | 'id'
  | 'cancel_at'
  | 'cancel_at_period_end'
  | 'canceled_at'
  | 'cancellation_details'
  | 'customer'
  | 'ended_at'
  | 'metadata'
  | 'pause_collection'
  | 'status'
  | 'trial_end'
> & { readonly price: Stripe.Price; readonly quantity: number; readonly periodEnd: number };

/** An active one of a monthly price, once. */
export function buildSubscription(fields: Partial<SubscriptionFields> = {}): Stripe.Subscription {
  const { price = buildPrice(), quantity = 1, periodEnd = 1_800_000_000, ...own } = fields;
  const item = { id: 'si_1', price, quantity, current_period_end: periodEnd };
  const subscription = {
    object: 'subscription',
    id: 'sub_1',
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: null,
    customer: 'cus_1',
    ended_at: null,
    items: { object: 'list', data: [item], has_more: false },
    metadata: {},
    pause_collection: null,
    status: 'active',
    trial_end: null,
    ...own,
  };
  return subscription as unknown as Stripe.Subscription; // a cast, as at buildSession
}

/** What a test says of one line of an invoice. */
interface LineFields {
  readonly id: string;
  readonly amount: number;
  readonly price: Stripe.Price | string | null;
  readonly proration: boolean;
  readonly quantity: number | null;
}

export function buildLine(fields: Partial<LineFields> = {}): Stripe.InvoiceLineItem {
  const { price = buildPrice(), proration = false, ...own } = fields;
  const line = {
    object: 'line_item',
    id: 'il_1',
    amount: 900,
    quantity: 1,
    parent: {
      type: 'subscription_item_details',
      subscription_item_details: { proration, subscription: 'sub_1', subscription_item: 'si_1' },
      invoice_item_details: null,
    },
    pricing: price === null ? null : { type: 'price_details', price_details: { price } },
    ...own,
  };
  return line as unknown as Stripe.InvoiceLineItem; // a cast, as at buildSession
}

/** The fields of an invoice that decisions are made from. */
export type InvoiceFields = Pick<
  Stripe.Invoice,
  | 'id'
  | 'amount_due'
  | 'amount_paid'
  | 'attempt_count'
  | 'currency'
  | 'customer'
  | 'parent'
  | 'status'
> & {
  readonly lines: readonly Stripe.InvoiceLineItem[];
  /** By the payment's id: what it brought, in minor units. */
  readonly payments: Readonly<Record<string, number>>;
};

/** A subscription's invoice of 9.00 USD that was paid by `pi_1`. */
export function buildInvoice(fields: Partial<InvoiceFields> = {}): Stripe.Invoice {
  const { lines = [buildLine()], payments = { pi_1: 900 }, ...own } = fields;
  const invoice = {
    object: 'invoice',
    id: 'in_1',
    amount_due: 900,
    amount_paid: 900,
    attempt_count: 1,
    currency: 'usd',
    customer: 'cus_1',
    lines: { object: 'list', data: lines, has_more: false },
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: 'sub_1', metadata: {} },
    },
    payments: {
      object: 'list',
      data: Object.entries(payments).map(([id, amount_paid]) => ({
        object: 'invoice_payment',
        amount_paid,
        status: 'paid',
        payment: { type: 'payment_intent', payment_intent: id },
      })),
    },
    status: 'paid',
    ...own,
  };
  return invoice as unknown as Stripe.Invoice; // a cast, as at buildSession
}

/** The fields of a credit note that decisions are made from. */
export type CreditNoteFields = Pick<
  Stripe.CreditNote,
  | 'id'
  | 'amount'
  | 'currency'
  | 'customer'
  | 'post_payment_amount'
  | 'pre_payment_amount'
  | 'status'
> & {
  readonly invoice: Stripe.Invoice;
  /** By the invoice line's id: what is credited of it. */
  readonly lines: Readonly<Record<string, number>>;
  readonly refunds: readonly object[];
};

/** One of 4.50 USD, half of the invoice that `buildInvoice` builds, put on the customer's balance. */
export function buildCreditNote(fields: Partial<CreditNoteFields> = {}): Stripe.CreditNote {
  const { lines = { il_1: 450 }, invoice = buildInvoice(), ...own } = fields;
  const note = {
    object: 'credit_note',
    id: 'cn_1',
    amount: 450,
    currency: 'usd',
    customer: 'cus_1',
    invoice,
    lines: {
      object: 'list',
      data: Object.entries(lines).map(([invoice_line_item, amount]) => ({
        type: 'invoice_line_item',
        invoice_line_item,
        amount,
      })),
      has_more: false,
    },
    post_payment_amount: 450,
    pre_payment_amount: 0,
    refunds: [],
    status: 'issued',
    ...own,
  };
  return note as unknown as Stripe.CreditNote; // a cast, as at buildSession
}
