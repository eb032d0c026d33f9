import type { Decision } from '../effects/effects';
import type { FactKeys, Facts } from '../effects/records';
import type { ForeignTerms } from './foreign';
import type { Origin } from './owner';
import type { StripeObject, StripeRead } from './stripe-read';

/** What the deployer has decided: the catalogue's prices, by their lookup keys, and what else counts. */
export interface Plans {
  /** How many credits each paid period of one unit grants; 0n when the catalogue names none. */
  creditsOf(lookupKey: string): bigint;
  /** What a subscription to it entitles to. */
  entitlementsOf(lookupKey: string): readonly string[];
  /** Environments that share a Stripe account are told apart by it. */
  readonly environmentName: string;
  /** Whether sessions that something else created are credited, where their metadata names a user. */
  readonly creditsForeignSessions: boolean;
  /** How such sessions are read. @default - `tollgate_user_id` names the user, and all are top-ups */
  readonly foreign?: ForeignTerms;
}

/** One event, bound to what must be known for it and to the decision about it. Both are pure. */
export type Handling = ImmediateHandling | DeferredHandling;

/**
 * The event says all: it is handled in the transaction that records it, unless Stripe has to be
 * asked whose it is, or for what the facts make necessary.
 */
export interface ImmediateHandling {
  readonly origin: Origin;
  readonly factKeys: FactKeys;
  readonly read?: never;
  /** Whether Stripe is to be asked whose it is; left out, it is. */
  isOwnerAsked?(facts: Facts, plans: Plans): boolean;
  /** What has to be read before it can be decided, by the facts. */
  readFor?(facts: Facts, plans: Plans): StripeRead | undefined;
  /** @param object what Stripe answered, where something had to be read */
  decide(facts: Facts, plans: Plans, object?: StripeObject): Decision;
}

/**
 * The event is only a hint: it is recorded as pending, and handled by the inbox loop, which reads
 * the object from Stripe while it holds the locks of the facts.
 */
export interface DeferredHandling {
  readonly origin: Origin;
  readonly factKeys: FactKeys;
  readonly read: StripeRead;
  /**
   * The rows to lock, where only the object names all of them. It is then read before they are
   * locked, which is right for what does not change any more once it is seen: a paid invoice.
   */
  factKeysOf?(object: StripeObject): FactKeys;
  /** Whether the object was read before what is recorded by now: it is to be read once more. */
  isOutdated?(facts: Facts, object: StripeObject): boolean;
  decide(facts: Facts, object: StripeObject, plans: Plans): Decision;
}

/** The id of a reference that Stripe may have expanded. */
export function idOf(reference: string | { readonly id: string } | null | undefined) {
  return typeof reference === 'object' ? (reference?.id ?? null) : (reference ?? null);
}
