import { smokeUserPrefix } from '../contract';
import type { Queryable } from './queryable';

/** An object of Stripe's of which more is awaited. */
export interface UnsettledObject {
  readonly kind: 'checkout.session' | 'credit_note' | 'refund' | 'dispute' | 'subscription';
  readonly id: string;
}

/** Where each kind is; the conditions are those of their partial indexes, or imply them. */
const kinds = [
  {
    kind: 'checkout.session',
    table: 'checkouts',
    id: 'session_id',
    isUnsettled: `(status = 'open' or (status = 'complete' and payment_status = 'unpaid'))
                  and (status = 'complete'
                       or coalesce(expires_at, created_at + interval '1 day') < now())`,
  },
  {
    kind: 'credit_note',
    table: 'credit_notes',
    id: 'credit_note_id',
    // One can be voided for as long as its invoice is open.
    isUnsettled: `status = 'issued' and not exists (
                    select from invoices i where i.invoice_id = credit_notes.invoice_id)`,
  },
  {
    kind: 'refund',
    table: 'refunds',
    id: 'refund_id',
    isUnsettled: "status in ('pending', 'requires_action')",
  },
  {
    kind: 'dispute',
    table: 'disputes',
    id: 'dispute_id',
    isUnsettled: "status not in ('won', 'lost', 'prevented', 'warning_closed')",
  },
  {
    kind: 'subscription',
    table: 'subscriptions',
    id: 'subscription_id',
    isUnsettled: "status not in ('canceled', 'incomplete_expired')",
  },
] as const satisfies readonly {
  readonly kind: UnsettledObject['kind'];
  readonly table: string;
  readonly id: string;
  readonly isUnsettled: string;
}[];

/**
 * The objects of which we expect to hear more, a page in the order of their kinds and ids: sessions
 * that should have expired or whose payment is awaited, refunds under way, open disputes,
 * credit notes of invoices that are not paid yet, and subscriptions that have not ended.
 * @param after the last one of the page before
 */
export async function readUnsettledObjects(
  client: Queryable,
  after: UnsettledObject | undefined,
  limit: number,
): Promise<UnsettledObject[]> {
  // A kind at a time, so that each is read from its index and no further than the page goes.
  const pages = kinds.map(
    ({ kind, table, id, isUnsettled }) =>
      `(select '${kind}' as kind, ${id} as id from ${table}
         where ${isUnsettled}
           and ${id} > case when $1 < '${kind}' then '' when $1 = '${kind}' then $2 end
         order by ${id} limit $3)`,
  );
  const { rows } = await client.query<UnsettledObject>(
    `${pages.join(' union all ')} order by kind, id limit $3`,
    [after?.kind ?? '', after?.id ?? '', limit],
  );
  return rows;
}

/**
 * What was written down as paid within this time: the objects that must be paid at Stripe too, which
 * excludes what was simulated.
 */
export async function readPaidObjects(
  client: Queryable,
  from: Date,
  until: Date,
): Promise<{ readonly kind: 'checkout.session' | 'invoice'; readonly id: string }[]> {
  const { rows } = await client.query<{ kind: 'checkout.session' | 'invoice'; id: string }>(
    `select 'checkout.session' as kind, session_id as id from checkouts
      where payment_status = 'paid' and session_id is not null
        and created_at >= $1 and created_at < $2 and not starts_with(user_id, $3)
     union all
     select 'invoice', invoice_id from invoices where created_at >= $1 and created_at < $2`,
    [from, until, smokeUserPrefix],
  );
  return rows;
}
