import type { Bookkeeper } from '../bookkeeping/bookkeeper';
import { type DecisionSources, workOf } from '../bookkeeping/handling-work';
import { asProblem } from '../errors';
import { handlingOf, stripeReadingEventTypes } from '../handlers/index';
import type { Log } from '../log';
import { type Database, isUnavailable } from '../store/database';
import {
  type ClaimedEvent,
  claimPendingEvent,
  markFailed,
  markProcessed,
  postponeEvent,
} from '../store/events';

/** An event is given up after this many attempts, the last some 40 minutes after the first. */
export const attemptsMax = 12;
const delaySecondsMax = 600;
/** Longer than handling one event can take; then another task may take over from a dead one. */
const leaseSeconds = 60;
/** Why an event is given up that is claimed once more than it may be. */
const neverEnded = `none of the last attempts came to an end: handling it may end the process`;
const givenUp = 'event given up as failed; see docs/runbook.md#events-failed';
/** How long an event waits that could not be handled for no fault of its own. */
const uncountedDelaySeconds = 10;

/**
 * What is no event's fault: it will pass, or a person mends it, and then the event can be handled.
 * Such attempts are not counted, however many hours they go on.
 */
const uncountedProblems: ReadonlySet<string> = new Set([
  'stripe_unavailable',
  'stripe_secret_key_not_configured',
  'stripe_secret_key_rejected',
  'stripe_permission_missing',
  'row_locked',
]);

/** The wait after the attempt of this number: 4 s after the second, 8 s, 16 s … 10 min. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** attempts, delaySecondsMax);
}

interface InboxOptions extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  readonly log: Log;
  /** How many events are handled at once, each on a connection of its own. */
  readonly inFlight: number;
}

/** What the workers of one round know of each other. */
interface Round {
  handled: number;
  /** Stripe did not answer in this round: what needs it is left for the next one. */
  stripeIsAway: boolean;
  isOver: boolean;
}

/**
 * Handles the events that were recorded as pending and are due, until none is left. Events of one
 * object take turns by its lock, whichever tasks they are handled on.
 * @returns how many it handled
 * @throws Problem `database_unavailable`; what was claimed is due again soon
 */
export async function handlePendingEvents(
  options: InboxOptions,
  signal: AbortSignal,
): Promise<number> {
  const round: Round = { handled: 0, stripeIsAway: false, isOver: false };
  const work = async () => {
    try {
      while (!round.isOver && !signal.aborted) await handleNext(options, round);
    } finally {
      round.isOver = true;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: options.inFlight }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return round.handled;
}

async function handleNext(options: InboxOptions, round: Round): Promise<void> {
  const claim = await options.database.transaction((client) =>
    claimPendingEvent(client, leaseSeconds, round.stripeIsAway ? stripeReadingEventTypes : []),
  );
  if (claim === undefined) {
    round.isOver = true;
    return;
  }
  await handleClaimed(options, claim, round);
  round.handled += 1;
}

async function handleClaimed(
  options: InboxOptions,
  claim: ClaimedEvent,
  round: Round,
): Promise<void> {
  const { database, bookkeeper, log } = options;
  const { event, attempts } = claim;
  try {
    if (attempts > attemptsMax) throw new Error(neverEnded);
    const handling = handlingOf(event);
    const work = handling && (await workOf(handling, options));
    const outcome = await database.transaction(async (transaction) => {
      if (!(await markProcessed(transaction, event.id)) || work === undefined) return undefined;
      const booked = await bookkeeper.bookOne(transaction, work);
      if (booked.status === 'refused') {
        await markFailed(transaction, event.id, booked.refusal.message);
      }
      return booked;
    });
    if (outcome?.status === 'refused') log.error(about(claim, outcome.refusal), givenUp);
  } catch (error) {
    if (isUnavailable(error)) {
      // No fault of the event either. Where that cannot be written down, the attempt stays counted.
      await postponeUncounted(database, event.id, String(error)).catch(() => undefined);
      throw error;
    }
    await postponeOrGiveUp(options, claim, error, round);
  }
}

function postponeUncounted(database: Database, eventId: string, error: string): Promise<void> {
  const wait = { delaySeconds: uncountedDelaySeconds, isCounted: false };
  return database.transaction((client) => postponeEvent(client, eventId, wait, error));
}

/** Postpones the event, or gives it up; see docs/decisions/postponed-events.md. */
async function postponeOrGiveUp(
  { database, log }: InboxOptions,
  claim: ClaimedEvent,
  error: unknown,
  round: Round,
): Promise<void> {
  const { event, attempts } = claim;
  const message = error instanceof Error ? error.message : String(error);
  const { code } = asProblem(error);
  if (uncountedProblems.has(code)) {
    if (code.startsWith('stripe_')) round.stripeIsAway = true;
    log.warn(
      { ...about(claim, error), code },
      'the event cannot be handled now; will retry, uncounted',
    );
    await postponeUncounted(database, event.id, message);
  } else if (attempts >= attemptsMax) {
    log.error(about(claim, error), givenUp);
    await database.transaction((transaction) => markFailed(transaction, event.id, message));
  } else {
    log.warn(about(claim, error), 'handling failed again; will retry');
    const wait = { delaySeconds: retryDelaySeconds(attempts), isCounted: true };
    await database.transaction((transaction) =>
      postponeEvent(transaction, event.id, wait, message),
    );
  }
}

function about({ event, attempts }: ClaimedEvent, error: unknown) {
  return { err: error, eventId: event.id, eventType: event.type, attempts };
}
