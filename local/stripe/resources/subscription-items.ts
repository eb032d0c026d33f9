import { subscriptionItemsPath } from '../billing/subscription-items';
import { subscriptionKind } from '../billing/subscriptions';
import { pageOf, pageShape } from '../listing';
import { required, text } from '../params';
import { type Resource, route } from '../routing';

/** https://docs.stripe.com/api/subscription_items: a subscription itself shows the first ten. */
export const subscriptionItems: Resource = {
  routes: [
    route(
      'GET',
      subscriptionItemsPath,
      { ...pageShape, subscription: required(text()) },
      ({ account, params: { subscription, ...page }, path: url }) => {
        const table = account.tables.of(subscriptionKind);
        const { items } = table.referencedBy('subscription', subscription);
        return pageOf(items.data, page, { url, noun: 'subscription_item' });
      },
    ),
  ],
};
