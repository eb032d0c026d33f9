import type { Checkout, FactKeys, Facts } from '../handlers/decision';
import type { Queryable } from './database';

interface CheckoutRow {
  checkout_id: string;
  session_id: string | null;
  user_id: string;
  customer_id: string;
  amount_minor: bigint;
  currency: string;
  status: Checkout['status'];
  payment_status: Checkout['paymentStatus'];
  url: string | null;
  expires_at: Date | null;
}

/** A checkout with what only its buyer asks for. */
export interface StoredCheckout extends Checkout {
  readonly customerId: string;
  readonly url: string | null;
  readonly expiresAt: Date | null;
}

const columns = `checkout_id, session_id, user_id, customer_id, amount_minor, currency, status,
  payment_status, url, expires_at`;

function fromRow(row: CheckoutRow): StoredCheckout {
  return {
    checkoutId: row.checkout_id,
    sessionId: row.session_id,
    userId: row.user_id,
    customerId: row.customer_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    status: row.status,
    paymentStatus: row.payment_status,
    url: row.url,
    expiresAt: row.expires_at,
  };
}

/** Writes down what is about to be sold, before Stripe is asked for a session. */
export async function insertCheckout(
  client: Queryable,
  checkout: {
    readonly checkoutId: string;
    readonly userId: string;
    readonly customerId: string;
    readonly amountMinor: bigint;
    readonly currency: string;
  },
): Promise<void> {
  await client.query(
    `insert into checkouts (checkout_id, user_id, customer_id, amount_minor, currency)
     values ($1, $2, $3, $4, $5)`,
    [
      checkout.checkoutId,
      checkout.userId,
      checkout.customerId,
      checkout.amountMinor,
      checkout.currency,
    ],
  );
}

/** Records Stripe's answer. The session may have been paid meanwhile: its state is left alone. */
export async function recordSession(
  client: Queryable,
  checkoutId: string,
  session: { readonly id: string; readonly url: string; readonly expiresAt: Date },
): Promise<void> {
  await client.query(
    `update checkouts set session_id = $2, url = $3, expires_at = $4, updated_at = now()
      where checkout_id = $1`,
    [checkoutId, session.id, session.url, session.expiresAt],
  );
}

/** The checkout of this session, if it is this user's. */
export async function findCheckout(
  client: Queryable,
  userId: string,
  sessionId: string,
): Promise<StoredCheckout | undefined> {
  const { rows } = await client.query<CheckoutRow>(
    `select ${columns} from checkouts where session_id = $1 and user_id = $2`,
    [sessionId, userId],
  );
  return rows.map(fromRow)[0];
}

/**
 * Reads the facts of several handlings under lock, in one statement and in one order, so that two
 * transactions that need the same rows take turns.
 * @param keys one entry per handling; undefined asks for nothing
 * @returns the facts, in the order of the keys
 */
export async function lockFacts(
  client: Queryable,
  keys: readonly (FactKeys | undefined)[],
): Promise<Facts[]> {
  const wanted = keys.filter((key) => key !== undefined);
  if (wanted.length === 0) return keys.map(() => ({ checkout: undefined }));
  const { rows } = await client.query<CheckoutRow>(
    `select ${columns} from checkouts
      where session_id = any($1::text[]) or checkout_id = any($2::uuid[])
      order by checkout_id for update`,
    [
      wanted.map((key) => key.sessionId),
      wanted.map((key) => key.checkoutId).filter((id) => id !== undefined),
    ],
  );
  const checkouts = rows.map(fromRow);
  const bySession = new Map(checkouts.map((checkout) => [checkout.sessionId, checkout]));
  const byId = new Map(checkouts.map((checkout) => [checkout.checkoutId, checkout]));
  return keys.map((key) => ({
    checkout: bySession.get(key?.sessionId ?? '') ?? byId.get(key?.checkoutId ?? ''),
  }));
}
