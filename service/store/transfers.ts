import { userAccount } from '../ledger/transfers';
import type { Queryable } from './queryable';

/** A transfer as the user sees it whose account it changed. */
export interface Transaction {
  readonly transferId: bigint;
  readonly idempotencyKey: string;
  readonly unit: string;
  /** Above zero when the user received it, below when they gave it. */
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly paymentId: string | null;
  readonly reverses: string | null;
  readonly description: string | null;
  readonly createdAt: Date;
  /** What was bought, where a checkout caused it. */
  readonly purchase: TransactionPurchase | null;
}

export interface TransactionPurchase {
  readonly kind: string;
  readonly reference: string | null;
  readonly name: string | null;
  readonly quantity: number;
  readonly metadata: Readonly<Record<string, string>>;
}

interface TransactionRow {
  transfer_id: bigint;
  idempotency_key: string;
  unit: string;
  change: bigint;
  reason: string;
  payment_id: string | null;
  reverses: string | null;
  description: string | null;
  created_at: Date;
  purchase: TransactionPurchase | null;
}

/** The index of the debit side has users' accounts alone, and is used where this is said. */
export const isOfUser = "debit_account like 'user:%'";

/**
 * A page of what has changed a user's balances, newest first: by transfer id, which is given out in
 * the order in which transfers are written, and no later than they commit.
 *
 * What holds for a walk from page to page: no transfer comes twice, and everything that had been
 * committed when the walk began comes once. A transfer that commits meanwhile may have a lower id
 * than one that was shown already: this walk misses it then, and the next one has it.
 * @param before only transfers with a lower id; undefined begins with the newest
 */
export async function readTransactions(
  client: Queryable,
  userId: string,
  page: {
    readonly before: bigint | undefined;
    readonly unit: string | undefined;
    readonly limit: number;
  },
): Promise<Transaction[]> {
  // A side at a time, so that each is read from its index and no further than the page goes.
  const side = (account: string, change: string, also = '') =>
    `(select transfer_id, idempotency_key, unit, ${change} as change, reason, payment_id, reverses,
             description, created_at
        from transfers
       where ${account} = $1 ${also} and ($2::bigint is null or transfer_id < $2)
         and ($3::text is null or unit = $3)
       order by transfer_id desc limit $4)`;
  const { rows } = await client.query<TransactionRow>(
    `select page.transfer_id, page.idempotency_key, page.unit, page.change, page.reason,
            page.payment_id, page.reverses, page.created_at,
            case when page.reason in ('reversal', 'restoration') then asked.reason
              else page.description end
              as description,
            case when c.checkout_id is not null then json_build_object('kind', c.kind,
              'reference', c.reference, 'name', c.name, 'quantity', c.quantity,
              'metadata', c.metadata) end as purchase
       from (${side('credit_account', 'amount_minor')}
             union all
             ${side('debit_account', '-amount_minor', `and ${isOfUser}`)}
             order by transfer_id desc limit $4) as page
       left join checkouts c
         on c.session_id = substring(page.idempotency_key from '^checkout_session:([^:]+)')
       left join refund_requests asked
         -- A correction is described by the refund that caused it.
         on page.reason = 'reversal' and asked.refund_id = page.description
      order by page.transfer_id desc`,
    [userAccount(userId), page.before ?? null, page.unit ?? null, page.limit],
  );
  return rows.map((row) => ({
    transferId: row.transfer_id,
    idempotencyKey: row.idempotency_key,
    unit: row.unit,
    amountMinor: row.change,
    reason: row.reason,
    paymentId: row.payment_id,
    reverses: row.reverses,
    description: row.description,
    createdAt: row.created_at,
    purchase: row.purchase,
  }));
}

/** Those of the keys whose transfers have been posted. */
export async function readPostedKeys(
  client: Queryable,
  idempotencyKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (idempotencyKeys.length === 0) return new Set();
  const { rows } = await client.query<{ idempotency_key: string }>(
    'select idempotency_key from transfers where idempotency_key = any($1::text[])',
    [idempotencyKeys],
  );
  return new Set(rows.map((row) => row.idempotency_key));
}
