import type { Queryable } from './queryable';

/** A refund that an administrator asked for. */
export interface RefundRequest {
  readonly refundRequestId: string;
  readonly paymentId: string;
  /** In minor units of the payment's currency. */
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reason: string;
  readonly requestedBy: string;
  /** `re_…`; null until Stripe has answered. */
  readonly refundId: string | null;
  readonly createdAt: Date;
}

interface RefundRequestRow {
  refund_request_id: string;
  payment_id: string;
  amount_minor: bigint;
  currency: string;
  reason: string;
  requested_by: string;
  refund_id: string | null;
  created_at: Date;
}

const columns = `refund_request_id, payment_id, amount_minor, currency, reason, requested_by,
  refund_id, created_at`;

function fromRow(row: RefundRequestRow): RefundRequest {
  return {
    refundRequestId: row.refund_request_id,
    paymentId: row.payment_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    reason: row.reason,
    requestedBy: row.requested_by,
    refundId: row.refund_id,
    createdAt: row.created_at,
  };
}

export async function findRefundRequest(
  client: Queryable,
  refundRequestId: string,
): Promise<RefundRequest | undefined> {
  const { rows } = await client.query<RefundRequestRow>(
    `select ${columns} from refund_requests where refund_request_id = $1`,
    [refundRequestId],
  );
  return rows.map(fromRow)[0];
}

/**
 * What was asked for of a payment today and Stripe has not answered yet, in minor units. After a day
 * an answer that was lost has come by the refund's event.
 */
export async function readUnansweredMinor(client: Queryable, paymentId: string): Promise<bigint> {
  const { rows } = await client.query<{ asked: bigint }>(
    `select coalesce(sum(amount_minor), 0)::bigint as asked from refund_requests
      where payment_id = $1 and refund_id is null
        and created_at > now() - interval '24 hours'`,
    [paymentId],
  );
  return rows[0]?.asked ?? 0n;
}

export async function insertRefundRequest(
  client: Queryable,
  asked: Omit<RefundRequest, 'refundId' | 'createdAt'>,
): Promise<void> {
  await client.query(
    `insert into refund_requests
       (refund_request_id, payment_id, amount_minor, currency, reason, requested_by)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      asked.refundRequestId,
      asked.paymentId,
      asked.amountMinor,
      asked.currency,
      asked.reason,
      asked.requestedBy,
    ],
  );
}

/** Records what Stripe made of it. */
export async function recordRefund(
  client: Queryable,
  refundRequestId: string,
  refundId: string,
): Promise<void> {
  await client.query('update refund_requests set refund_id = $2 where refund_request_id = $1', [
    refundRequestId,
    refundId,
  ]);
}

/** Forgets a request that Stripe refused: nothing was refunded for it. */
export async function deleteRefundRequest(
  client: Queryable,
  refundRequestId: string,
): Promise<void> {
  await client.query(
    'delete from refund_requests where refund_request_id = $1 and refund_id is null',
    [refundRequestId],
  );
}

/** What administrators asked to refund of these payments, the oldest first. */
export async function readRefundRequests(
  client: Queryable,
  paymentIds: readonly string[],
): Promise<RefundRequest[]> {
  if (paymentIds.length === 0) return [];
  const { rows } = await client.query<RefundRequestRow>(
    `select ${columns} from refund_requests where payment_id = any($1::text[])
      order by created_at, refund_request_id`,
    [paymentIds],
  );
  return rows.map(fromRow);
}
