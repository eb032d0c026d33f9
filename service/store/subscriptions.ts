import type { PaidInvoice, Subscription } from '../effects/records';
import type { Queryable } from './queryable';

interface SubscriptionRow {
  subscription_id: string;
  customer_id: string;
  user_id: string | null;
  status: string;
  items: Subscription['items'];
  cancel_at_period_end: boolean;
  paused: boolean;
  trial_end: Date | null;
  current_period_end: Date | null;
  ended_at: Date | null;
  revision: number;
}

const subscriptionColumns = `subscription_id, customer_id, user_id, status, items,
  cancel_at_period_end, paused, trial_end, current_period_end, ended_at, revision`;

/** These subscriptions as Stripe last described them; one that is unknown has no entry. */
export async function readSubscriptions(
  client: Queryable,
  subscriptionIds: readonly string[],
): Promise<ReadonlyMap<string, Subscription>> {
  if (subscriptionIds.length === 0) return new Map();
  const { rows } = await client.query<SubscriptionRow>(
    `select ${subscriptionColumns} from subscriptions where subscription_id = any($1::text[])`,
    [subscriptionIds],
  );
  return new Map(rows.map((row) => [row.subscription_id, subscriptionOf(row)]));
}

/** The subscriptions of a user, the newest first. */
export async function readSubscriptionsOfUser(
  client: Queryable,
  userId: string,
): Promise<Subscription[]> {
  const { rows } = await client.query<SubscriptionRow>(
    `select ${subscriptionColumns} from subscriptions where user_id = $1
      order by created_at desc, subscription_id`,
    [userId],
  );
  return rows.map(subscriptionOf);
}

/** These invoices, as far as they were paid. */
export async function readInvoices(
  client: Queryable,
  invoiceIds: readonly string[],
): Promise<ReadonlyMap<string, PaidInvoice>> {
  if (invoiceIds.length === 0) return new Map();
  const { rows } = await client.query<{
    invoice_id: string;
    subscription_id: string | null;
    customer_id: string | null;
    user_id: string | null;
    payment_id: string | null;
    amount_minor: bigint;
    currency: string;
  }>(
    `select invoice_id, subscription_id, customer_id, user_id, payment_id, amount_minor, currency
       from invoices where invoice_id = any($1::text[])`,
    [invoiceIds],
  );
  return new Map(
    rows.map((row) => [
      row.invoice_id,
      {
        invoiceId: row.invoice_id,
        subscriptionId: row.subscription_id,
        customerId: row.customer_id,
        userId: row.user_id,
        paymentId: row.payment_id,
        amountMinor: row.amount_minor,
        currency: row.currency,
      },
    ]),
  );
}

function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    subscriptionId: row.subscription_id,
    customerId: row.customer_id,
    userId: row.user_id,
    status: row.status,
    items: row.items,
    cancelAtPeriodEnd: row.cancel_at_period_end,
    paused: row.paused,
    trialEnd: secondsOf(row.trial_end),
    currentPeriodEnd: secondsOf(row.current_period_end),
    endedAt: secondsOf(row.ended_at),
    revision: row.revision,
  };
}

function secondsOf(date: Date | null): number | null {
  return date === null ? null : Math.floor(date.getTime() / 1000);
}
