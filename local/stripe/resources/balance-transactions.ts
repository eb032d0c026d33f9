import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { balanceTransactionKind } from '../models/payments/balance-transactions';
import { text } from '../parameters/params';

/** https://docs.stripe.com/api/balance_transactions: those of refunds and disputes. */
export const balanceTransactions: Resource = {
  kind: balanceTransactionKind,
  routes: [
    route('GET', '/v1/balance_transactions/:id', {}, ({ account, pathIds }) =>
      account.tables.of(balanceTransactionKind).get(pathIds('id')),
    ),

    listRoute(
      '/v1/balance_transactions',
      balanceTransactionKind,
      { currency: text(), source: text(), type: text() },
      (filter) => (transaction) =>
        (filter.currency === undefined || transaction.currency === filter.currency) &&
        (filter.source === undefined || transaction.source === filter.source) &&
        (filter.type === undefined || transaction.type === filter.type),
    ),
  ],
};
