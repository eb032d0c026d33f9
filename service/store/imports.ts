import { userAccount } from '../ledger/transfers';
import type { Queryable } from './queryable';
import { isOfUser } from './transfers';

/** A user and the Stripe customer that they are already. */
export interface ImportedCustomer {
  readonly userId: string;
  readonly customerId: string;
}

/** What a user has of a unit, as the system of before says. */
export interface ImportedBalance {
  readonly userId: string;
  readonly unit: string;
  /** In minor units; below zero where the user owes. */
  readonly amountMinor: bigint;
}

/** What changed a balance in the system of before. */
export interface ImportedChange {
  /** Names it among all that are imported. */
  readonly id: string;
  readonly userId: string;
  readonly unit: string;
  /** In minor units: negative for what was taken; never zero. */
  readonly amountMinor: bigint;
  readonly occurredAt: Date;
  readonly description: string;
}

/** What became of a batch of rows. */
export interface BatchResult {
  /** Rows that are new: written, or to be written. */
  readonly fresh: number;
  /** Rows that say something else than what stands: left alone. Their places in the batch. */
  readonly conflicts: readonly { readonly index: number; readonly standing: string }[];
}

/**
 * Writes customers that are not known yet.
 * @param write false only looks
 */
export async function importCustomers(
  client: Queryable,
  rows: readonly ImportedCustomer[],
  write: boolean,
): Promise<BatchResult> {
  const values = [rows.map(({ userId }) => userId), rows.map(({ customerId }) => customerId)];
  const { rows: standing } = await client.query<{
    place: bigint;
    user_id: string;
    customer_id: string;
  }>(
    `select g.place, c.user_id, c.customer_id
       from unnest($1::text[], $2::text[]) with ordinality as g(user_id, customer_id, place)
       join customers c on c.user_id = g.user_id or c.customer_id = g.customer_id`,
    values,
  );
  const known = new Set(standing.map(({ place }) => Number(place) - 1));
  const conflicts = standing
    .map((row) => ({ row, index: Number(row.place) - 1 }))
    .filter(({ row, index }) => {
      const given = rows[index];
      return given?.userId !== row.user_id || given.customerId !== row.customer_id;
    })
    .map(({ row, index }) => ({
      index,
      standing: `user ${row.user_id} is customer ${row.customer_id}`,
    }));
  if (write) {
    await client.query(
      `insert into customers (user_id, customer_id)
       select user_id, customer_id
         from unnest($1::text[], $2::text[], $3::boolean[]) as g(user_id, customer_id, is_known)
        where not is_known
       on conflict do nothing`,
      [...values, rows.map((_row, index) => known.has(index))],
    );
  }
  return { fresh: rows.length - known.size, conflicts: firstOfEach(conflicts) };
}

/** Whether any history was imported: without one, opening balances need not be compared with it. */
export async function hasImportedHistory(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    `select exists (select from transfers where reason = 'imported') as found`,
  );
  return rows[0]?.found ?? false;
}

/** Writes history that is not there yet, as transfers of their own time. */
export function importHistory(
  client: Queryable,
  rows: readonly ImportedChange[],
  write: boolean,
): Promise<BatchResult> {
  const transfers = rows.map((row) => ({
    ...row,
    key: `import:history:${row.id}`,
    reason: 'imported' as const,
  }));
  return importTransfers(client, transfers, write);
}

/**
 * Writes opening balances: of each, the transfer that makes what was imported of the user add up to
 * it. One that is zero, or that the history explains, needs none.
 */
export async function importBalances(
  client: Queryable,
  rows: readonly ImportedBalance[],
  options: { readonly write: boolean; readonly afterHistory: boolean },
): Promise<BatchResult> {
  const history = options.afterHistory ? await readHistorySums(client, rows) : [];
  const transfers = rows.map((row, index) => ({
    key: `import:opening:${row.unit}:${row.userId}`,
    reason: 'opening_balance' as const,
    userId: row.userId,
    unit: row.unit,
    amountMinor: row.amountMinor - (history[index] ?? 0n),
    description: 'Opening balance',
    occurredAt: undefined,
  }));
  return importTransfers(client, transfers, options.write);
}

