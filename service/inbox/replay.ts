import type { Bookkeeper, DecidedOutcome } from '../bookkeeping/bookkeeper';
import { type DecisionSources, workOf } from '../bookkeeping/handling-work';
import type { Decision } from '../effects/effects';
import { Problem } from '../errors';
import { handlingOf } from '../handlers/index';
import type { Database } from '../store/database';
import { lockEvent, markReplayed } from '../store/event-log';
import { markFailed } from '../store/events';
import type { Queryable } from '../store/queryable';

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
 * @throws Problem `event_not_found`, `event_payload_pruned`, `row_locked`, `stripe_…`,
 * `database_unavailable`: nothing has changed
 */
export async function replayEvent(options: ReplayOptions, eventId: string): Promise<ReplayResult> {
  return options.database.transaction(async (transaction) => {
    const { status, work } = await lockRecorded(transaction, options, eventId);
    if (work === undefined) return { status: 'ignored' };
    const outcome = await options.bookkeeper.bookOne(transaction, work);
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
  const handling = handlingOf(payload);
  return { status, work: handling && (await workOf(handling, sources)) };
}
