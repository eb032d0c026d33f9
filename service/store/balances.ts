import { userAccount } from '../ledger/transfers';
import type { Queryable } from './database';

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