async function readHistorySums(
  client: Queryable,
  rows: readonly ImportedBalance[],
): Promise<bigint[]> {
  const { rows: sums } = await client.query<{ minor: bigint }>(
    `select coalesce((select sum(amount_minor) from transfers t
              where t.credit_account = g.account and t.unit = g.unit and t.reason = 'imported'), 0)
            ::bigint
          - coalesce((select sum(amount_minor) from transfers t
              where t.debit_account = g.account and ${isOfUser} and t.unit = g.unit and t.reason = 'imported'), 0)
            ::bigint as minor
       from unnest($1::text[], $2::text[]) with ordinality as g(account, unit, place)
      order by g.place`,
    [rows.map(({ userId }) => userAccount(userId)), rows.map(({ unit }) => unit)],
  );
  return sums.map(({ minor }) => minor);
}

interface ImportedTransfer {
  readonly key: string;
  readonly reason: 'imported' | 'opening_balance';
  readonly userId: string;
  readonly unit: string;
  readonly amountMinor: bigint;
  readonly description: string;
  /** Undefined: now. */
  readonly occurredAt: Date | undefined;
}

/**
 * Posts those whose keys are not there yet, and the balances with them, in one statement: what it
 * does not post, it does not count either, however often it is run.
 */
async function importTransfers(
  client: Queryable,
  rows: readonly ImportedTransfer[],
  write: boolean,
): Promise<BatchResult> {
  const { rows: standing } = await client.query<{
    key: string;
    account: string;
    amount_minor: bigint;
    unit: string;
  }>(
    `select idempotency_key as key, unit,
            case when debit_account = 'opening_balances' then credit_account else debit_account end
              as account,
            case when debit_account = 'opening_balances' then amount_minor else -amount_minor end
              as amount_minor
       from transfers where idempotency_key = any($1::text[])`,
    [rows.map(({ key }) => key)],
  );
  const byKey = new Map(standing.map((row) => [row.key, row]));
  const conflicts = rows.flatMap((row, index) => {
    const known = byKey.get(row.key);
    const isSame =
      known === undefined ||
      (known.account === userAccount(row.userId) &&
        known.unit === row.unit &&
        known.amount_minor === row.amountMinor);
    if (isSame) return [];
    const seen = `${known.amount_minor} ${known.unit} of ${known.account} were imported`;
    return [{ index, standing: seen }];
  });
  const fresh = rows.filter(({ key, amountMinor }) => !byKey.has(key) && amountMinor !== 0n);
  if (write && fresh.length > 0) await postImported(client, fresh);
  return { fresh: fresh.length, conflicts };
}

async function postImported(client: Queryable, rows: readonly ImportedTransfer[]): Promise<void> {
  const gives = (row: ImportedTransfer) => row.amountMinor > 0n;
  await client.query(
    `with posted as (
       insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor,
         reason, description, created_at)
       select key, case when gives then 'opening_balances' else account end,
              case when gives then account else 'opening_balances' end,
              unit, amount_minor, reason, description, coalesce(occurred_at, now())
         from unnest($1::text[], $2::text[], $3::boolean[], $4::text[], $5::bigint[], $6::text[],
                     $7::text[], $8::timestamptz[])
           as g(key, account, gives, unit, amount_minor, reason, description, occurred_at)
       on conflict (idempotency_key) do nothing
       returning debit_account, credit_account, unit, amount_minor
     )
     insert into balances as b (account, unit, amount_minor)
     select account, unit, sum(change)::bigint
       from (select credit_account as account, unit, amount_minor as change from posted
             union all
             select debit_account, unit, -amount_minor from posted) as changes
      where account like 'user:%'
      group by account, unit
      order by account, unit
     on conflict (account, unit)
       do update set amount_minor = b.amount_minor + excluded.amount_minor`,
    [
      rows.map(({ key }) => key),
      rows.map(({ userId }) => userAccount(userId)),
      rows.map(gives),
      rows.map(({ unit }) => unit),
      rows.map((row) => String(gives(row) ? row.amountMinor : -row.amountMinor)),
      rows.map(({ reason }) => reason),
      rows.map(({ description }) => description),
      rows.map(({ occurredAt }) => occurredAt?.toISOString() ?? null),
    ],
  );
}

function firstOfEach<Conflict extends { readonly index: number }>(
  conflicts: readonly Conflict[],
): Conflict[] {
  return [...new Map(conflicts.map((each) => [each.index, each])).values()];
}
