import type { Activity } from './activity';
import type { ReadinessChecks } from './routes/health';
import type { RotatingSecret } from './secrets/rotating';
import type { Database } from './store/database';
import type { StripeClient } from './stripe/client';

/** What `/ready` asks, each time that it is asked. @param draining aborted when the process stops */
export function createChecks(
  {
    database,
    stripe,
    webhookSecrets,
    activity,
  }: {
    readonly database: Database;
    readonly stripe: StripeClient;
    readonly webhookSecrets: RotatingSecret;
    readonly activity: Activity;
  },
  draining: AbortSignal,
): ReadinessChecks {
  // One that rests was well when it was let alone: who asks again and again is not to keep it awake.
  const asksDatabase = oncePerSecond(() =>
    activity.isResting ? Promise.resolve('ok') : database.readiness(),
  );
  return async () => ({
    process: draining.aborted ? 'draining' : 'ok',
    // Until it is open there is nothing to ask, and so no answer to remember.
    database: database.isOpen ? await asksDatabase() : 'cannot be reached',
    stripeSecretKey: stripe.isConfigured ? 'ok' : 'STRIPE_SECRET_KEY not configured',
    stripeWebhookSecret:
      webhookSecrets.current.length > 0 ? 'ok' : 'STRIPE_WEBHOOK_SECRET not configured',
  });
}

/** Anybody may ask whether we are ready; the database is asked once a second at most. */
function oncePerSecond<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let askedAtMillis = Number.NEGATIVE_INFINITY;
  let answer: Promise<Answer> | undefined;
  return () => {
    const now = performance.now();
    if (answer === undefined || now - askedAtMillis >= 1_000) {
      askedAtMillis = now;
      answer = ask();
    }
    return answer;
  };
}
