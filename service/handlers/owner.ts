import type Stripe from 'stripe';
import { type Decision, nothing } from '../effects/effects';
import type { Facts } from '../effects/records';
import { isUserId } from '../ledger/user-id';
import { metadataKeys } from './metadata';
import type { StripeObject, StripeRead } from './stripe-read';

/** What an object of Stripe's says by itself about whose it is. */
export interface Origin {
  /** Its own; an invoice's is that of its subscription. */
  readonly metadata: Stripe.Metadata | null | undefined;
  readonly customerId: string | null;
  /** What Stripe is asked about where neither our records nor the metadata say whose it is. */
  readonly ask: StripeRead | undefined;
  /**
   * The event that brings it, where that may have happened on another account: nothing that the
   * object says is believed before Stripe has said that our key knows the event.
   */
  readonly eventInDoubt?: string | undefined;
}

/**
 * Whose an object is. Environments may share a Stripe account, and then each is told of what the
 * others sell; see docs/decisions/whose-an-object-is.md.
 */
export type Owner =
  | { readonly is: 'ours'; readonly userId: string | undefined }
  /** Or another account's, of the same organization. */
  | { readonly is: 'another_environments' }
  /** Something else made it in the same account: nothing names an environment of Tollgate's. */
  | { readonly is: 'nobodys' };

/** @returns undefined when Stripe has to be asked, about `origin.eventInDoubt` or what `origin.ask` names */
export function ownerOf(origin: Origin, facts: Facts, environmentName: string): Owner | undefined {
  if (isRecordedAsOurs(facts)) return { is: 'ours', userId: facts.userId };
  if (origin.eventInDoubt !== undefined) return undefined;
  const said = ownerBy([origin.metadata], environmentName);
  if (said.is !== 'nobodys') return said;
  if (facts.userId !== undefined) return { is: 'ours', userId: facts.userId };
  return origin.ask === undefined ? said : undefined;
}

/** Whose it is by what Stripe answered: by the metadata of that and of its customer. */
export function ownerToldBy(answer: StripeObject, environmentName: string): Owner {
  if (answer === undefined) return { is: 'nobodys' };
  const customer = 'customer' in answer ? answer.customer : null;
  return ownerBy([metadataOf(answer), metadataOf(customer)], environmentName);
}

/** What a handling comes to for this owner: nothing, where that is another environment. */
export function decideFor(
  owner: Owner,
  origin: Origin,
  facts: Facts,
  decide: (facts: Facts) => Decision,
): Decision {
  if (owner.is === 'another_environments') return nothing('not_ours');
  if (owner.is === 'nobodys' || owner.userId === undefined) return decide(facts);
  const { userId } = owner;
  const decision = decide({ ...facts, userId });
  const isKnown = facts.userId !== undefined || facts.checkout !== undefined;
  if (isKnown || origin.customerId === null) return decision;
  return { ...decision, customers: [{ customerId: origin.customerId, userId }] };
}

function isRecordedAsOurs({ checkout, payment, subscription, invoice }: Facts): boolean {
  return (
    checkout !== undefined ||
    payment?.paid !== undefined ||
    (subscription?.userId ?? null) !== null ||
    (invoice?.userId ?? null) !== null
  );
}

function ownerBy(
  told: readonly (Stripe.Metadata | null | undefined)[],
  environmentName: string,
): Owner {
  for (const metadata of told) {
    const environment = metadata?.[metadataKeys.environment];
    if (environment === undefined) continue;
    if (environment !== environmentName) return { is: 'another_environments' };
    const userId = metadata?.[metadataKeys.userId];
    return { is: 'ours', userId: isUserId(userId) ? userId : undefined };
  }
  return { is: 'nobodys' };
}

/** A reference that was not expanded has none, and neither has what was deleted. */
function metadataOf(object: unknown): Stripe.Metadata | null | undefined {
  return (object as { readonly metadata?: Stripe.Metadata | null } | null)?.metadata;
}
