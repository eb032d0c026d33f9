import type { Bookkeeper, DecidedOutcome } from '../bookkeeping/bookkeeper';
import { type DecisionSources, workOf } from '../bookkeeping/handling-work';
import type { Decision } from '../effects/effects';
import type { Facts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { asProblem, Problem } from '../errors';
import { handlingOf } from '../handlers/index';
import { type Database, isUnfit } from '../store/database';
import { lockEvent, markReplayed } from '../store/event-log';
import { markFailed } from '../store/events';
import type { Queryable } from '../store/queryable';
import { isOfOneObject } from '../stripe/errors';

/** What became of a replay. */
type ReplayResult =
  | DecidedOutcome<Decision>
  /** There is no handler for its type. */
  | { readonly status: 'ignored' };

export interface ReplayOptions extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
}

/**
 * Handles a recorded event again, whatever became of it before, by the same handlers under the same
 * locks: what it did already is there in the facts, so that nothing is done twice.
 * @throws Problem `event_still_fails` when that is the event's own fault; `event_not_found`,
 * `event_payload_pruned`, `row_locked`, `stripe_…`, `database_…`: nothing has changed
 */
export async function replayEvent(options: ReplayOptions, eventId: string): Promise<ReplayResult> {
  return options.database.transaction(async (transaction) => {
    const { status, work } = await lockRecorded(transaction, options, eventId);
    if (work === undefined) return { status: 'ignored' };
    const outcome = await blaming(isUnfit, () => options.bookkeeper.bookOne(transaction, work));
    if (outcome.status === 'booked') await markReplayed(transaction, eventId);
    // One that was handled well before stays so; the others need a person now.
    else if (status === 'pending' || status === 'failed') {
      await markFailed(transaction, eventId, outcome.refusal.message);
    }
    return outcome;
  });
}

/**
 * What a replay would do now; nothing of it is applied.
 * @throws as `replayEvent`
 */
export async function previewReplay(
  options: ReplayOptions,
  eventId: string,
): Promise<ReplayResult> {
  return options.database.transaction(async (transaction) => {
    const { work } = await lockRecorded(transaction, options, eventId);
    if (work === undefined) return { status: 'ignored' };
    return options.bookkeeper.preview(transaction, work);
  });
}

async function lockRecorded(client: Queryable, sources: DecisionSources, eventId: string) {
  const recorded = await lockEvent(client, eventId);
  if (recorded === undefined) {
    throw new Problem('event_not_found', `no event ${eventId} has been recorded`);
  }
  const { status, payload } = recorded;
  if (payload === null) {
    throw new Problem('event_payload_pruned', `only the facts of ${eventId} are still kept`);
  }
  const work = await blaming(isItsOwn, async () => {
    const handling = handlingOf(payload);
    return handling && (await workOf(handling, sources));
  });
  if (work === undefined) return { status, work };
  const decide = (facts: Facts) => blaming(isItsOwn, async () => work.decide(facts));
  return { status, work: { ...work, decide } };
}

/** @throws Problem `event_still_fails` for what `isEvents` says is the event's own fault */
async function blaming<Result>(
  isEvents: (error: unknown) => boolean,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!isEvents(error)) throw error;
    throw new Problem('event_still_fails', asProblem(error).detail, { cause: error });
  }
}

/** What goes wrong with the event itself: nothing but it, and what Stripe says of its objects, is looked at. */
function isItsOwn(error: unknown): boolean {
  if (error instanceof Refusal) return false;
  if (!(error instanceof Problem)) return true;
  return isOfOneObject(error);
}
