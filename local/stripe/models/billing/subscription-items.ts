import { subscriptionItemsPath } from '../../http/rendering';
import { invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { Plan, Price, Subscription, SubscriptionItem } from '../../state/stored';
import type { Period, Recurrence } from './periods';

/** What a subscription is to charge for in each period. */
export interface ItemOrder {
  readonly price: Price;
  readonly quantity: number;
  readonly metadata?: Record<string, string> | undefined;
}

/** @throws a StripeApiError where the price is one that is paid once */
export function recurrenceOf(price: Price): Recurrence {
  if (price.recurring) return price.recurring;
  throw invalidRequest(
    `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`. (${price.id})`,
  );
}

export function createItem(
  { account }: Scope,
  subscriptionId: string,
  { price, quantity, metadata = {} }: ItemOrder,
  period: Period,
): SubscriptionItem {
  return {
    id: newId('si', '', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: account.now(),
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata,
    plan: planOf(price),
    price,
    quantity,
    subscription: subscriptionId,
    tax_rates: [],
  };
}

/** The older name of a recurring price, which Stripe still answers beside it. */
export function planOf(price: Price): Plan {
  const recurrence = recurrenceOf(price);
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: recurrence.interval,
    interval_count: recurrence.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: price.recurring?.usage_type ?? 'licensed',
  };
}

export function itemList(
  subscriptionId: string,
  data: readonly SubscriptionItem[],
): Subscription['items'] {
  return {
    object: 'list',
    data: [...data],
    has_more: false,
    url: `${subscriptionItemsPath}?subscription=${subscriptionId}`,
  };
}

/** The same items in another period. */
export function itemsIn(subscription: Subscription, period: Period): Subscription['items'] {
  const moved = subscription.items.data.map((item) => ({
    ...item,
    current_period_end: period.end,
    current_period_start: period.start,
  }));
  return itemList(subscription.id, moved);
}

/** The period that is under way: all items of a subscription of ours have the same. */
export function currentPeriod({ items }: Subscription): Period {
  const [first] = items.data;
  if (!first) throw invalidRequest('A subscription needs at least one item.');
  return { start: first.current_period_start, end: first.current_period_end };
}
