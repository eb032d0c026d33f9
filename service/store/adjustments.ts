import type { Adjustment } from '../ledger/adjustments';
import type { Queryable } from './queryable';

/** An adjustment as it is kept. */
export interface StoredAdjustment extends Adjustment {
  readonly position: bigint;
  /** Whether it may leave the balance below zero. */
  readonly mayOverdraw: boolean;
  readonly status: 'pending' | 'posted' | 'declined';
  readonly requestedBy: string;
  /** The second person, where one was needed and has decided. */
  readonly decidedBy: string | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
}

interface AdjustmentRow {
  adjustment_id: string;
  position: bigint;
  user_id: string;
  kind: Adjustment['kind'];
  unit: string;
  amount_minor: bigint;
  may_overdraw: boolean;
  reason: string;
  status: StoredAdjustment['status'];
  requested_by: string;
  decided_by: string | null;
  created_at: Date;
  decided_at: Date | null;
}

const columns = `adjustment_id, position, user_id, kind, unit, amount_minor, may_overdraw, reason,
  status, requested_by, decided_by, created_at, decided_at`;

function fromRow(row: AdjustmentRow): StoredAdjustment {
  return {
    adjustmentId: row.adjustment_id,
    position: row.position,
    userId: row.user_id,
    kind: row.kind,
    unit: row.unit,
    amountMinor: row.amount_minor,
    mayOverdraw: row.may_overdraw,
    reason: row.reason,
    status: row.status,
    requestedBy: row.requested_by,
    decidedBy: row.decided_by,
    createdAt: row.created_at,
    decidedAt: row.decided_at,
  };
}

/** What is asked for; the rest of it is ours to say. */
export type AskedAdjustment = Adjustment &
  Pick<StoredAdjustment, 'mayOverdraw' | 'requestedBy' | 'status'>;

/** Writes an adjustment down, whose id is not known yet. */
export async function insertAdjustment(
  client: Queryable,
  asked: AskedAdjustment,
): Promise<StoredAdjustment> {
  const { rows } = await client.query<AdjustmentRow>(
    `insert into adjustments (adjustment_id, user_id, kind, unit, amount_minor, may_overdraw,
       reason, status, requested_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${columns}`,
    [
      asked.adjustmentId,
      asked.userId,
      asked.kind,
      asked.unit,
      asked.amountMinor,
      asked.mayOverdraw,
      asked.reason,
      asked.status,
      asked.requestedBy,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`adjustment ${asked.adjustmentId} was not written`);
  return fromRow(row);
}

/** An adjustment, locked until the caller's transaction ends. @throws Problem `row_locked` */
export async function lockAdjustment(
  client: Queryable,
  adjustmentId: string,
): Promise<StoredAdjustment | undefined> {
  const { rows } = await client.query<AdjustmentRow>(
    `select ${columns} from adjustments where adjustment_id = $1 for update`,
    [adjustmentId],
  );
  return rows.map(fromRow)[0];
}

/** Writes what the second person decided about an adjustment that the caller has locked. */
export async function decideAdjustment(
  client: Queryable,
  adjustmentId: string,
  status: 'posted' | 'declined',
  decidedBy: string,
): Promise<StoredAdjustment | undefined> {
  const { rows } = await client.query<AdjustmentRow>(
    `update adjustments set status = $2, decided_by = $3, decided_at = now()
      where adjustment_id = $1 and status = 'pending' returning ${columns}`,
    [adjustmentId, status, decidedBy],
  );
  return rows.map(fromRow)[0];
}

/**
 * What an administrator moved alone in the last 24 hours, in minor units of the unit, given and taken
 * added up. Their requests take turns until the caller's transaction ends, so that two at once do not
 * both pass beneath the limit.
 */
export async function lockMovedAlone(
  client: Queryable,
  requestedBy: string,
  unit: string,
): Promise<bigint> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `adjustments:${requestedBy}`,
  ]);
  const { rows } = await client.query<{ moved: bigint }>(
    `select coalesce(sum(abs(amount_minor)), 0)::bigint as moved from adjustments
      where requested_by = $1 and unit = $2 and status = 'posted' and decided_by is null
        and created_at > now() - interval '24 hours'`,
    [requestedBy, unit],
  );
  return rows[0]?.moved ?? 0n;
}

/** A page of adjustments, newest first; of one status, of one user, or of all. */
export async function listAdjustments(
  client: Queryable,
  page: {
    readonly before: bigint | undefined;
    readonly limit: number;
    readonly status: StoredAdjustment['status'] | undefined;
    readonly userId: string | undefined;
  },
): Promise<StoredAdjustment[]> {
  const { rows } = await client.query<AdjustmentRow>(
    `select ${columns} from adjustments
      where ($1::bigint is null or position < $1) and ($2::text is null or status = $2)
        and ($3::text is null or user_id = $3)
      order by position desc limit $4`,
    [page.before ?? null, page.status ?? null, page.userId ?? null, page.limit],
  );
  return rows.map(fromRow);
}
