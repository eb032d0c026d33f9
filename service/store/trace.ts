import type { Queryable } from './queryable';

/** A transfer as it stands in the ledger. */
export interface BookedTransfer {
  readonly idempotencyKey: string;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly unit: string;
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly paymentId: string | null;
  readonly createdAt: Date;
}

/** A message about what was booked, published or not. */
export interface TracedMessage {
  readonly position: bigint;
  readonly messageId: string;
  readonly type: string;
  readonly userId: string | null;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly setAsideAt: Date | null;
  readonly lastError: string | null;
}

/** What a purchase of one session without a payment, which was free, may have booked. */
const sessionSuffixes = ['credit', 'revenue', 'beyond', 'discount'];
const rowsMax = 100;

/** What was booked for these payments and sessions, the oldest first; the last 100 at most. */
export async function readTransfersFor(
  client: Queryable,
  paymentIds: readonly string[],
  sessionIds: readonly string[],
): Promise<BookedTransfer[]> {
  const keys = sessionIds.flatMap((id) =>
    sessionSuffixes.map((suffix) => `checkout_session:${id}:${suffix}`),
  );
  const { rows } = await client.query<{
    idempotency_key: string;
    debit_account: string;
    credit_account: string;
    unit: string;
    amount_minor: bigint;
    reason: string;
    payment_id: string | null;
    created_at: Date;
  }>(
    `select idempotency_key, debit_account, credit_account, unit, amount_minor, reason,
            payment_id, created_at
       from transfers
      where transfer_id in (
              select transfer_id from transfers where payment_id = any($1::text[])
               union select transfer_id from transfers where idempotency_key = any($2::text[]))
      order by transfer_id desc limit ${rowsMax}`,
    [paymentIds, keys],
  );
  return rows.toReversed().map((row) => ({
    idempotencyKey: row.idempotency_key,
    debitAccount: row.debit_account,
    creditAccount: row.credit_account,
    unit: row.unit,
    amountMinor: row.amount_minor,
    reason: row.reason,
    paymentId: row.payment_id,
    createdAt: row.created_at,
  }));
}

/**
 * The messages of a user, or that name one of the ids in their key or their data, since a moment; the
 * last 100 at most. They are found by when they were published, which an index knows, and by reading
 * what they say.
 */
export async function readMessagesAbout(
  client: Queryable,
  ids: readonly string[],
  userId: string | undefined,
  since: Date,
): Promise<TracedMessage[]> {
  const { rows } = await client.query<{
    position: bigint;
    message_id: string;
    type: string;
    user_id: string | null;
    created_at: Date;
    published_at: Date | null;
    set_aside_at: Date | null;
    last_error: string | null;
  }>(
    `select position, message_id, type, user_id, created_at, published_at, set_aside_at, last_error
       from (select * from outbox where published_at >= $2
              union all
             select * from outbox where published_at is null) as recent
      where user_id = $3
         or exists (select from unnest($1::text[]) as id
                     where position(':' || id || ':' in message_key || ':') > 0
                        or position('"' || id || '"' in data::text) > 0)
      order by position desc limit ${rowsMax}`,
    [ids, since, userId ?? null],
  );
  return rows.toReversed().map((row) => ({
    position: row.position,
    messageId: row.message_id,
    type: row.type,
    userId: row.user_id,
    createdAt: row.created_at,
    publishedAt: row.published_at,
    setAsideAt: row.set_aside_at,
    lastError: row.last_error,
  }));
}
