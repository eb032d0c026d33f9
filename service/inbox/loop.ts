import { type Decision, type Handling, noFacts, Refusal } from '../handlers/decision';
import { handlingOf } from '../handlers/index';
import type { Log } from '../log';
import { applyDecisions } from '../store/apply';
import { type Database, isUnavailable, type Queryable } from '../store/database';
import {
  type ClaimedEvent,
  claimPendingEvent,
  markFailed,
  markProcessed,
  postponeEvent,
} from '../store/events';
import { lockFacts } from '../store/facts';
import type { StripeClient } from '../stripe/client';

/** An event is given up after this many attempts, the last some 40 minutes after the first. */
export const attemptsMax = 12;
const delaySecondsMax = 600;
/** Longer than handling one event can take; then another task may take over from a dead one. */
const leaseSeconds = 60;

/** The wait after the attempt of this number: 4 s after the second, 8 s, 16 s … 10 min. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** attempts, delaySecondsMax);
}

/**
 * Handles the events that were recorded as pending and are due, until none is left.
 * @returns how many it handled
 * @throws Problem `database_unavailable`; what was claimed is due again when its lease has run out
 */
export async function handlePendingEvents(
  options: {
    readonly database: Database;
    readonly stripe: StripeClient;
    readonly log: Log;
    readonly onCommit: () => void;
  },
  signal: AbortSignal,
): Promise<number> {
  for (let handled = 0; ; ) {
    const claim = await options.database.transaction((client) =>
      claimPendingEvent(client, leaseSeconds),
    );
    if (claim === undefined) return handled;
    await handleClaimed(options, claim);
    handled += 1;
    if (signal.aborted) return handled;
  }
}

async function handleClaimed(
  { database, stripe, log, onCommit }: Parameters<typeof handlePendingEvents>[0],
  { event, attempts }: ClaimedEvent,
): Promise<void> {
  try {
    await database.transaction(async (client) => {
      const handling = handlingOf(event);
      if (!(await markProcessed(client, event.id)) || handling === undefined) return;
      await applyDecisions(client, [await decideUnderLock(client, stripe, handling)]);
    });
    onCommit();
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const about = { err: error, eventId: event.id, eventType: event.type, attempts };
    if (error instanceof Refusal || attempts >= attemptsMax) {
      log.error(about, 'event given up as failed; see docs/runbook.md#events-failed');
      await database.transaction((client) => markFailed(client, event.id, message));
    } else {
      log.warn(about, 'handling failed again; will retry');
      const delay = retryDelaySeconds(attempts);
      await database.transaction((client) => postponeEvent(client, event.id, delay, message));
    }
  }
}

/**
 * Decides about an event, with the facts locked until the caller's transaction ends. What must be
 * read from Stripe is read under those locks, so that an older answer never replaces a later one.
 * @throws Refusal, Problem `stripe_…`
 */
export async function decideUnderLock(
  client: Queryable,
  stripe: StripeClient,
  handling: Handling,
): Promise<Decision> {
  const [facts = noFacts] = await lockFacts(client, [handling.factKeys]);
  return handling.read === undefined
    ? handling.decide(facts)
    : handling.decide(facts, await stripe.read(handling.read));
}
