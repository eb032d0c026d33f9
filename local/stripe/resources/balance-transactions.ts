import { balanceTransactionKind } from '../balance';
import { listRoute } from '../listing';
import { text } from '../params';
import { type Resource, route } from '../routing';

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
