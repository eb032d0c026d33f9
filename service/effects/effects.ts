import type { CreditNote } from '../ledger/credit-notes';
import type { Hold } from '../ledger/holds';
import type { Dispute, Payment, Refund } from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';
import type { MessageData, MessageType } from '../messages/schemas';
import type { Checkout, CustomerOfUser, HoldPlacer, PaidInvoice, Subscription } from './records';

/** The new state of a checkout. */
interface CheckoutChange {
  readonly checkoutId: string;
  readonly sessionId: string;
  readonly status: Checkout['status'];
  readonly paymentStatus: Checkout['paymentStatus'];
  readonly paymentIntentId: string | null;
  readonly subscriptionId: string | null;
}

/** A checkout as the metadata of its session says it was sold, and what its buyer asks for. */
export interface LostCheckout extends Checkout {
  readonly customerId: string;
  readonly url: string | null;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly createdAt: number;
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

/** A hold as it is to stand: a new one, or one that ends. */
export interface HoldState extends Hold {
  readonly expiresAt: Date;
  /** Who places it; null for a hold that is there: who placed it never changes. */
  readonly placer: HoldPlacer | null;
}

/**
 * What is to change, as data. The bookkeeper applies it in the transaction that locked the facts; a
 * dry run shows it and applies nothing.
 */
export interface Effects {
  readonly transfers: readonly Transfer[];
  /** Checkouts that were lost, and are recorded anew before their changes. */
  readonly lostCheckouts: readonly LostCheckout[];
  readonly checkouts: readonly CheckoutChange[];
  readonly payments: readonly PaymentChange[];
  readonly subscriptions: readonly Subscription[];
  readonly invoices: readonly PaidInvoice[];
  readonly creditNotes: readonly CreditNote[];
  /** Users whose Stripe customers became known by Stripe alone; a user's first customer stands. */
  readonly customers: readonly CustomerOfUser[];
  readonly holds: readonly HoldState[];
  readonly messages: readonly Message[];
}

/** Changes nothing. */
export const noEffects: Effects = {
  transfers: [],
  lostCheckouts: [],
  checkouts: [],
  payments: [],
  subscriptions: [],
  invoices: [],
  creditNotes: [],
  customers: [],
  holds: [],
  messages: [],
};

/** What a handler decided about an event or an object of Stripe. */
export interface Decision extends Effects {
  /** One word for the log: what became of the event. */
  readonly outcome: Outcome;
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
  return { ...noEffects, outcome };
}
