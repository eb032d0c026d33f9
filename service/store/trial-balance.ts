import type { Database } from './database';
import type { Queryable } from './queryable';
import { isOfUser } from './transfers';

/** What the accounts of one unit add up to, in minor units. */
interface UnitTotals {
  readonly unit: string;
  /** The system's accounts, summed over their transfers. */
  readonly systemAccounts: ReadonlyMap<string, bigint>;
  /** All users together, summed over their transfers. */
  readonly usersByTransfers: bigint;
  /** All users together, by their materialised balances. */
  readonly usersByBalances: bigint;
}

/** An account whose materialised balance is not the sum of its transfers. */
interface AccountDifference {
  readonly account: string;
  readonly unit: string;
  /** Null when the account has transfers and no balance. */
  readonly balanceMinor: bigint | null;
  readonly transfersMinor: bigint;
}

export interface TrialBalance {
  readonly units: readonly UnitTotals[];
  /** The first 100. */
  readonly differences: readonly AccountDifference[];
  readonly differencesCount: number;
  readonly transfersCount: number;
  readonly accountsCount: number;
}

/** Each statement reads so much, which takes a fraction of the 5 s that a statement may take. */
const transfersPerStatement = 200_000;
const accountsPerStatement = 500;
const differencesMax = 100;

/**
 * Adds the whole ledger up, as it stands at one moment: all statements see the same snapshot, which
 * blocks nobody and is blocked by nobody. The transfers are read in slices of their ids and the
 * balances in pages of their accounts, so that no statement takes long and memory holds no more
 * than a page, whatever the size of the ledger.
 * @param signal aborted when nobody waits for the answer any more
 */
export async function readTrialBalance(
  database: Database,
  signal: AbortSignal,
): Promise<TrialBalance> {
  return database.transaction(
    async (client) => {
      const sums = new TrialSums();
      await sumTransfers(client, sums, signal);
      await compareBalances(client, sums, signal);
      return sums.result();
    },
    // Not read only as well, as which a server that was demoted is known.
    { isolation: 'repeatable read' },
  );
}

/** What has been added up so far. */
class TrialSums {
  transfersCount = 0;
  accountsCount = 0;
  private differencesCount = 0;
  private readonly differences: AccountDifference[] = [];
  private readonly units = new Map<
    string,
    { systemAccounts: Map<string, bigint>; usersByTransfers: bigint; usersByBalances: bigint }
  >();

  of(unit: string) {
    const known = this.units.get(unit);
    if (known !== undefined) return known;
    const fresh = {
      systemAccounts: new Map<string, bigint>(),
      usersByTransfers: 0n,
      usersByBalances: 0n,
    };
    this.units.set(unit, fresh);
    return fresh;
  }

  differ(difference: AccountDifference): void {
    this.differencesCount += 1;
    if (this.differences.length < differencesMax) this.differences.push(difference);
  }

  /** An account without a balance may have transfers in several slices. */
  differWithoutBalance(account: string, unit: string, sliceMinor: bigint): void {
    const index = this.differences.findIndex(
      (each) => each.balanceMinor === null && each.account === account && each.unit === unit,
    );
    const known = this.differences[index];
    const transfersMinor = (known?.transfersMinor ?? 0n) + sliceMinor;
    const difference = { account, unit, balanceMinor: null, transfersMinor };
    if (known === undefined) this.differ(difference);
    else this.differences[index] = difference;
  }

  result(): TrialBalance {
    const { differences, differencesCount, transfersCount, accountsCount } = this;
    const units = [...this.units]
      .map(([unit, totals]) => ({ unit, ...totals }))
      .sort((a, b) => (a.unit < b.unit ? -1 : 1));
    return { units, differences, differencesCount, transfersCount, accountsCount };
  }
}

