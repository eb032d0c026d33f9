import { invalidParameter, invalidRequest } from '../../parameters/errors';
import { changedMetadata, metadata } from '../../parameters/metadata';
import { boolean, integer, nested, type Parsed, text } from '../../parameters/params';
import type { Scope } from '../../state/account';
import type { Price, Subscription, SubscriptionItem } from '../../state/stored';
import { createPrice, priceDataShape, priceKind } from '../catalogue/prices';
import { createItem, currentPeriod, planOf, recurrenceOf } from './subscription-items';

/** What a request may say of an item; without `id` it is a new one. */
export const itemShape = {
  id: text(),
  deleted: boolean(),
  metadata: metadata(),
  price: text(),
  price_data: nested(priceDataShape),
  quantity: integer({ min: 0 }),
};

type ItemParams = Parsed<typeof itemShape>;

/** The recurring, active price that an item names or describes. */
export function itemPrice(scope: Scope, params: ItemParams, name: string): Price | undefined {
  if (params.price_data) return createPrice(scope, params.price_data, `${name}[price_data]`);
  if (params.price === undefined) return undefined;
  const price = scope.account.tables.of(priceKind).referencedBy(`${name}[price]`, params.price);
  recurrenceOf(price);
  if (price.active) return price;
  throw invalidParameter(
    'The price specified is inactive. This field only accepts active prices.',
    `${name}[price]`,
  );
}

export interface ItemChanges {
  readonly items: readonly SubscriptionItem[];
  readonly gone: readonly SubscriptionItem[];
  readonly come: readonly SubscriptionItem[];
  /** The new prices recur otherwise, so a new cycle begins. */
  readonly isOtherCycle: boolean;
}

/** The items after a change, and what is no longer or only now paid for. */
export function changedItems(
  scope: Scope,
  subscription: Subscription,
  changes: readonly ItemParams[],
): ItemChanges {
  const items = new Map(subscription.items.data.map((item) => [item.id, item]));
  changes.forEach((change, index) => {
    const name = `items[${index}]`;
    const item = changedItem(scope, subscription, items, change, name);
    if (change.deleted) items.delete(item.id);
    else items.set(item.id, item);
  });
  const after = [...items.values()];
  assertOneCycle(after);
  const before = subscription.items.data;
  return {
    items: after,
    gone: before.filter((item) => !after.some((other) => isSameCharge(item, other))),
    come: after.filter((item) => !before.some((other) => isSameCharge(item, other))),
    isOtherCycle: cycleOf(before) !== cycleOf(after),
  };
}

function changedItem(
  scope: Scope,
  subscription: Subscription,
  items: ReadonlyMap<string, SubscriptionItem>,
  change: ItemParams,
  name: string,
): SubscriptionItem {
  const price = itemPrice(scope, change, name);
  if (change.id === undefined) {
    if (!price) throw invalidParameter('An item needs a price, or the id of one to change.', name);
    return createItem(
      scope,
      subscription.id,
      { price, quantity: change.quantity ?? 1, metadata: changedMetadata({}, change.metadata) },
      currentPeriod(subscription),
    );
  }
  const before = items.get(change.id);
  if (!before) {
    throw invalidParameter(
      `No such subscription item: '${change.id}'`,
      `${name}[id]`,
      'resource_missing',
    );
  }
  return {
    ...before,
    ...(price && { plan: planOf(price), price }),
    ...(change.quantity !== undefined && { quantity: change.quantity }),
    metadata: changedMetadata(before.metadata, change.metadata),
  };
}

function isSameCharge(a: SubscriptionItem, b: SubscriptionItem): boolean {
  return a.id === b.id && a.price.id === b.price.id && a.quantity === b.quantity;
}

function cycleOf(items: readonly SubscriptionItem[]): string {
  const { plan } = items[0] ?? {};
  return plan ? `${plan.interval_count} ${plan.interval}` : '';
}

export function assertOneCycle(items: readonly Pick<SubscriptionItem, 'plan' | 'price'>[]): void {
  if (items.length === 0)
    throw invalidRequest('A subscription must have at least one active plan.');
  if (new Set(items.map(({ price }) => price.currency)).size > 1) {
    throw invalidRequest('All prices on a subscription must have the same `currency`.');
  }
  const cycles = new Set(items.map(({ plan }) => `${plan.interval_count} ${plan.interval}`));
  if (cycles.size > 1) {
    throw invalidRequest(
      'All prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
    );
  }
}
