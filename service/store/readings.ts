import { waits } from './outbox';
import type { Queryable } from './queryable';

/** How the inbox and the outbox stand. */
export interface Backlog {
  readonly eventsFailed: number;
  readonly oldestPendingEventSeconds: number;
  readonly outboxLagSeconds: number;
  readonly messagesSetAside: number;
}

/** Reads the backlog, from partial indexes that hold no more than the backlog itself. */
export async function readBacklog(client: Queryable): Promise<Backlog> {
  const { rows } = await client.query<{
    events_failed: number;
    oldest_pending_event_seconds: number;
    outbox_lag_seconds: number;
    messages_set_aside: number;
  }>(
    `select (select count(*)::int from stripe_events where status = 'failed') as events_failed,
            (select coalesce(extract(epoch from now() - min(received_at)), 0)::int
               from stripe_events where status = 'pending') as oldest_pending_event_seconds,
            (select coalesce(extract(epoch from now() - min(created_at)), 0)::int
               from (select created_at from outbox
                      where ${waits}
                      order by position limit 1) as oldest) as outbox_lag_seconds,
            (select count(*)::int from outbox where set_aside_at is not null)
              as messages_set_aside`,
  );
  const [row] = rows;
  return {
    eventsFailed: row?.events_failed ?? 0,
    oldestPendingEventSeconds: row?.oldest_pending_event_seconds ?? 0,
    outboxLagSeconds: row?.outbox_lag_seconds ?? 0,
    messagesSetAside: row?.messages_set_aside ?? 0,
  };
}

/** When there is next something to do for the loops; undefined when nothing is waiting for any of them. */
export async function readDueAt(client: Queryable): Promise<Date | undefined> {
  const { rows } = await client.query<{ due_at: Date | null }>(
    `select least(
       (select min(next_attempt_at) from stripe_events where status = 'pending'),
       (select min(next_attempt_at) from outbox where ${waits}),
       (select min(expires_at) from holds where status = 'held')) as due_at`,
  );
  return rows[0]?.due_at ?? undefined;
}
