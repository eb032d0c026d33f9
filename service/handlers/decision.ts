import type Stripe from 'stripe';
import type { Dispute, Payment, Refund } from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';
import type { MessageData, MessageType } from '../messages/schemas';

/** A checkout as we recorded it before Stripe was asked for its session. */
export interface Checkout {
  readonly checkoutId: string;
  /** Null while Stripe's answer has not been recorded: the process may have died in between. */
  readonly sessionId: string | null;
  readonly userId: string;
  readonly kind: 'topup' | 'package' | 'price' | 'item';
  readonly mode: 'payment' | 'subscription';
  /** The package's or the item's reference, or the price as the caller named it. */
  readonly reference: string | null;
  readonly quantity: number;
  /** What is granted when it is paid, beside a top-up's own worth; null when nothing is. */
  readonly credits: bigint | null;
  /** What the buyer is to be charged; null when only Stripe knows (a subscription's first invoice). */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  /** Moves forward only: open, expired, complete. What is paid after all ends as complete. */
  readonly status: 'open' | 'complete' | 'expired';
  /**
   * `paid` once the money is there and the grant posted; `failed` when a delayed payment did not
   * arrive. Moves forward only: unpaid, failed, paid.
   */
  readonly paymentStatus: 'unpaid' | 'failed' | 'paid';
}

/** A subscription as Stripe last described it. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly userId: string | null;
  readonly status: Stripe.Subscription.Status;
  readonly items: readonly SubscriptionItem[];
  readonly cancelAtPeriodEnd: boolean;
  /** Collection of payments is paused, or the subscription itself is. */
  readonly paused: boolean;
  /** Seconds since the epoch, as Stripe counts; null when there is none. */
  readonly trialEnd: number | null;
  readonly currentPeriodEnd: number | null;
  readonly endedAt: number | null;
  /** Counts the changes that were told of it, from 1. */
  readonly revision: number;
}

export interface SubscriptionItem {
  readonly priceId: string;
  readonly lookupKey: string | null;
  readonly quantity: number;
  readonly currentPeriodEnd: number;
}

