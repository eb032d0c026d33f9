import type { Queryable } from './database';

/** A message as it waits in the outbox. */
export interface OutboxMessage {
  readonly position: bigint;
  readonly messageId: string;
  readonly type: string;
  /** Null for what is about no user of ours. */
  readonly userId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly attempts: number;
}

/** Which of these messages have been put into the outbox, published or not. */
export async function readToldKeys(
  client: Queryable,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await client.query<{ message_key: string }>(
    'select message_key from outbox where message_key = any($1::text[])',
    [keys],
  );
  return new Set(rows.map((row) => row.message_key));
}

/** Any number will do, as long as nothing else in the database takes the same advisory lock. */
const publisherLock = 7_463_092_119n;

/**
 * Makes this transaction the only publisher among all tasks, which keeps each user's order.
 * @returns false when another task is publishing
 */
export async function becomePublisher(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock($1) as locked',
    [publisherLock],
  );
  return rows[0]?.locked === true;
}

/** How far behind the oldest due message a publisher looks for those of other users. */
const windowSize = 1_000;

const waits = 'published_at is null and set_aside_at is null';

/**
 * The oldest waiting message of each user, oldest first. The next one of a user waits until that is
 * gone, so that nobody's messages overtake each other; and while one is put off, those of other
 * users go on.
 */
export async function readWaitingMessages(
  client: Queryable,
  limit: number,
): Promise<OutboxMessage[]> {
  const { rows } = await client.query<{
    position: bigint;
    message_id: string;
    type: string;
    user_id: string | null;
    data: Record<string, unknown>;
    created_at: Date;
    attempts: number;
  }>(
    `select position, message_id, type, user_id, data, created_at, attempts
       from (select distinct on (coalesce(user_id, message_key)) *
               from (select * from outbox
                      where ${waits}
                        -- One user's wait must not fill the window that others are looked for in.
                        and coalesce(user_id, message_key) not in (
                          select coalesce(user_id, message_key) from outbox
                           where ${waits} and attempts > 0 and next_attempt_at > now())
                      order by position limit ${windowSize}) as due
              order by coalesce(user_id, message_key), position) as first_of_each_user
      order by position limit $1`,
    [limit],
  );
  return rows.map((row) => ({
    position: row.position,
    messageId: row.message_id,
    type: row.type,
    userId: row.user_id,
    data: row.data,
    createdAt: row.created_at,
    attempts: row.attempts,
  }));
}

export async function markPublished(
  client: Queryable,
  positions: readonly bigint[],
): Promise<void> {
  await client.query(
    `update outbox set published_at = now(), attempts = attempts + 1, last_error = null
      where position = any($1::bigint[])`,
    [positions],
  );
}

/** Puts a message off, and with it the later ones of its user. */
export async function postponeMessage(
  client: Queryable,
  position: bigint,
  delaySeconds: number,
  error: string,
): Promise<void> {
  await client.query(
    `update outbox set attempts = attempts + 1, last_error = $3,
            next_attempt_at = now() + make_interval(secs => $2)
      where position = $1`,
    [position, delaySeconds, error],
  );
}

/** Gives a message up, so that the later ones of its user can go; it stays for a person to see. */
export async function setMessageAside(
  client: Queryable,
  position: bigint,
  error: string,
): Promise<void> {
  await client.query(
    `update outbox set attempts = attempts + 1, last_error = $2, set_aside_at = now()
      where position = $1`,
    [position, error],
  );
}