async function sumTransfers(
  client: Queryable,
  sums: TrialSums,
  signal: AbortSignal,
): Promise<void> {
  const { rows } = await client.query<{ last: bigint | null }>(
    'select max(transfer_id) as last from transfers',
  );
  const last = rows[0]?.last ?? 0n;
  for (let after = 0n; after < last; after += BigInt(transfersPerStatement)) {
    signal.throwIfAborted();
    const slice = await client.query<{
      account: string | null;
      unit: string;
      total: string;
      entries: bigint;
    }>(
      `select case when account like 'user:%' then null else account end as account, unit,
              sum(change)::text as total, count(*) as entries
         from (select credit_account as account, unit, amount_minor as change from transfers
                where transfer_id > $1 and transfer_id <= $2
               union all
               select debit_account, unit, -amount_minor from transfers
                where transfer_id > $1 and transfer_id <= $2) as changes
        group by 1, 2`,
      [after, after + BigInt(transfersPerStatement)],
    );
    for (const { account, unit, total, entries } of slice.rows) {
      const totals = sums.of(unit);
      sums.transfersCount += Number(entries) / 2;
      if (account === null) totals.usersByTransfers += BigInt(total);
      else {
        const before = totals.systemAccounts.get(account) ?? 0n;
        totals.systemAccounts.set(account, before + BigInt(total));
      }
    }
    await findAccountsWithoutBalance(client, sums, after);
  }
}

/** Users of this slice's transfers that have no balance of the unit. */
async function findAccountsWithoutBalance(
  client: Queryable,
  sums: TrialSums,
  after: bigint,
): Promise<void> {
  const { rows } = await client.query<{ account: string; unit: string; total: string }>(
    `select account, unit, sum(change)::text as total
       from (select credit_account as account, unit, amount_minor as change from transfers
              where transfer_id > $1 and transfer_id <= $2
             union all
             select debit_account, unit, -amount_minor from transfers
              where transfer_id > $1 and transfer_id <= $2) as changes
      where account like 'user:%'
        and not exists (select from balances b
                         where b.account = changes.account and b.unit = changes.unit)
      group by account, unit order by account, unit`,
    [after, after + BigInt(transfersPerStatement)],
  );
  for (const { account, unit, total } of rows) {
    sums.differWithoutBalance(account, unit, BigInt(total));
  }
}

async function compareBalances(
  client: Queryable,
  sums: TrialSums,
  signal: AbortSignal,
): Promise<void> {
  for (let after: { account: string; unit: string } | undefined; ; ) {
    signal.throwIfAborted();
    const { rows } = await client.query<{ account: string; unit: string; amount_minor: bigint }>(
      `select account, unit, amount_minor from balances where (account, unit) > ($1, $2)
        order by account, unit limit ${accountsPerStatement}`,
      [after?.account ?? '', after?.unit ?? ''],
    );
    const totals = await sumAccounts(client, [...new Set(rows.map(({ account }) => account))]);
    for (const { account, unit, amount_minor: balanceMinor } of rows) {
      const transfersMinor = totals.get(`${unit} ${account}`) ?? 0n;
      sums.accountsCount += 1;
      sums.of(unit).usersByBalances += balanceMinor;
      if (balanceMinor !== transfersMinor) {
        sums.differ({ account, unit, balanceMinor, transfersMinor });
      }
    }
    after = rows.at(-1);
    if (rows.length < accountsPerStatement) return;
  }
}

/**
 * What these accounts' transfers add up to, by unit and account. The accounts are given as values: a
 * join with their balances is planned as a scan of the whole ledger for each, because most transfers
 * share the few accounts of the system (1,000,000 transfers: over 5 s a page, against some 20 ms).
 */
async function sumAccounts(
  client: Queryable,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await client.query<{ account: string; unit: string; total: string }>(
    `select account, unit, sum(change)::text as total
       from (select credit_account as account, unit, amount_minor as change from transfers
              where credit_account = any($1::text[])
             union all
             select debit_account, unit, -amount_minor from transfers
              where debit_account = any($1::text[]) and ${isOfUser}) as changes
      group by account, unit`,
    [accounts],
  );
  return new Map(rows.map(({ account, unit, total }) => [`${unit} ${account}`, BigInt(total)]));
}
