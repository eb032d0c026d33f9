import { recordEvent } from '../../events/events';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { CustomerBalanceTransaction } from '../../state/stored';
import type { Kind } from '../../state/tables';
import { customerKind } from './customers';

export const customerBalanceTransactionKind: Kind<CustomerBalanceTransaction> = {
  name: 'customer_balance_transaction',
  references: { credit_note: 'credit_note', customer: 'customer', invoice: 'invoice' },
};

interface BalanceMovement {
  /** In minor units; below zero is in the customer's favour. */
  readonly amount: number;
  readonly currency: string;
  readonly type: CustomerBalanceTransaction['type'];
  readonly invoice: string;
  readonly creditNote?: string;
}

/** Changes what the customer owes, or has, with the next invoice. */
export function moveCustomerBalance(
  scope: Scope,
  customerId: string,
  { amount, currency, type, invoice, creditNote }: BalanceMovement,
): CustomerBalanceTransaction {
  const { tables, now } = scope.account;
  const before = tables.of(customerKind).get(customerId);
  const balance = before.balance + amount;
  const after = tables.of(customerKind).update(customerId, { balance, currency });
  recordEvent(scope, 'customer.updated', after, before);
  return tables.of(customerBalanceTransactionKind).put({
    id: newId('cbtxn', '1', 24),
    object: 'customer_balance_transaction',
    amount,
    checkout_session: null,
    created: now(),
    credit_note: creditNote ?? null,
    currency,
    customer: customerId,
    customer_account: null,
    description: null,
    ending_balance: balance,
    invoice,
    livemode: false,
    metadata: {},
    type,
  });
}
