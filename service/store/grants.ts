import { userAccount } from '../ledger/transfers';
import type { Queryable } from './queryable';

/** What a checkout has granted so far. */
export interface Grants {
  /** By unit, in minor units, before anything of it was taken back. */
  readonly granted: readonly { readonly unit: string; readonly amountMinor: bigint }[];
  /** Whether an invoice of its subscription has been booked. */
  readonly hasInvoice: boolean;
}

/** What a session has granted its user: by itself, or by the invoices of its subscription. */
export async function readGrants(
  client: Queryable,
  {
    sessionId,
    userId,
    subscriptionId,
  }: {
    readonly sessionId: string;
    readonly userId: string;
    readonly subscriptionId: string | null;
  },
): Promise<Grants> {
  const { rows } = await client.query<{ unit: string | null; minor: bigint; has_invoice: boolean }>(
    `with invoiced as (
       select invoice_id from invoices where subscription_id = $3
     ), granted as (
       select unit, sum(amount_minor)::bigint as minor from transfers t
        where credit_account = $1 and reverses is null
          and (idempotency_key = $2
               or exists (select from invoiced i
                           where starts_with(t.idempotency_key, 'invoice:' || i.invoice_id || ':')))
        group by unit
     )
     select g.unit, g.minor, exists (select from invoiced) as has_invoice
       from (select) as one left join granted g on true
      order by g.unit`,
    [userAccount(userId), `checkout_session:${sessionId}:credit`, subscriptionId],
  );
  return {
    granted: rows.flatMap(({ unit, minor }) =>
      unit === null ? [] : [{ unit, amountMinor: minor }],
    ),
    hasInvoice: rows[0]?.has_invoice ?? false,
  };
}
