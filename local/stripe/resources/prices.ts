import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import {
  createPrice,
  lookupKeyHolder,
  newPriceShape,
  priceKind,
  releaseLookupKey,
} from '../models/catalogue/prices';
import { changedMetadata, metadata } from '../parameters/metadata';
import {
  boolean,
  currency,
  givenMembers,
  list,
  nested,
  oneOf,
  text,
  unsettable,
} from '../parameters/params';
import type { Price } from '../state/stored';

const updateShape = {
  active: boolean(),
  lookup_key: unsettable(text({ maxLength: 200 })),
  metadata: metadata(),
  nickname: unsettable(text()),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  transfer_lookup_key: boolean(),
};

function recursAs(
  { recurring }: Price,
  wanted: { readonly interval?: string | undefined; readonly usage_type?: string | undefined },
): boolean {
  return (
    recurring !== null &&
    (wanted.interval === undefined || recurring.interval === wanted.interval) &&
    (wanted.usage_type === undefined || recurring.usage_type === wanted.usage_type)
  );
}

export const prices: Resource = {
  kind: priceKind,
  routes: [
    route('POST', '/v1/prices', newPriceShape, (call) => createPrice(call, call.params)),

    route('GET', '/v1/prices/:id', {}, (call) =>
      call.account.tables.of(priceKind).get(call.pathIds('id')),
    ),

    route('POST', '/v1/prices/:id', updateShape, (call) => {
      const table = call.account.tables.of(priceKind);
      const before = table.get(call.pathIds('id'));
      const { metadata: metadataChange, transfer_lookup_key, ...change } = call.params;
      const formerHolder = lookupKeyHolder(call, change.lookup_key, transfer_lookup_key, before.id);
      if (formerHolder) releaseLookupKey(call, formerHolder);
      const after = table.put({
        ...before,
        ...givenMembers(change),
        metadata: changedMetadata(before.metadata, metadataChange),
      });
      recordEvent(call, 'price.updated', after, before);
      return after;
    }),

    listRoute(
      '/v1/prices',
      priceKind,
      {
        active: boolean(),
        currency: currency(),
        lookup_keys: list(text(), { max: 10 }),
        product: text(),
        recurring: nested({
          interval: oneOf('day', 'month', 'week', 'year'),
          usage_type: oneOf('licensed', 'metered'),
        }),
        type: oneOf('one_time', 'recurring'),
      },
      (filter) => (price) =>
        (filter.active === undefined || price.active === filter.active) &&
        (filter.currency === undefined || price.currency === filter.currency) &&
        (filter.product === undefined || price.product === filter.product) &&
        (filter.type === undefined || price.type === filter.type) &&
        (filter.recurring === undefined || recursAs(price, filter.recurring)) &&
        (filter.lookup_keys === undefined ||
          (price.lookup_key !== null && filter.lookup_keys.includes(price.lookup_key))),
    ),
  ],
};
