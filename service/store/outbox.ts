import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';
import { storable } from './texts';

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

/** The condition of a message that is to be published. */
export const waits = 'published_at is null and set_aside_at is null';

/** Whose messages keep their order among themselves: a user's; what is about no user stands alone. */
const orderKey = 'coalesce(user_id, message_key)';

/** The first row by the index `outbox_order` after this key: the oldest that waits of the next user. */
const firstAfter = (key: string) =>
  `select ${orderKey} as order_key, position, attempts, next_attempt_at from outbox
    where ${waits} and ${orderKey} > ${key} order by ${orderKey}, position limit 1`;

export interface MessageRow {
  position: bigint;
  message_id: string;
  type: string;
  user_id: string | null;
  data: Record<string, unknown>;
  created_at: Date;
  attempts: number;
}

/** How much one turn takes at most. */
export interface TurnLimits {
  readonly users: number;
  readonly messagesPerUser: number;
}

/** Messages that may be published now, and where to go on for those of the next users. */
interface Turn {
  /** Of each user, the oldest first. */
  readonly messagesOfUsers: OutboxMessage[][];
  /** Undefined when there are no further users, and the first ones are next. */
  readonly reachedKey: string | undefined;
}

export const nextTurnFunction = storedFunction('next_turn', {
  parameters: 'p_users bigint, p_messages_per_user bigint, p_after_key text',
  returns: `table (order_key text, "position" bigint, message_id uuid, type text, user_id text,
    data jsonb, created_at timestamptz, attempts integer)`,
  // Statistics of the outbox are made when it is empty, mostly; sorted, every step reads all of it.
  without: ['seqscan', 'sort'],
  // It is asked together with becoming the publisher; whoever has not become it reads nothing.
  body: `
    if not pg_try_advisory_xact_lock(${publisherLock}) then
      return;
    end if;
    return query
    with recursive first_of_each as (
      (${firstAfter('p_after_key')})
      union all
      select next.* from first_of_each as last, lateral (${firstAfter('last.order_key')}) as next
    ), due as (
      select order_key from first_of_each
       where attempts = 0 or next_attempt_at <= now() limit p_users)
    select due.order_key, o.* from due, lateral (
      select position, message_id, type, user_id, data, created_at, attempts
        from outbox
       -- Not as an equality, or the order of positions alone would do, and lead to another index.
       where ${waits} and ${orderKey} >= due.order_key and ${orderKey} <= due.order_key
       order by ${orderKey}, position limit p_messages_per_user) as o
     order by due.order_key, o.position;`,
});

/**
 * The oldest waiting messages of the next users. Users take turns, however many messages each has: one
 * step of the index a user (https://wiki.postgresql.org/wiki/Loose_indexscan), where a window of the
 * oldest messages would be filled by one user who has thousands. One whose oldest message is postponed
 * is passed over, and holds up nobody else.
 * @param afterKey where the last turn ended
 */
export async function readNextTurn(
  client: Queryable,
  { users, messagesPerUser }: TurnLimits,
  afterKey = '',
): Promise<Turn> {
  const { rows } = await client.query<MessageRow & { order_key: string }>(
    `select * from ${nextTurnFunction.name}($1, $2, $3)`,
    [users, messagesPerUser, afterKey],
  );
  const ofUsers = new Map<string, OutboxMessage[]>();
  for (const row of rows) {
    const messages = ofUsers.get(row.order_key);
    if (messages === undefined) ofUsers.set(row.order_key, [toMessage(row)]);
    else messages.push(toMessage(row));
  }
  return {
    messagesOfUsers: [...ofUsers.values()],
    reachedKey: ofUsers.size < users ? undefined : rows.at(-1)?.order_key,
  };
}

/** The columns of a row that make a message, whatever else it has. */
export function toMessage(row: MessageRow): OutboxMessage {
  return {
    position: row.position,
    messageId: row.message_id,
    type: row.type,
    userId: row.user_id,
    data: row.data,
    createdAt: row.created_at,
    attempts: row.attempts,
  };
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
    [position, delaySeconds, storable(error)],
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
    [position, storable(error)],
  );
}
