import { checkoutSessionFactKeys, decideCheckoutSession } from '../handlers/checkout-session';
import { noFacts, type Outcome } from '../handlers/decision';
import { applyDecisions } from '../store/apply';
import type { Database } from '../store/database';
import { lockFacts } from '../store/facts';
import type { StripeClient } from '../stripe/client';

/**
 * Asks Stripe what has become of a session and does what its event would do, for a buyer who is
 * back before the webhook is. The same decision under the same locks: whoever comes first credits.
 * @throws Problem `stripe_…`, `database_unavailable`; Refusal when the session is not what was sold
 */
export async function fulfillSession(
  dependencies: { readonly database: Database; readonly stripe: StripeClient },
  sessionId: string,
): Promise<Outcome> {
  const session = await dependencies.stripe.retrieveCheckoutSession(sessionId);
  return dependencies.database.transaction(async (client) => {
    const [facts] = await lockFacts(client, [checkoutSessionFactKeys(session)]);
    const decision = decideCheckoutSession(session, facts ?? noFacts);
    await applyDecisions(client, [decision]);
    return decision.outcome;
  });
}
