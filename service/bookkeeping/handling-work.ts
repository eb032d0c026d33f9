import type { Decision } from '../effects/effects';
import type { Facts } from '../effects/records';
import { Problem } from '../errors';
import type { Handling, ImmediateHandling, Plans } from '../handlers/handling';
import { decideFor, type Owner, ownerOf, ownerToldBy } from '../handlers/owner';
import type { StripeClient } from '../stripe/client';
import type { UnrecordedWork } from './bookkeeper';

/** What handlers decide with, beside the facts. */
export interface DecisionSources {
  readonly stripe: StripeClient;
  readonly catalogue: Plans;
}

/**
 * Decides at once, by what is recorded and what the event says.
 * @returns undefined when Stripe has to be asked whose the object is, or for more of it
 */
export function decideAtOnce(
  handling: ImmediateHandling,
  facts: Facts,
  catalogue: Plans,
): Decision | undefined {
  const { origin } = handling;
  const owner = ownerKnown(handling, facts, catalogue);
  if (owner === undefined || handling.readFor?.(facts, catalogue) !== undefined) return undefined;
  return decideFor(owner, origin, facts, (known) => handling.decide(known, catalogue));
}

/** @returns undefined when Stripe has to be asked */
function ownerKnown(handling: Handling, facts: Facts, plans: Plans): Owner | undefined {
  const owner = ownerOf(handling.origin, facts, plans.environmentName);
  if (owner === undefined && handling.origin.eventInDoubt !== undefined) return undefined;
  const isAsked = handling.read !== undefined || handling.isOwnerAsked?.(facts, plans) !== false;
  return owner ?? (isAsked ? undefined : { is: 'nobodys' });
}

/**
 * The work of a handling. What a handler must read from Stripe is read under the locks of its facts,
 * so that an older answer never replaces a later one; an object that does not change any more, and
 * only by itself names its facts, is read now, before anything is locked. Whose the object is comes
 * first: a handler sees nothing of another environment's.
 * @throws Problem `stripe_…`; `row_locked` in the decision, when the object changed meanwhile
 */
export async function workOf(
  handling: Handling,
  { stripe, catalogue }: DecisionSources,
): Promise<UnrecordedWork<Decision>> {
  const { origin, factKeys } = handling;
  const { environmentName } = catalogue;
  const whose = async (facts: Facts): Promise<Owner> => {
    const known = ownerKnown(handling, facts, catalogue);
    if (known !== undefined) return known;
    const { eventInDoubt, ...undoubted } = origin;
    if (eventInDoubt !== undefined) {
      if (!(await stripe.hasEvent(eventInDoubt))) return { is: 'another_environments' };
      const now = ownerKnown({ ...handling, origin: undoubted }, facts, catalogue);
      if (now !== undefined) return now;
    }
    return ownerToldBy(origin.ask && (await stripe.read(origin.ask)), environmentName);
  };

  if (handling.read === undefined) {
    return {
      factKeys,
      async decide(facts) {
        const owner = await whose(facts);
        const read = handling.readFor?.(facts, catalogue);
        const object = read && (await stripe.read(read));
        return decideFor(owner, origin, facts, (known) =>
          handling.decide(known, catalogue, object),
        );
      },
    };
  }
  const { read, factKeysOf } = handling;
  if (factKeysOf !== undefined) {
    const object = await stripe.read(read);
    return {
      factKeys: factKeysOf(object),
      async decide(facts) {
        if (handling.isOutdated?.(facts, object)) {
          throw new Problem('row_locked', `${read.object} ${read.id} changed while it was read`);
        }
        return decideFor(await whose(facts), origin, facts, (known) =>
          handling.decide(known, object, catalogue),
        );
      },
    };
  }
  return {
    factKeys,
    async decide(facts) {
      const owner = await whose(facts);
      const object = owner.is === 'another_environments' ? undefined : await stripe.read(read);
      return decideFor(owner, origin, facts, (known) => handling.decide(known, object, catalogue));
    },
  };
}
