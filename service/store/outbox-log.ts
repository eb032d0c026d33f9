import { type MessageRow, type OutboxMessage, toMessage, waits } from './outbox';
import type { Queryable } from './queryable';

interface UnpublishedRow extends MessageRow {
  next_attempt_at: Date;
  last_error: string | null;
  set_aside_at: Date | null;
}

/** A message that has not been published. */
interface UnpublishedMessage extends OutboxMessage {
  readonly nextAttemptAt: Date;
  readonly lastError: string | null;
  readonly setAsideAt: Date | null;
}

/**
 * A page of messages that wait, or that were set aside, in the order of the outbox.
 * @param after the position of the last message of the page before; 0n begins
 */
export async function listUnpublished(
  client: Queryable,
  state: 'waiting' | 'set_aside',
  filters: { readonly type: string | undefined; readonly userId: string | undefined },
  page: { readonly after: bigint; readonly limit: number },
): Promise<UnpublishedMessage[]> {
  const condition = state === 'waiting' ? waits : 'set_aside_at is not null';
  const { rows } = await client.query<UnpublishedRow>(
    `select position, message_id, type, user_id, data, created_at, attempts, next_attempt_at,
            last_error, set_aside_at
       from outbox
      where ${condition} and position > $1 and ($3::text is null or type = $3)
        and ($4::text is null or user_id = $4)
      order by position limit $2`,
    [page.after, page.limit, filters.type ?? null, filters.userId ?? null],
  );
  return rows.map((row) => ({
    ...toMessage(row),
    nextAttemptAt: row.next_attempt_at,
    lastError: row.last_error,
    setAsideAt: row.set_aside_at,
  }));
}

/**
 * Lets a message that was set aside wait again, its attempts counted anew. Later messages of its user
 * may have been published already.
 * @returns what stood there: only `set_aside` has been changed
 */
export async function retryMessage(
  client: Queryable,
  position: bigint,
): Promise<'set_aside' | 'other' | 'missing'> {
  const { rowCount } = await client.query(
    `update outbox set set_aside_at = null, attempts = 0, next_attempt_at = now()
      where position = $1 and set_aside_at is not null`,
    [position],
  );
  if (rowCount === 1) return 'set_aside';
  const { rows } = await client.query('select from outbox where position = $1', [position]);
  return rows.length > 0 ? 'other' : 'missing';
}
