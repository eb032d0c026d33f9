import { pageOf, pageShape } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { customerBalanceTransactionKind } from '../models/customers/customer-balance';

/** https://docs.stripe.com/api/customer_balance_transactions */
export const customerBalanceTransactions: Resource = {
  kind: customerBalanceTransactionKind,
  routes: [
    route('GET', '/v1/customers/:id/balance_transactions', pageShape, (call) => {
      const customerId = call.pathIds('id');
      const rows = call.account.tables
        .of(customerBalanceTransactionKind)
        .newestFirst()
        .filter(({ customer }) => customer === customerId);
      return pageOf(rows, call.params, { url: call.path, noun: 'customer_balance_transaction' });
    }),
  ],
};