/** An invoice that was paid, and so has granted what it grants. */
export interface PaidInvoice {
  readonly invoiceId: string;
  readonly subscriptionId: string | null;
  readonly customerId: string | null;
  readonly userId: string | null;
  readonly paymentId: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Which rows a handler must see, read under lock. */
export interface FactKeys {
  readonly sessionId?: string | undefined;
  /** From the session's metadata; finds the checkout whose session id was never recorded. */
  readonly checkoutId?: string | undefined;
  /** `pi_…`, or `ch_…` of a charge without a payment intent. */
  readonly paymentId?: string | undefined;
  readonly subscriptionId?: string | undefined;
  readonly invoiceId?: string | undefined;
  /** Finds the user whose Stripe customer this is. */
  readonly customerId?: string | undefined;
  /** Finds out which of these messages have been put into the outbox already. */
  readonly messageKeys?: readonly string[] | undefined;
}

/** What the store knew, under lock, when the decision was made. */
export interface Facts {
  readonly checkout: Checkout | undefined;
  /** There whenever its key was given: a payment that nothing is known of has no grants. */
  readonly payment: Payment | undefined;
  readonly subscription: Subscription | undefined;
  readonly invoice: PaidInvoice | undefined;
  /** The user whose Stripe customer was asked for. */
  readonly userId: string | undefined;
  /** Those of the message keys that were asked for whose message is in the outbox already. */
  readonly told: ReadonlySet<string>;
}

/** What is known of nothing. */
export const noFacts: Facts = {
  checkout: undefined,
  payment: undefined,
  subscription: undefined,
  invoice: undefined,
  userId: undefined,
  told: new Set(),
};

/** The new state of a checkout. */
export interface CheckoutChange {
  readonly checkoutId: string;
  readonly sessionId: string;
  readonly status: Checkout['status'];
  readonly paymentStatus: Checkout['paymentStatus'];
  readonly paymentIntentId: string | null;
  readonly subscriptionId: string | null;
}

/** What has become known of a payment; what is left out stays as it is. */
export interface PaymentChange {
  readonly paymentId: string;
  readonly paid?: Payment['paid'];
  readonly chargeRefundedMinor?: bigint;
  readonly refund?: Refund;
  readonly dispute?: Dispute;
}

/** A billing event for the host application, to be published when the decision has committed. */
export type Message = { [T in MessageType]: MessageOf<T> }[MessageType];

export interface MessageOf<T extends MessageType> {
  /** Names the object and what happened to it, so that it is published for one cause once. */
  readonly key: string;
  readonly type: T;
  /** The user it is about, if any; the messages of one user keep their order. */
  readonly userId: string | null;
  readonly data: MessageData<T>;
}

/**
 * What a handler decided: effects as data. The store applies them in the transaction that read the
 * facts; a dry run shows them and applies nothing.
 */
export interface Decision {
  /** One word for the log: what became of the event. */
  readonly outcome: Outcome;
  readonly transfers: readonly Transfer[];
  readonly checkouts: readonly CheckoutChange[];
  readonly payments: readonly PaymentChange[];
  readonly subscriptions: readonly Subscription[];
  readonly invoices: readonly PaidInvoice[];
  readonly messages: readonly Message[];
}

export type Outcome =
  | 'credited'
  | 'already_credited'
  | 'sold'
  | 'already_sold'
  | 'awaiting_payment'
  | 'payment_failed'
  | 'expired'
  | 'reversed'
  | 'restored'
  | 'recorded'
  | 'published'
  | 'updated'
  | 'no_change'
  | 'not_ours';

/** A decision that changes nothing. */
export function nothing(outcome: Outcome): Decision {
  return {
    outcome,
    transfers: [],
    checkouts: [],
    payments: [],
    subscriptions: [],
    invoices: [],
    messages: [],
  };
}

/** The event contradicts what we recorded: it is kept as failed, for a person to look at. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code:
      | 'checkout_amount_mismatch'
      | 'checkout_session_mismatch'
      | 'invoice_missing'
      | 'subscription_missing',
    message: string,
  ) {
    super(message);
  }
}

/** An object that a handler must read from Stripe before it can decide. */
export type StripeRead =
  | { readonly object: 'subscription'; readonly id: string }
  /** With its `payments` and all of its `lines`, and with each line's price in place of its id. */
  | { readonly object: 'invoice'; readonly id: string };

/** What Stripe answered; undefined when it has no such object for our key. */
export type StripeObject = Stripe.Subscription | Stripe.Invoice | undefined;

/** What the deployer has decided: the catalogue's prices, by their lookup keys, and what else counts. */
export interface Plans {
  /** How many credits each paid period of one unit grants; 0n when the catalogue names none. */
  creditsOf(lookupKey: string): bigint;
  /** What a subscription to it entitles to. */
  entitlementsOf(lookupKey: string): readonly string[];
  /** Whether sessions that something else created are credited, where their metadata names a user. */
  readonly creditsForeignSessions: boolean;
}

/** One event, bound to what must be known for it and to the decision about it. Both are pure. */
export type Handling = ImmediateHandling | DeferredHandling;

/** The event says all: it is handled in the transaction that records it. */
export interface ImmediateHandling {
  readonly factKeys: FactKeys;
  readonly read?: never;
  decide(facts: Facts, plans: Plans): Decision;
}

/**
 * The event is only a hint: it is recorded as pending, and handled by the inbox loop, which reads
 * the object from Stripe while it holds the locks of the facts.
 */
export interface DeferredHandling {
  readonly factKeys: FactKeys;
  readonly read: StripeRead;
  /**
   * The rows to lock, where only the object names all of them. It is then read before they are
   * locked, which is right for what does not change any more once it is seen: a paid invoice.
   */
  factKeysOf?(object: StripeObject): FactKeys;
  decide(facts: Facts, object: StripeObject, plans: Plans): Decision;
}

/** The id of a reference that Stripe may have expanded. */
export function idOf(reference: string | { readonly id: string } | null | undefined) {
  return typeof reference === 'object' ? (reference?.id ?? null) : (reference ?? null);
}
