import type Stripe from 'stripe';

/** Far more than a subscription can have; the reading of one is to end. */
const itemsMax = 1_000;

/** Whether Stripe shows all items of a subscription within it: it shows the first ten. */
export function showsAllItems({ items }: Stripe.Subscription): boolean {
  return !items.has_more;
}

/**
 * A subscription with all of its items. https://docs.stripe.com/api/subscription_items/list
 * @throws Stripe's errors
 */
export async function withAllItems(
  stripe: Stripe,
  subscription: Stripe.Subscription,
  options?: Stripe.RequestOptions,
): Promise<Stripe.Subscription> {
  if (showsAllItems(subscription)) return subscription;
  const data = await stripe.subscriptionItems
    .list({ subscription: subscription.id, limit: 100 }, options)
    .autoPagingToArray({ limit: itemsMax });
  return { ...subscription, items: { ...subscription.items, data, has_more: false } };
}
