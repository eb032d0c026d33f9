import type { LostCheckout } from '../effects/effects';
import type { Checkout } from '../effects/records';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';
import { toJson } from './texts';

interface CheckoutRow {
  checkout_id: string;
  session_id: string | null;
  user_id: string;
  customer_id: string;
  kind: Checkout['kind'];
  mode: Checkout['mode'];
  reference: string | null;
  quantity: number;
  name: string | null;
  price_id: string | null;
  once: boolean;
  metadata: Record<string, string>;
  credits: bigint | null;
  amount_minor: bigint | null;
  currency: string | null;
  status: Checkout['status'];
  payment_status: Checkout['paymentStatus'];
  subscription_id: string | null;
  url: string | null;
  expires_at: Date | null;
}

/** A checkout with what only its buyer asks for. */
export interface StoredCheckout extends Checkout {
  readonly customerId: string;
  /** `sub_…`, once it has begun one. */
  readonly subscriptionId: string | null;
  readonly url: string | null;
  readonly expiresAt: Date | null;
}

const columns = `checkout_id, session_id, user_id, customer_id, kind, mode, reference, quantity,
  name, price_id, once, metadata, credits, amount_minor, currency, status, payment_status,
  subscription_id, url, expires_at`;

function fromRow(row: CheckoutRow): StoredCheckout {
  return {
    checkoutId: row.checkout_id,
    sessionId: row.session_id,
    userId: row.user_id,
    customerId: row.customer_id,
    subscriptionId: row.subscription_id,
    kind: row.kind,
    mode: row.mode,
    reference: row.reference,
    quantity: row.quantity,
    name: row.name,
    priceId: row.price_id,
    once: row.once,
    metadata: row.metadata,
    credits: row.credits,
    amountMinor: row.amount_minor,
    currency: row.currency,
    status: row.status,
    paymentStatus: row.payment_status,
    url: row.url,
    expiresAt: row.expires_at,
  };
}

/** A session that was recorded, which can be handed to its buyer again while it is open. */
export interface RecordedSession {
  readonly id: string;
  readonly status: Checkout['status'];
  readonly url: string;
  readonly expiresAt: Date;
  readonly customerId: string;
}

/**
 * Writes down what is about to be sold, before Stripe is asked for a session. Written again under
 * the same id, while there is no session yet, it is what is sold now.
 * @returns the session, if one was recorded already: then nothing is written
 */
export async function writeCheckout(
  client: Queryable,
  checkout: Omit<
    StoredCheckout,
    'sessionId' | 'status' | 'paymentStatus' | 'subscriptionId' | 'url' | 'expiresAt'
  >,
): Promise<RecordedSession | undefined> {
  const { rowCount } = await client.query(
    `insert into checkouts as c (checkout_id, user_id, customer_id, kind, mode, reference, quantity,
       credits, amount_minor, currency, name, price_id, once, metadata)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (checkout_id) do update
       set (customer_id, mode, credits, amount_minor, currency, name, price_id, updated_at) =
           (excluded.customer_id, excluded.mode, excluded.credits, excluded.amount_minor,
            excluded.currency, excluded.name, excluded.price_id, now())
       where c.session_id is null`,
    [
      checkout.checkoutId,
      checkout.userId,
      checkout.customerId,
      checkout.kind,
      checkout.mode,
      checkout.reference,
      checkout.quantity,
      checkout.credits,
      checkout.amountMinor,
      checkout.currency,
      checkout.name,
      checkout.priceId,
      checkout.once,
      checkout.metadata,
    ],
  );
  return rowCount === 1 ? undefined : readSession(client, checkout.checkoutId);
}

async function readSession(
  client: Queryable,
  checkoutId: string,
): Promise<RecordedSession | undefined> {
  const { rows } = await client.query<
    Pick<CheckoutRow, 'session_id' | 'status' | 'url' | 'expires_at' | 'customer_id'>
  >(
    `select session_id, status, url, expires_at, customer_id from checkouts
      where checkout_id = $1`,
    [checkoutId],
  );
  const [row] = rows;
  // One that a webhook recorded has no URL yet: Stripe is asked for it again, under the same key.
  if (!row?.session_id || row.url === null || row.expires_at === null) return undefined;
  const { session_id: id, status, url, expires_at: expiresAt, customer_id: customerId } = row;
  return { id, status, url, expiresAt, customerId };
}

/** Records checkouts anew whose rows are lost, as their sessions say they were sold. */
export async function insertLostCheckouts(
  client: Queryable,
  checkouts: readonly LostCheckout[],
): Promise<void> {
  if (checkouts.length === 0) return;
  await client.query(
    `insert into checkouts (checkout_id, session_id, user_id, customer_id, kind, mode, reference,
       quantity, credits, amount_minor, currency, name, price_id, once, metadata, url, expires_at,
       created_at)
     select n."checkoutId", n."sessionId", n."userId", n."customerId", n.kind, n.mode, n.reference,
            n.quantity, n.credits, n."amountMinor", n.currency, n.name, n."priceId",
            n.once, n.metadata, n.url, to_timestamp(n."expiresAt"),
            to_timestamp(n."createdAt")
       from json_to_recordset($1) as n("checkoutId" uuid, "sessionId" text, "userId" text,
         "customerId" text, kind text, mode text, reference text, quantity integer, credits bigint,
         "amountMinor" bigint, currency text, name text, "priceId" text, once boolean,
         metadata jsonb, url text, "expiresAt" bigint, "createdAt" bigint)
     on conflict (checkout_id) do nothing`,
    [toJson(checkouts)],
  );
}

/**
 * Records Stripe's answer. The session may have been paid meanwhile: its state is left alone.
 * @throws Error when the checkout has another session already, which may have been paid
 */
export async function recordSession(
  client: Queryable,
  checkoutId: string,
  session: { readonly id: string; readonly url: string; readonly expiresAt: Date },
): Promise<void> {
  const { rowCount } = await client.query(
    `update checkouts set session_id = $2, url = $3, expires_at = $4, updated_at = now()
      where checkout_id = $1 and (session_id is null or session_id = $2)`,
    [checkoutId, session.id, session.url, session.expiresAt],
  );
  if (rowCount === 1) return;
  throw new Error(`checkout ${checkoutId} has another session than ${session.id} already`);
}

/** Forgets what Stripe would not sell. What has a session stays: it may be paid. */
export async function deleteUnsold(client: Queryable, checkoutId: string): Promise<void> {
  await client.query('delete from checkouts where checkout_id = $1 and session_id is null', [
    checkoutId,
  ]);
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

export const lockCheckoutsFunction = storedFunction('lock_checkouts', {
  parameters: 'p_session_ids text[], p_checkout_ids uuid[]',
  returns: 'setof checkouts',
  body: `
    return query
    select * from checkouts
     where session_id = any(p_session_ids) or checkout_id = any(p_checkout_ids)
     order by checkout_id for update;`,
});

/** The checkouts of these sessions and ids, locked in the order of their ids. */
export async function lockCheckouts(
  client: Queryable,
  sessionIds: readonly string[],
  checkoutIds: readonly string[],
): Promise<StoredCheckout[]> {
  if (sessionIds.length + checkoutIds.length === 0) return [];
  const { rows } = await client.query<CheckoutRow>(
    `select ${columns} from ${lockCheckoutsFunction.name}($1, $2)`,
    [sessionIds, checkoutIds],
  );
  return rows.map(fromRow);
}
