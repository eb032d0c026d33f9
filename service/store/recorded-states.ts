import type { Queryable } from './queryable';

/** What we hold of an object of Stripe's, as far as it is compared with what Stripe has. */
export interface RecordedState {
  readonly id: string;
  readonly status: string;
  readonly amountMinor: bigint | null;
  /** Of a dispute: how often funds have moved for it. */
  readonly fundsMovements: number;
  /** Of a dispute: what these took and did not give back; null where only their number is known. */
  readonly withheldMinor: bigint | null;
}

const selects = {
  'checkout.session': `select session_id as id, amount_minor,
       case when payment_status = 'unpaid' then status else payment_status end as status,
       0 as funds_movements, 0::bigint as withheld_minor
     from checkouts where session_id = any($1::text[])`,
  refund: `select refund_id as id, amount_minor, status, 0 as funds_movements, 0::bigint as withheld_minor
     from refunds where refund_id = any($1::text[])`,
  dispute: `select dispute_id as id, amount_minor, status, funds_movements,
       case when moved_count = funds_movements
            then withdrawn_minor - reinstated_minor end as withheld_minor
     from disputes where dispute_id = any($1::text[])`,
} as const;

/**
 * What we hold of these objects, by their ids; one that is unknown has no entry. The status of a
 * session is `open`, `expired`, `complete` (payment awaited), `failed` or `paid`.
 */
export async function readRecordedStates(
  client: Queryable,
  kind: keyof typeof selects,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RecordedState>> {
  const { rows } = await client.query<{
    id: string;
    status: string;
    amount_minor: bigint | null;
    funds_movements: number;
    withheld_minor: bigint | null;
  }>(selects[kind], [ids]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        status: row.status,
        amountMinor: row.amount_minor,
        fundsMovements: row.funds_movements,
        withheldMinor: row.withheld_minor,
      },
    ]),
  );
}
