import type { Transfer } from '../ledger/transfers';

/** A checkout as we recorded it before Stripe was asked for its session. */
export interface Checkout {
  readonly checkoutId: string;
  /** Null while Stripe's answer has not been recorded: the process may have died in between. */
  readonly sessionId: string | null;
  readonly userId: string;
  /** What the buyer is to be charged. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Moves forward only: open, expired, complete. What is paid after all ends as complete. */
  readonly status: 'open' | 'complete' | 'expired';
  /** `paid` once the money is there and the grant posted; never taken back by an older event. */
  readonly paymentStatus: 'unpaid' | 'paid';
}

/** Which rows a handler must see, read under lock. */
export interface FactKeys {
  readonly sessionId: string;
  /** From the session's metadata; finds the checkout whose session id was never recorded. */
  readonly checkoutId: string | undefined;
}

/** What the store knew, under lock, when the decision was made. */
export interface Facts {
  readonly checkout: Checkout | undefined;
}

/** The new state of a checkout. */
export interface CheckoutChange {
  readonly checkoutId: string;
  readonly sessionId: string;
  readonly status: Checkout['status'];
  readonly paymentStatus: Checkout['paymentStatus'];
  readonly paymentIntentId: string | null;
}

/** A billing event for the host application, to be published when the decision has committed. */
export interface Message {
  /** Names the object and what happened to it, so that it is published for one cause once. */
  readonly key: string;
  readonly type: 'checkout.completed' | 'checkout.expired' | 'balance.credited';
  /** The user it is about; the messages of one user keep their order. */
  readonly userId: string;
  readonly data: Readonly<Record<string, string | number | null>>;
}

/**
 * What a handler decided: effects as data. The store applies them in the transaction that read the
 * facts; a dry run shows them and applies nothing.
 */
export interface Decision {
  /** One word for the log: what became of the event. */
  readonly outcome:
    | 'credited'
    | 'already_credited'
    | 'awaiting_payment'
    | 'expired'
    | 'no_change'
    | 'not_ours';
  readonly transfers: readonly Transfer[];
  readonly checkouts: readonly CheckoutChange[];
  readonly messages: readonly Message[];
}

/** A decision that changes nothing. */
export function nothing(outcome: Decision['outcome']): Decision {
  return { outcome, transfers: [], checkouts: [], messages: [] };
}

/** The event contradicts what we recorded: it is kept as failed, for a person to look at. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: 'checkout_amount_mismatch' | 'checkout_session_mismatch',
    message: string,
  ) {
    super(message);
  }
}
