import type { Decision } from '../effects/effects';
import type { Handling, Plans } from '../handlers/handling';
import type { StripeClient } from '../stripe/client';
import type { UnrecordedWork } from './bookkeeper';

/** What handlers decide with, beside the facts. */
export interface DecisionSources {
  readonly stripe: StripeClient;
  readonly catalogue: Plans;
}

/**
 * The work of a handling. What a handler must read from Stripe is read under the locks of its facts,
 * so that an older answer never replaces a later one; an object that does not change any more, and
 * only by itself names its facts, is read now, before anything is locked.
 * @throws Problem `stripe_…`
 */
export async function workOf(
  handling: Handling,
  { stripe, catalogue }: DecisionSources,
): Promise<UnrecordedWork<Decision>> {
  if (handling.read === undefined) {
    return {
      factKeys: handling.factKeys,
      decide: (facts) => handling.decide(facts, catalogue),
    };
  }
  const { read } = handling;
  if (handling.factKeysOf !== undefined) {
    const object = await stripe.read(read);
    return {
      factKeys: handling.factKeysOf(object),
      decide: (facts) => handling.decide(facts, object, catalogue),
    };
  }
  return {
    factKeys: handling.factKeys,
    decide: async (facts) => handling.decide(facts, await stripe.read(read), catalogue),
  };
}
