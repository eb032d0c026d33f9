import type { Queryable } from './queryable';

/** How many rows one statement prunes at most, so that none holds many locks or takes long. */
const batchSize = 1_000;

/**
 * Takes the payload from events that were processed longer ago than this; the row's facts are kept.
 * An event that failed keeps its payload until somebody has replayed it.
 * @returns how many rows were pruned; fewer than a batch when no more are left
 */
export async function prunePayloads(client: Queryable, olderThanDays: number): Promise<number> {
  return prune(
    client,
    `update stripe_events set payload = null
      where event_id in (
        select event_id from stripe_events
         where payload is not null and processed_at < now() - make_interval(days => $1)
         order by processed_at limit ${batchSize} for update skip locked)`,
    olderThanDays,
  );
}

/** Deletes messages that were published longer ago than this. @returns as `prunePayloads` */
export async function prunePublished(client: Queryable, olderThanDays: number): Promise<number> {
  return prune(
    client,
    `delete from outbox
      where position in (
        select position from outbox
         where published_at < now() - make_interval(days => $1)
         order by published_at limit ${batchSize} for update skip locked)`,
    olderThanDays,
  );
}

/** Deletes the answers kept under Idempotency-Keys longer ago than this. @returns as `prunePayloads` */
export async function pruneIdempotencyKeys(
  client: Queryable,
  olderThanDays: number,
): Promise<number> {
  return prune(
    client,
    `delete from idempotency_keys
      where (caller, key) in (
        select caller, key from idempotency_keys
         where created_at < now() - make_interval(days => $1)
         order by created_at limit ${batchSize} for update skip locked)`,
    olderThanDays,
  );
}

async function prune(client: Queryable, statement: string, days: number): Promise<number> {
  return (await client.query(statement, [days])).rowCount ?? 0;
}

/** Whether a statement pruned as much as it may, so that more may be left. */
export function mayHaveMore(pruned: number): boolean {
  return pruned === batchSize;
}
