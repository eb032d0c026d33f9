import type Stripe from 'stripe';
import type { ReceivedBy, RecordedStatus } from './events';
import type { Queryable } from './queryable';

/** What is recorded of an event, without its payload. */
export interface EventRecord {
  readonly eventId: string;
  readonly type: string;
  readonly status: RecordedStatus | 'failed';
  readonly receivedBy: ReceivedBy;
  readonly apiVersion: string | null;
  readonly livemode: boolean | null;
  /** By Stripe's clock, to the second. */
  readonly createdAt: Date | null;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly lastError: string | null;
}

export interface EventFilters {
  readonly status?: EventRecord['status'] | undefined;
  readonly type?: string | undefined;
  /** By the time at which we received it. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

export const recordColumns = `event_id, event_type, status, received_by, api_version, livemode, created_at,
  received_at, processed_at, attempts, next_attempt_at, last_error`;

/**
 * A page of events, those received last first.
 * @param after the id of the last event of the page before; one that is unknown has no next page
 */
export async function listEvents(
  client: Queryable,
  filters: EventFilters,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<EventRecord[]> {
  const { rows } = await client.query<EventRow>(
    `select ${recordColumns} from stripe_events
      where ($1::text is null or status = $1) and ($2::text is null or event_type = $2)
        and ($3::timestamptz is null or received_at >= $3)
        and ($4::timestamptz is null or received_at < $4)
        and ($5::text is null or (received_at, event_id) <
             (select received_at, event_id from stripe_events where event_id = $5))
      order by received_at desc, event_id desc limit $6`,
    [
      filters.status ?? null,
      filters.type ?? null,
      filters.since ?? null,
      filters.until ?? null,
      page.after ?? null,
      page.limit,
    ],
  );
  return rows.map(eventRecordOf);
}

/** An event with its payload, as long as that is kept. */
export async function findEvent(
  client: Queryable,
  eventId: string,
): Promise<(EventRecord & { readonly payload: Stripe.Event | null }) | undefined> {
  const { rows } = await client.query<EventRow & { payload: Stripe.Event | null }>(
    `select ${recordColumns}, payload from stripe_events where event_id = $1`,
    [eventId],
  );
  return rows.map((row) => ({ ...eventRecordOf(row), payload: row.payload }))[0];
}

/**
 * An event, locked until the caller's transaction ends, so that nobody else handles it meanwhile.
 * @throws Problem `row_locked` when somebody handles it for too long
 */
export async function lockEvent(
  client: Queryable,
  eventId: string,
): Promise<
  { readonly status: EventRecord['status']; readonly payload: Stripe.Event | null } | undefined
> {
  const { rows } = await client.query<{
    status: EventRecord['status'];
    payload: Stripe.Event | null;
  }>('select status, payload from stripe_events where event_id = $1 for update', [eventId]);
  return rows[0];
}

/** Marks an event, whatever became of it before, as handled again. */
export async function markReplayed(client: Queryable, eventId: string): Promise<void> {
  await client.query(
    `update stripe_events
        set status = 'processed', processed_at = now(), next_attempt_at = null, last_error = null,
            attempts = attempts + 1
      where event_id = $1`,
    [eventId],
  );
}

export interface EventRow {
  event_id: string;
  event_type: string;
  status: EventRecord['status'];
  received_by: ReceivedBy;
  api_version: string | null;
  livemode: boolean | null;
  created_at: Date | null;
  received_at: Date;
  processed_at: Date | null;
  attempts: number;
  next_attempt_at: Date | null;
  last_error: string | null;
}

export function eventRecordOf(row: EventRow): EventRecord {
  return {
    eventId: row.event_id,
    type: row.event_type,
    status: row.status,
    receivedBy: row.received_by,
    apiVersion: row.api_version,
    livemode: row.livemode,
    createdAt: row.created_at,
    receivedAt: row.received_at,
    processedAt: row.processed_at,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    lastError: row.last_error,
  };
}
