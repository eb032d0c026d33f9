import type Stripe from 'stripe';
import type { Decision } from '../effects/effects';
import type { FactKeys, Facts } from '../effects/records';
import type { ForeignTerms } from './foreign';

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
  /** How such sessions are read. @default - `tollgate_user_id` names the user, and all are top-ups */
  readonly foreign?: ForeignTerms;
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
