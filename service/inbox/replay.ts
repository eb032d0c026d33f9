import type { Decision } from '../effects/effects';
import { Refusal } from '../effects/refusal';
import { Problem } from '../errors';
import { handlingOf } from '../handlers/index';
import { type Counter, countMismatch } from '../metrics';
import { applyDecisions } from '../store/apply';
import type { Database, Queryable } from '../store/database';
import { lockEvent, markReplayed } from '../store/event-log';
import { markFailed } from '../store/events';
import { type DecisionSources, decideUnderLock } from './loop';

/** What became of a replay. */
export type ReplayResult =
  | { readonly status: 'processed'; readonly decision: Decision }
  /** There is no handler for its type. */
  | { readonly status: 'ignored' }
  | { readonly status: 'refused'; readonly refusal: Refusal };

export interface ReplayOptions extends DecisionSources {
  readonly database: Database;
  readonly counter: Counter;
  readonly onCommit: () => void;
}

/**
 * Handles a recorded event again, whatever became of it before, by the same handlers under the same
 * locks: what it did already is there in the facts, so that nothing is done twice.
 * @throws Problem `event_not_found`, `event_payload_pruned`, `row_locked`, `stripe_…`,
 * `database_unavailable`: nothing has changed
 */
export async function replayEvent(options: ReplayOptions, eventId: string): Promise<ReplayResult> {
  const result = await options.database.transaction(async (client) => {
    const { result, status } = await decideAgain(client, options, eventId);
    if (result.status === 'processed') {
      await applyDecisions(client, [result.decision]);
      await markReplayed(client, eventId);
    }
    // One that was handled well before stays so; the others need a person now.
    if (result.status === 'refused' && (status === 'pending' || status === 'failed')) {
      await markFailed(client, eventId, result.refusal.message);
    }
    return result;
  });
  if (result.status === 'refused') countMismatch(options.counter, result.refusal);
  options.onCommit();
  return result;
}

/**
 * What a replay would do now; nothing of it is applied.
 * @throws as `replayEvent`
 */
export async function previewReplay(
  options: ReplayOptions,
  eventId: string,
): Promise<ReplayResult> {
  const rollback = new Error('a dry run is rolled back');
  let preview: ReplayResult | undefined;
  try {
    await options.database.transaction(async (client) => {
      preview = (await decideAgain(client, options, eventId)).result;
      throw rollback;
    });
  } catch (error) {
    if (error !== rollback || preview === undefined) throw error;
  }
  return preview ?? { status: 'ignored' };
}

async function decideAgain(client: Queryable, options: ReplayOptions, eventId: string) {
  const recorded = await lockEvent(client, eventId);
  if (recorded === undefined) {
    throw new Problem('event_not_found', `no event ${eventId} has been recorded`);
  }
  const { status, payload } = recorded;
  if (payload === null) {
    throw new Problem('event_payload_pruned', `only the facts of ${eventId} are still kept`);
  }
  const handling = handlingOf(payload);
  return { status, result: await decide() };

  async function decide(): Promise<ReplayResult> {
    if (handling === undefined) return { status: 'ignored' };
    try {
      const decision = await decideUnderLock(client, options, handling);
      return { status: 'processed', decision };
    } catch (error) {
      if (error instanceof Refusal) return { status: 'refused', refusal: error };
      throw error;
    }
  }
}
