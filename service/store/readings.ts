import type { Queryable } from './queryable';

/** How the inbox and the outbox stand. */
interface Backlog {
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
                      where published_at is null and set_aside_at is null
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
