import type { Queryable } from './queryable';

/** What we hold of an object of Stripe's, as far as it is compared with what Stripe has. */
export interface RecordedState {
  readonly id: string;
  readonly status: string;
  readonly amountMinor: bigint | null;
  /** Of a dispute: how often funds have moved for it. */
  readonly fundsMovements: number;
}

const selects = {
  'checkout.session': `select session_id as id, amount_minor,
       case when payment_status = 'unpaid' then status else payment_status end as status,
       0 as funds_movements
     from checkouts where session_id = any($1::text[])`,
  refund: `select refund_id as id, amount_minor, status, 0 as funds_movements
     from refunds where refund_id = any($1::text[])`,
  dispute: `select dispute_id as id, amount_minor, status, funds_movements
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
  }>(selects[kind], [ids]);
  return new Map(
    rows.map(({ id, status, amount_minor: amountMinor, funds_movements: fundsMovements }) => [
      id,
      { id, status, amountMinor, fundsMovements },
    ]),
  );
}
