import { randomUUID } from 'node:crypto';
import type { TestDatabase } from './database';

/** A checkout as it stands when the buyer has been sent to Stripe. */
export interface OpenCheckout {
  readonly checkoutId: string;
  readonly sessionId: string;
  readonly userId: string;
  /** The session as Stripe's events carry it when it has been paid. */
  paidSession(overrides?: object): Record<string, unknown>;
}

/** Writes an open checkout into the database, as beginning one through the API does. */
export async function openCheckout(
  database: TestDatabase,
  {
    userId = `user-${randomUUID()}`,
    amountMinor = 1000,
    currency = 'usd',
    recorded = true,
  }: {
    userId?: string;
    amountMinor?: number;
    currency?: string;
    /** False: the process died before Stripe's answer was recorded. */
    recorded?: boolean;
  } = {},
): Promise<OpenCheckout> {
  const checkoutId = randomUUID();
  const sessionId = `cs_test_${randomUUID()}`;
  await database.query(
    `insert into checkouts
       (checkout_id, session_id, user_id, customer_id, kind, amount_minor, currency)
     values ($1, $2, $3, 'cus_1', 'topup', $4, $5)`,
    [checkoutId, recorded ? sessionId : null, userId, amountMinor, currency],
  );
  return {
    checkoutId,
    sessionId,
    userId,
    paidSession: (overrides = {}) => ({
      id: sessionId,
      object: 'checkout.session',
      amount_total: amountMinor,
      currency,
      customer: 'cus_1',
      metadata: { tollgate_checkout_id: checkoutId, tollgate_user_id: userId },
      mode: 'payment',
      payment_intent: `pi_${checkoutId}`,
      payment_status: 'paid',
      status: 'complete',
      ...overrides,
    }),
  };
}

/** What the ledger says of a user: the materialised balances, and the same by summing transfers. */
export async function ledgerOf(database: TestDatabase, userId: string) {
  const account = `user:${userId}`;
  const balances = await database.query<{ unit: string; amount_minor: bigint }>(
    'select unit, amount_minor from balances where account = $1 order by unit',
    [account],
  );
  const sums = await database.query<{ unit: string; amount_minor: string }>(
    `select unit, sum(case when credit_account = $1 then amount_minor else -amount_minor end)::bigint
            as amount_minor
       from transfers where $1 in (credit_account, debit_account) group by unit order by unit`,
    [account],
  );
  const transfers = await database.query<{ idempotency_key: string }>(
    'select idempotency_key from transfers where $1 in (credit_account, debit_account)',
    [account],
  );
  return { balances, sums, transfers: transfers.length };
}
