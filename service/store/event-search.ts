import { metadataKeys } from '../handlers/metadata';
import {
  type EventFilters,
  type EventRecord,
  type EventRow,
  eventRecordOf,
  recordColumns,
} from './event-log';
import type { Queryable } from './queryable';

/** What payloads are searched for. */
export interface Sought {
  /** Ids of Stripe's objects, of which a payload names one or more, itself or in passing. */
  readonly ids: readonly string[];
  /** Users of ours, by what we write into the metadata of our objects. */
  readonly userId?: string | undefined;
}

interface SearchResult {
  readonly events: readonly EventRecord[];
  /** Where to go on; undefined when everything has been looked at. */
  readonly reached: string | undefined;
}

/** Read in a small fraction of the 5 s that a statement may take, with payloads of some kilobytes. */
const eventsPerStatement = 2_000;

/**
 * Searches the payloads of events, those received last first. No index knows what is in a payload, so
 * that they are read, in many short statements that block nobody: narrow it by `since` where
 * events are many.
 * @param until aborted when nobody waits any longer; what was found so far is returned
 */
export async function searchEvents(
  client: Queryable,
  sought: Sought,
  filters: EventFilters,
  page: { readonly after: string | undefined; readonly limit: number },
  until: AbortSignal,
): Promise<SearchResult> {
  const events: EventRecord[] = [];
  let reached = page.after;
  for (;;) {
    const slice = await readSlice(client, sought, filters, reached);
    for (const { matches, event_id: id, ...row } of slice) {
      if (matches) events.push(eventRecordOf({ event_id: id, ...row }));
      reached = id;
      if (events.length === page.limit) return { events, reached };
    }
    const isLast = (slice.at(-1)?.looked_at ?? 0n) < BigInt(eventsPerStatement);
    if (isLast) return { events, reached: undefined };
    if (until.aborted) return { events, reached };
  }
}

/** The events of a slice that match, and its last one. */
async function readSlice(
  client: Queryable,
  { ids, userId }: Sought,
  filters: EventFilters,
  after: string | undefined,
) {
  const { rows } = await client.query<EventRow & { matches: boolean; looked_at: bigint }>(
    `with slice as materialized (
       select ${recordColumns}, payload::text as payload_text,
              row_number() over (order by received_at desc, event_id desc) as nth,
              count(*) over () as looked_at
         from (select * from stripe_events
                where ($1::text is null or status = $1) and ($2::text is null or event_type = $2)
                  and ($3::timestamptz is null or received_at >= $3)
                  and ($4::timestamptz is null or received_at < $4)
                  and ($5::text is null or (received_at, event_id) <
                       (select received_at, event_id from stripe_events where event_id = $5))
                order by received_at desc, event_id desc limit $6) as next),
     compared as (
       select *, coalesce(
                event_id = any($7::text[])
                or exists (select from unnest($7::text[]) as id
                            where position('"' || id || '"' in payload_text) > 0)
                or payload_text ~ $8, false) as matches
         from slice)
     select * from compared where matches or nth = looked_at order by nth`,
    [
      filters.status ?? null,
      filters.type ?? null,
      filters.since ?? null,
      filters.until ?? null,
      after ?? null,
      eventsPerStatement,
      ids,
      userId === undefined ? null : namingUser(userId),
    ],
  );
  return rows;
}

/** A regular expression: as our metadata names a user, however the payload is laid out. */
function namingUser(userId: string): string {
  const inJson = JSON.stringify(userId).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return `"(${metadataKeys.userId}|client_reference_id)"\\s*:\\s*${inJson}`;
}
