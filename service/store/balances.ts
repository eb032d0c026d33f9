import { userAccount } from '../ledger/transfers';
import type { Queryable } from './queryable';
import { storedFunction } from './stored-function';

interface Balance {
  readonly unit: string;
  readonly amountMinor: bigint;
}

/** What a user has, a row per unit, in the order of the units. */
export async function readBalances(client: Queryable, userId: string): Promise<Balance[]> {
  const { rows } = await client.query<{ unit: string; amount_minor: bigint }>(
    'select unit, amount_minor from balances where account = $1 order by unit',
    [userAccount(userId)],
  );
  return rows.map((row) => ({ unit: row.unit, amountMinor: row.amount_minor }));
}

export const lockBalancesFunction = storedFunction('lock_balances', {
  parameters: 'p_accounts text[], p_units text[]',
  returns: 'table (account text, unit text, amount_minor bigint)',
  body: `
    return query
    select account, unit, amount_minor from balances
     where (account, unit) in (select * from unnest(p_accounts, p_units))
     order by account, unit for update;`,
});

/**
 * What users have of units, in minor units, locked until the caller's transaction ends: nobody else
 * can spend it in between. Nothing is returned, and nothing locked, for a unit that a user never had.
 * @throws Problem `row_locked` when others hold it for too long
 */
export async function lockBalances(
  client: Queryable,
  wanted: readonly { readonly userId: string; readonly unit: string }[],
): Promise<(userId: string, unit: string) => bigint> {
  if (wanted.length === 0) return () => 0n;
  const { rows } = await client.query<{ account: string; unit: string; amount_minor: bigint }>(
    `select * from ${lockBalancesFunction.name}($1, $2)`,
    [wanted.map(({ userId }) => userAccount(userId)), wanted.map(({ unit }) => unit)],
  );
  return (userId, unit) =>
    rows.find((row) => row.account === userAccount(userId) && row.unit === unit)?.amount_minor ??
    0n;
}
