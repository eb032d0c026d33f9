import type { Queryable } from './queryable';

/** What waits and what was given up, and what came in last. */
export interface Standing {
  readonly eventsPending: number;
  readonly eventsFailed: number;
  readonly oldestPendingAt: Date | null;
  readonly lastEvent: {
    readonly eventId: string;
    readonly type: string;
    readonly receivedAt: Date;
  } | null;
  readonly messagesWaiting: number;
  readonly messagesSetAside: number;
  readonly oldestWaitingAt: Date | null;
}

/** Of one unit, what moved since a moment. */
export interface UnitMovement {
  readonly unit: string;
  /** What Stripe took in, less what was given back of it. */
  readonly receivedMinor: bigint;
  /** What users were granted for payments and subscriptions. */
  readonly creditedMinor: bigint;
  /** What refunds and disputes took back from users, less what was restored. */
  readonly takenBackMinor: bigint;
}

/** Reads partial indexes that hold no more than what waits, and the newest event. */
export async function readStanding(client: Queryable): Promise<Standing> {
  const { rows } = await client.query<{
    events_pending: number;
    events_failed: number;
    oldest_pending_at: Date | null;
    event_id: string | null;
    event_type: string | null;
    received_at: Date | null;
    messages_waiting: number;
    messages_set_aside: number;
    oldest_waiting_at: Date | null;
  }>(
    `select pending.*, failed.*, waiting.*, set_aside.*, last.*
       from (select count(*)::int as events_pending, min(received_at) as oldest_pending_at
               from stripe_events where status = 'pending') as pending,
            (select count(*)::int as events_failed
               from stripe_events where status = 'failed') as failed,
            (select count(*)::int as messages_waiting, min(created_at) as oldest_waiting_at
               from outbox where published_at is null and set_aside_at is null) as waiting,
            (select count(*)::int as messages_set_aside
               from outbox where set_aside_at is not null) as set_aside
       left join lateral (select event_id, event_type, received_at
               from stripe_events order by received_at desc limit 1) as last on true`,
  );
  const [row] = rows;
  if (row === undefined) throw new TypeError('counts are one row');
  const { event_id: eventId, event_type: type, received_at: receivedAt } = row;
  return {
    eventsPending: row.events_pending,
    eventsFailed: row.events_failed,
    oldestPendingAt: row.oldest_pending_at,
    lastEvent:
      eventId === null || type === null || receivedAt === null
        ? null
        : { eventId, type, receivedAt },
    messagesWaiting: row.messages_waiting,
    messagesSetAside: row.messages_set_aside,
    oldestWaitingAt: row.oldest_waiting_at,
  };
}

/** A transfer has the time of its transaction's begin, and so may be older than those before it. */
const disorder = "interval '10 minutes'";

/**
 * What has moved since then, by unit. No index orders transfers by time, and their ids all but do:
 * the first one is found by halving, in some thirty steps of the primary key, and only those after
 * it are read.
 */
export async function readMovements(client: Queryable, since: Date): Promise<UnitMovement[]> {
  const { rows } = await client.query<{
    unit: string;
    received_minor: bigint;
    credited_minor: bigint;
    taken_back_minor: bigint;
  }>(
    `with recursive halving as (
       select 0::bigint as low, (select coalesce(max(transfer_id), 0) + 1 from transfers) as high
       union all
       select case when found.is_earlier then found.middle + 1 else low end,
              case when found.is_earlier then high else found.middle end
         from halving, lateral (
           select (low + high) / 2 as middle,
                  coalesce((select created_at < $1::timestamptz - ${disorder} from transfers
                             where transfer_id >= (low + high) / 2 and transfer_id < high
                             order by transfer_id limit 1), false) as is_earlier) as found
        where low < high
     ), recent as (
       select * from transfers
        where transfer_id >= (select max(low) from halving) and created_at >= $1)
     select unit,
            sum(case 'stripe_clearing' when debit_account then amount_minor
                  when credit_account then -amount_minor else 0 end)::bigint as received_minor,
            sum(case when credit_account like 'user:%' and reverses is null
                  then amount_minor else 0 end)::bigint as credited_minor,
            sum(case when debit_account like 'user:%' then amount_minor
                  when credit_account like 'user:%' and reverses is not null then -amount_minor
                  else 0 end)::bigint as taken_back_minor
       from recent
      where 'stripe_clearing' in (debit_account, credit_account)
         or 'issued_credits' in (debit_account, credit_account)
         or reverses is not null
      group by unit order by unit`,
    [since],
  );
  return rows.map((row) => ({
    unit: row.unit,
    receivedMinor: row.received_minor,
    creditedMinor: row.credited_minor,
    takenBackMinor: row.taken_back_minor,
  }));
}
