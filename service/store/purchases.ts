import type { Checkout } from '../effects/records';
import { reversedTargetMinor } from '../ledger/payments';
import { readPayments } from './payments';
import type { Queryable } from './queryable';

/** Something that a user bought and paid. */
export interface Purchase {
  readonly checkoutId: string;
  readonly sessionId: string | null;
  readonly kind: Checkout['kind'];
  readonly reference: string | null;
  readonly name: string | null;
  readonly quantity: number;
  readonly priceId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly paymentId: string | null;
  readonly subscriptionId: string | null;
  /** What was paid, in minor units; null where only Stripe knows. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  /** What of it went back, refunds and disputes together. */
  readonly reversedMinor: bigint;
  readonly purchasedAt: Date;
  readonly position: bigint;
}

interface PurchaseRow {
  checkout_id: string;
  session_id: string | null;
  kind: Checkout['kind'];
  reference: string | null;
  name: string | null;
  quantity: number;
  price_id: string | null;
  metadata: Record<string, string>;
  payment_intent_id: string | null;
  subscription_id: string | null;
  amount_minor: bigint | null;
  currency: string | null;
  updated_at: Date;
  position: bigint;
}

/**
 * A page of what a user has paid, newest first; of one reference, or of all.
 * @param before only those at a lower position, which is when they began, in microseconds
 */
export async function readPurchases(
  client: Queryable,
  userId: string,
  page: {
    readonly before: bigint | undefined;
    readonly limit: number;
    readonly reference: string | undefined;
  },
): Promise<Purchase[]> {
  const { rows } = await client.query<PurchaseRow>(
    `select checkout_id, session_id, kind, reference, name, quantity, price_id, metadata,
            payment_intent_id, subscription_id, amount_minor, currency, updated_at, position
       from (select *, (extract(epoch from created_at) * 1000000)::bigint as position
               from checkouts
              where user_id = $1 and payment_status = 'paid'
                and ($2::text is null or reference = $2)) as paid
      where $3::bigint is null or position < $3
      order by position desc limit $4`,
    [userId, page.reference ?? null, page.before ?? null, page.limit],
  );
  const paymentIds = rows.flatMap(({ payment_intent_id: id }) => (id === null ? [] : [id]));
  const payments = await readPayments(client, paymentIds);
  return rows.map((row) => {
    const payment = payments.get(row.payment_intent_id ?? '');
    const paid = payment?.paid;
    return {
      checkoutId: row.checkout_id,
      sessionId: row.session_id,
      kind: row.kind,
      reference: row.reference,
      name: row.name,
      quantity: row.quantity,
      priceId: row.price_id,
      metadata: row.metadata,
      paymentId: row.payment_intent_id,
      subscriptionId: row.subscription_id,
      amountMinor: paid?.amountMinor ?? row.amount_minor,
      currency: paid?.currency ?? row.currency,
      reversedMinor:
        payment === undefined || paid === undefined ? 0n : reversedTargetMinor(payment, paid),
      purchasedAt: row.updated_at,
      position: row.position,
    };
  });
}

/** Whether nothing of a purchase is the user's any more: all that was paid went back. */
export function isTakenBack({ amountMinor, reversedMinor }: Purchase): boolean {
  return amountMinor !== null && amountMinor > 0n && reversedMinor >= amountMinor;
}

/** A sale of this reference that is open, or whose payment is awaited or was refused. */
export interface SaleUnderWay {
  readonly checkoutId: string;
  readonly sessionId: string | null;
  readonly isComplete: boolean;
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly quantity: number;
  readonly url: string | null;
  readonly expiresAt: Date | null;
  readonly customerId: string;
  /** Whether another request may be about to record its session. */
  readonly isFresh: boolean;
}

/** Lets the sales of one reference to one user take turns until the caller's transaction ends. */
export async function lockReference(
  client: Queryable,
  userId: string,
  reference: string,
): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    JSON.stringify(['purchase', userId, reference]),
  ]);
}

/** Those that were begun to be sold once and can still be paid, but for the checkout itself. */
export async function readSalesUnderWay(
  client: Queryable,
  { userId, reference, kind }: Pick<Checkout, 'userId' | 'reference' | 'kind'>,
  butFor: string,
): Promise<SaleUnderWay[]> {
  const { rows } = await client.query<{
    checkout_id: string;
    session_id: string | null;
    status: string;
    amount_minor: bigint | null;
    currency: string | null;
    quantity: number;
    url: string | null;
    expires_at: Date | null;
    customer_id: string;
    is_fresh: boolean;
  }>(
    `select checkout_id, session_id, status, amount_minor, currency, quantity, url, expires_at,
            customer_id, updated_at > now() - interval '1 minute' as is_fresh
       from checkouts
      where user_id = $1 and reference = $2 and kind = $3 and checkout_id <> $4
        and payment_status = 'unpaid'
        -- one that was paid and refused is complete as well, until its payment was refunded
        and not exists (select from payments p
                         where p.payment_id = payment_intent_id and p.charge_refunded_minor > 0)
        and (status = 'complete'
             or (status = 'open' and once
                 and (expires_at > now()
                      or (expires_at is null and created_at > now() - interval '1 day'))))
      order by created_at desc`,
    [userId, reference, kind, butFor],
  );
  return rows.map((row) => ({
    checkoutId: row.checkout_id,
    sessionId: row.session_id,
    isComplete: row.status === 'complete',
    amountMinor: row.amount_minor,
    currency: row.currency,
    quantity: row.quantity,
    url: row.url,
    expiresAt: row.expires_at,
    customerId: row.customer_id,
    isFresh: row.is_fresh,
  }));
}
