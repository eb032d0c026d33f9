import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { BalanceTransaction } from '../../state/stored';
import type { Kind } from '../../state/tables';

export const balanceTransactionKind: Kind<BalanceTransaction> = {
  name: 'balance_transaction',
  noun: 'balance transaction',
};

/** A movement of the seller's money at Stripe; what is taken from the seller is negative. */
type NewBalanceTransaction = Pick<
  BalanceTransaction,
  'amount' | 'currency' | 'description' | 'reporting_category' | 'source' | 'type'
> & {
  /** In minor units of the same currency. @default 0 */
  readonly fee?: number;
  readonly feeDescription?: string;
};

export function recordBalanceTransaction(
  { account }: Scope,
  { fee = 0, feeDescription, ...movement }: NewBalanceTransaction,
): BalanceTransaction {
  return account.tables.of(balanceTransactionKind).put({
    id: newId('txn', '1', 24),
    object: 'balance_transaction',
    ...movement,
    available_on: account.now(),
    balance_type: 'payments',
    created: account.now(),
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: movement.currency,
              description: feeDescription ?? null,
              type: 'stripe_fee',
            },
          ],
    net: movement.amount - fee,
    status: 'available',
  });
}
