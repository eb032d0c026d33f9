import { userAccount } from '../ledger/transfers';
import type { Queryable } from './queryable';

export interface Balance {
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

/**
 * What a user has of a unit, in minor units, locked until the caller's transaction ends: nobody
 * else can spend it in between. Zero, with nothing to lock, for a unit that the user never had.
 * @throws Problem `row_locked` when others hold it for too long
 */
export async function lockBalance(
  client: Queryable,
  userId: string,
  unit: string,
): Promise<bigint> {
  const { rows } = await client.query<{ amount_minor: bigint }>(
    'select amount_minor from balances where account = $1 and unit = $2 for update',
    [userAccount(userId), unit],
  );
  return rows[0]?.amount_minor ?? 0n;
}
