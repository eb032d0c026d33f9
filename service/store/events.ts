import type Stripe from 'stripe';
import { jsonArray } from './json-array';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';
import { storable, toJson } from './texts';

/** What becomes of an event at the moment it is recorded. */
export type RecordedStatus = 'processed' | 'ignored' | 'pending';

/** By which way an event came in; the first one is kept. */
export type ReceivedBy = 'webhook' | 'queue' | 'reconciliation';

export interface EventToRecord {
  readonly event: Stripe.Event;
  /** Its bytes as they were signed; made from `event` where there are none. */
  readonly body?: Buffer | undefined;
  readonly receivedBy: ReceivedBy;
  readonly status: RecordedStatus;
  /** Why handling it failed; null unless pending, and when it has not been tried yet. */
  readonly error: string | null;
}

export const recordEventsFunction = storedFunction('record_events', {
  parameters: 'p_events json, p_payloads json[]',
  returns: 'setof text',
  body: `
    return query
    insert into stripe_events
      (event_id, event_type, api_version, livemode, created_at, status, processed_at,
       attempts, next_attempt_at, last_error, received_by, payload)
    select e.event_id, e.event_type, e.api_version, e.livemode, to_timestamp(e.created), e.status,
           case when e.status <> 'pending' then now() end,
           case when e.error is null then 0 else 1 end,
           case when e.status = 'pending'
                then now() + case when e.error is null then interval '0' else interval '1 second' end
           end,
           e.error, e.received_by, e.payload
      -- The payloads go by themselves: json_to_recordset would unescape what is in them.
      from rows from (
        json_to_recordset(p_events) as (event_id text, event_type text, api_version text,
          livemode boolean, created bigint, status text, error text, received_by text),
        unnest(p_payloads)
      ) as e(event_id, event_type, api_version, livemode, created, status, error, received_by, payload)
     order by e.event_id
    on conflict (event_id) do nothing
    returning event_id;`,
});

/**
 * Records those of `events` that are not recorded yet, in the order of their ids, so that two
 * transactions that record the same ones take turns and never wait for each other in a circle.
 * @returns the ids that are new
 */
export async function recordEvents(
  client: Queryable,
  events: readonly EventToRecord[],
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const { rows } = await client.query<{ event_id: string }>(
    `select event_id from ${recordEventsFunction.name}($1, $2) as event_id`,
    [
      toJson(
        events.map(({ event, receivedBy, status, error }) => ({
          event_id: event.id,
          event_type: event.type,
          api_version: event.api_version,
          livemode: event.livemode,
          created: event.created,
          status,
          error,
          received_by: receivedBy,
        })),
      ),
      jsonArray(events.map(({ event, body }) => body ?? Buffer.from(JSON.stringify(event)))),
    ],
  );
  return new Set(rows.map((row) => row.event_id));
}

/** An event that was recorded as pending and is now this task's to handle. */
export interface ClaimedEvent {
  readonly event: Stripe.Event;
  /** This attempt included. */
  readonly attempts: number;
}

/**
 * Claims the pending event that has been due the longest, for `leaseSeconds`: a task that dies with
 * it leaves it to the next one when the lease has run out. The attempt is counted now, so that an
 * event whose handling kills the process is given up too.
 * @param exceptTypes what cannot be handled now and is left where it is
 */
export async function claimPendingEvent(
  client: Queryable,
  leaseSeconds: number,
  exceptTypes: readonly string[] = [],
): Promise<ClaimedEvent | undefined> {
  const { rows } = await client.query<{ payload: Stripe.Event; attempts: number }>(
    `update stripe_events
        set attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
      where event_id = (
        select event_id from stripe_events
         where status = 'pending' and next_attempt_at <= now()
           and event_type <> all($2::text[])
         order by next_attempt_at limit 1
           for update skip locked)
     returning payload, attempts`,
    [leaseSeconds, exceptTypes],
  );
  return rows.map((row) => ({ event: row.payload, attempts: row.attempts }))[0];
}

/**
 * Marks a pending event as processed, and keeps it locked until the transaction ends.
 * @returns false when it is no longer pending: somebody else has handled it
 */
export async function markProcessed(client: Queryable, eventId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update stripe_events
        set status = 'processed', processed_at = now(), next_attempt_at = null, last_error = null
      where event_id = $1 and status = 'pending'`,
    [eventId],
  );
  return rowCount === 1;
}

/**
 * Puts a pending event off after a failed attempt.
 * @param wait uncounted: the attempt that its claim counted is taken back
 */
export async function postponeEvent(
  client: Queryable,
  eventId: string,
  wait: { readonly delaySeconds: number; readonly isCounted: boolean },
  error: string,
): Promise<void> {
  await client.query(
    `update stripe_events
        set next_attempt_at = now() + make_interval(secs => $2), last_error = $3,
            attempts = attempts - case when $4 then 0 else 1 end
      where event_id = $1 and status = 'pending'`,
    [eventId, wait.delaySeconds, storable(error), wait.isCounted],
  );
}

/** Leaves an event that was recorded in this transaction to the inbox loop, which takes it at once. */
export async function markPending(client: Queryable, eventId: string): Promise<void> {
  await client.query(
    `update stripe_events set status = 'pending', processed_at = null, next_attempt_at = now()
      where event_id = $1`,
    [eventId],
  );
}

/** Gives an event up: it stays, with its payload and its reason, until a person replays it. */
export async function markFailed(client: Queryable, eventId: string, error: string): Promise<void> {
  await client.query(
    `update stripe_events
        set status = 'failed', processed_at = null, next_attempt_at = null, last_error = $2
      where event_id = $1`,
    [eventId, storable(error)],
  );
}
