import { pageOf, pageShape } from '../http/listing';
import { subscriptionItemsPath } from '../http/rendering';
import { type Resource, route } from '../http/routing';
import { subscriptionKind } from '../models/billing/subscriptions';
import { required, text } from '../parameters/params';

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
