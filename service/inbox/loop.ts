import type { Decision } from '../effects/effects';
import { noFacts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { asProblem } from '../errors';
import type { Handling, Plans, StripeObject } from '../handlers/handling';
import { handlingOf, stripeReadingEventTypes } from '../handlers/index';
import type { Log } from '../log';
import { type Counter, countMismatch } from '../metrics';
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
/** Why an event is given up that is claimed once more than it may be. */
const neverEnded = `none of the last attempts came to an end: handling it may end the process`;
/** How long an event waits that could not be handled for no fault of its own. */
const excusedDelaySeconds = 10;

/**
 * What is no event's fault: it will pass, or a person mends it, and then the event can be handled.
 * Such attempts are not counted, however many hours they go on.
 */
const excusedProblems: ReadonlySet<string> = new Set([
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

/** What decisions about deferred events are made with. */
export interface DecisionSources {
  readonly stripe: StripeClient;
  readonly plans: Plans;
}

export interface InboxOptions extends DecisionSources {
  readonly database: Database;
  readonly log: Log;
  readonly counter: Counter;
  readonly onCommit: () => void;
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
  const { database, onCommit } = options;
  const { event, attempts } = claim;
  try {
    if (attempts > attemptsMax) throw new Error(neverEnded);
    const handling = handlingOf(event);
    const object = await readAhead(options, handling);
    await database.transaction(async (client) => {
      if (!(await markProcessed(client, event.id)) || handling === undefined) return;
      await applyDecisions(client, [await decideUnderLock(client, options, handling, object)]);
    });
    onCommit();
  } catch (error) {
    if (isUnavailable(error)) {
      // No fault of the event either. Where that can not be written down, the attempt stays counted.
      await excuse(database, event.id, String(error)).catch(() => undefined);
      throw error;
    }
    await putOff(options, claim, error, round);
  }
}

function excuse(database: Database, eventId: string, error: string): Promise<void> {
  const wait = { delaySeconds: excusedDelaySeconds, isCounted: false };
  return database.transaction((client) => postponeEvent(client, eventId, wait, error));
}

/** Gives the event time, or up; see docs/decisions/events-that-are-put-off.md. */
async function putOff(
  { database, log, counter }: InboxOptions,
  { event, attempts }: ClaimedEvent,
  error: unknown,
  round: Round,
): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const about = { err: error, eventId: event.id, eventType: event.type, attempts };
  const { code } = asProblem(error);
  if (excusedProblems.has(code)) {
    if (code.startsWith('stripe_')) round.stripeIsAway = true;
    log.warn({ ...about, code }, 'the event can not be handled now; will retry, uncounted');
    await excuse(database, event.id, message);
  } else if (error instanceof Refusal || attempts >= attemptsMax) {
    log.error(about, 'event given up as failed; see docs/runbook.md#events-failed');
    await database.transaction((client) => markFailed(client, event.id, message));
    if (error instanceof Refusal) countMismatch(counter, error);
  } else {
    log.warn(about, 'handling failed again; will retry');
    const wait = { delaySeconds: retryDelaySeconds(attempts), isCounted: true };
    await database.transaction((client) => postponeEvent(client, event.id, wait, message));
  }
}

/** Reads what may be read before anything is locked, so that no connection waits for Stripe. */
async function readAhead(
  { stripe }: DecisionSources,
  handling: Handling | undefined,
): Promise<StripeObject> {
  return handling?.read !== undefined && handling.factKeysOf !== undefined
    ? stripe.read(handling.read)
    : undefined;
}

/**
 * Decides about an event, with the facts locked until the caller's transaction ends. What must be
 * read from Stripe is read under those locks, so that an older answer never replaces a later one.
 * @param object what has been read ahead already
 * @throws Refusal, Problem `stripe_…`
 */
export async function decideUnderLock(
  client: Queryable,
  sources: DecisionSources,
  handling: Handling,
  object?: StripeObject,
): Promise<Decision> {
  if (handling.read === undefined) {
    const [facts = noFacts] = await lockFacts(client, [handling.factKeys]);
    return handling.decide(facts, sources.plans);
  }
  const { stripe, plans } = sources;
  if (handling.factKeysOf !== undefined) {
    const ahead = object ?? (await stripe.read(handling.read));
    const [facts = noFacts] = await lockFacts(client, [handling.factKeysOf(ahead)]);
    return handling.decide(facts, ahead, plans);
  }
  const [facts = noFacts] = await lockFacts(client, [handling.factKeys]);
  return handling.decide(facts, await stripe.read(handling.read), plans);
}
