import type { Queryable } from './database';

/** An object of Stripe's of which more is awaited. */
export interface UnsettledObject {
  readonly kind: 'checkout.session' | 'refund' | 'dispute' | 'subscription';
  readonly id: string;
}

/**
 * The objects of which we expect to hear more, a page in the order of their kinds and ids: sessions
 * that should have expired or whose payment is awaited, refunds under way, open disputes and
 * subscriptions that have not ended.
 * @param after the last one of the page before
 */
export async function readUnsettledObjects(
  client: Queryable,
  after: UnsettledObject | undefined,
  limit: number,
): Promise<UnsettledObject[]> {
  const { rows } = await client.query<UnsettledObject>(
    `select kind, id from (
       select 'checkout.session' as kind, session_id as id from checkouts
        where session_id is not null
          and ((status = 'open' and expires_at < now())
               or (status = 'complete' and payment_status = 'unpaid'))
       union all
       select 'refund', refund_id from refunds where status in ('pending', 'requires_action')
       union all
       select 'dispute', dispute_id from disputes
        where status not in ('won', 'lost', 'prevented', 'warning_closed')
       union all
       select 'subscription', subscription_id from subscriptions
        where status not in ('canceled', 'incomplete_expired')) as unsettled
      where (kind, id) > ($1, $2)
      order by kind, id limit $3`,
    [after?.kind ?? '', after?.id ?? '', limit],
  );
  return rows;
}

/** What was written down as paid within this time: the objects that must be paid at Stripe too. */
export async function readPaidObjects(
  client: Queryable,
  from: Date,
  until: Date,
): Promise<{ readonly kind: 'checkout.session' | 'invoice'; readonly id: string }[]> {
  const { rows } = await client.query<{ kind: 'checkout.session' | 'invoice'; id: string }>(
    `select 'checkout.session' as kind, session_id as id from checkouts
      where payment_status = 'paid' and session_id is not null
        and created_at >= $1 and created_at < $2
     union all
     select 'invoice', invoice_id from invoices where created_at >= $1 and created_at < $2`,
    [from, until],
  );
  return rows;
}
