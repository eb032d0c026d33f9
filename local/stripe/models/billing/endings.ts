import { invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import type { Subscription } from '../../state/stored';
import { closeInvoice } from './collection';
import { invoiceKind } from './invoices';
import { changeSubscription } from './subscriptions';

/** What 23 hours do to a subscription whose first invoice nobody paid. */
export function expireIncomplete(scope: Scope, subscription: Subscription): Subscription {
  if (subscription.status !== 'incomplete') {
    throw invalidRequest(
      `Only an incomplete subscription expires: the status of ${subscription.id} is ${subscription.status}.`,
    );
  }
  const expired = changeSubscription(scope, subscription, {
    ended_at: scope.account.now(),
    status: 'incomplete_expired',
  });
  const invoice = scope.account.tables.of(invoiceKind).find(String(subscription.latest_invoice));
  if (invoice?.status === 'open') closeInvoice(scope, invoice, 'void');
  return expired;
}
