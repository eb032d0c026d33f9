import type Stripe from 'stripe';
import type { CreditNote } from '../ledger/credit-notes';
import type { Hold } from '../ledger/holds';
import type { Grant, Payment } from '../ledger/payments';

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
  /** What is sold, as the buyer reads it; null in rows of earlier versions. */
  readonly name: string | null;
  /** Stripe's price, where one is sold. */
  readonly priceId: string | null;
  /** Whether the user is to have the reference once only. */
  readonly once: boolean;
  /** What the caller wants to have back, in its own terms. */
  readonly metadata: Readonly<Record<string, string>>;
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
  /** Null where the event that told of it had no place for it. */
  readonly currentPeriodEnd: number | null;
  /** What a paid period of one unit grants, as it was sold; not known of earlier records. */
  readonly credits?: number;
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

/** A Stripe customer, and the user who it is. */
export interface CustomerOfUser {
  readonly customerId: string;
  readonly userId: string;
}

/** A hold as it is kept. */
export interface StoredHold extends Hold {
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Whether that has passed, by the database's clock. */
  readonly isDue: boolean;
}

/** Who placed a hold, for who may end it. */
export interface HoldPlacer {
  /** The sub of the token; null for holds of before this was recorded. */
  readonly placedBy: string | null;
  /** Whether the token had the scope accounts:write. */
  readonly isHost: boolean;
}

/** Which rows a decision rests on; they are read under lock. */
export interface FactKeys {
  readonly sessionId?: string | undefined;
  /** From the session's metadata; finds the checkout whose session id was never recorded. */
  readonly checkoutId?: string | undefined;
  /** `pi_…`, or `ch_…` of a charge without a payment intent. */
  readonly paymentId?: string | undefined;
  /** Further ones, of what several payments paid. */
  readonly paymentIds?: readonly string[] | undefined;
  readonly subscriptionId?: string | undefined;
  readonly invoiceId?: string | undefined;
  /** Finds the credit notes of the invoice, and of those that the payments paid. */
  readonly creditNotes?: true | undefined;
  /** Finds those of the transfers of these keys that no payment caused. */
  readonly unpaidGrants?: readonly string[] | undefined;
  /** Finds the user whose Stripe customer this is. */
  readonly customerId?: string | undefined;
  /** Finds out which of these messages have been put into the outbox already. */
  readonly messageKeys?: readonly string[] | undefined;
  readonly holdId?: string | undefined;
  /** What this user has of this unit. */
  readonly balance?: { readonly userId: string; readonly unit: string } | undefined;
  /** Finds out whether the transfer of this idempotency key has been posted. */
  readonly transferKey?: string | undefined;
}

/** What the store knew, under lock, when the decision was made. */
export interface Facts {
  readonly checkout: Checkout | undefined;
  /** There whenever its key was given: a payment that nothing is known of has no grants. */
  readonly payment: Payment | undefined;
  /** That one and the further ones, by their ids. */
  readonly payments: ReadonlyMap<string, Payment>;
  readonly subscription: Subscription | undefined;
  readonly invoice: PaidInvoice | undefined;
  /** Those of the invoice; those of the invoices that a payment paid stand with the payment. */
  readonly creditNotes: readonly CreditNote[];
  readonly unpaidGrants: readonly Grant[];
  /** The user whose Stripe customer was asked for. */
  readonly userId: string | undefined;
  /** Those of the message keys that were asked for whose message is in the outbox already. */
  readonly told: ReadonlySet<string>;
  readonly hold: StoredHold | undefined;
  /** In minor units; zero for a unit that the user never had, or when none was asked for. */
  readonly balanceMinor: bigint;
  readonly isPosted: boolean;
  /** When the transaction began, by the database's clock; known when a hold was asked for. */
  readonly now: Date | undefined;
}

/** What is known of nothing. */
export const noFacts: Facts = {
  checkout: undefined,
  payment: undefined,
  payments: new Map(),
  subscription: undefined,
  invoice: undefined,
  creditNotes: [],
  unpaidGrants: [],
  userId: undefined,
  told: new Set(),
  hold: undefined,
  balanceMinor: 0n,
  isPosted: false,
  now: undefined,
};
