import type { Scope } from '../../state/account';
import type { Subscription, SubscriptionItem } from '../../state/stored';
import { createInvoiceItem } from './invoice-items';
import { productName } from './invoice-lines';
import { shareLeft } from './periods';
import { currentPeriod } from './subscription-items';

/**
 * Credits what is left of the items that go and charges what is left of those that come, by the
 * second: https://docs.stripe.com/billing/subscriptions/prorations. The next invoice takes it up.
 */
export function prorate(
  scope: Scope,
  before: Subscription,
  gone: readonly SubscriptionItem[],
  come: readonly SubscriptionItem[],
): void {
  const now = scope.account.now();
  const period = currentPeriod(before);
  const share = shareLeft(period, now);
  const changes = [
    ...gone.map((item) => ({ item, sign: -1, what: 'Unused time on' })),
    ...come.map((item) => ({ item, sign: 1, what: 'Remaining time on' })),
  ];
  for (const { item, sign, what } of changes) {
    const quantity = item.quantity ?? 1;
    createInvoiceItem(scope, {
      amount: sign * Math.round((item.price.unit_amount ?? 0) * quantity * share),
      currency: before.currency,
      customer: String(before.customer),
      description: `${what} ${productName(scope, item.price)}`,
      parent: {
        subscription_details: { subscription: before.id, subscription_item: item.id },
        type: 'subscription_details',
      },
      period: { start: now, end: period.end },
      price: item.price,
      proration: true,
      quantity,
    });
  }
}
