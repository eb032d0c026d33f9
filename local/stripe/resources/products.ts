import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { createProduct, newProductShape, productKind } from '../models/catalogue/products';
import { changedMetadata, metadata } from '../parameters/metadata';
import { boolean, givenMembers, list, text, unsettable, webUrl } from '../parameters/params';

const updateShape = {
  name: text(),
  active: boolean(),
  description: unsettable(text({ maxLength: 40_000 })),
  images: unsettable(list(webUrl(), { max: 8 })),
  metadata: metadata(),
  statement_descriptor: text({ maxLength: 22 }),
  tax_code: unsettable(text()),
  unit_label: unsettable(text()),
  shippable: boolean(),
  url: unsettable(webUrl()),
};

export const products: Resource = {
  kind: productKind,
  routes: [
    route('POST', '/v1/products', newProductShape, (call) => createProduct(call, call.params)),

    route('GET', '/v1/products/:id', {}, (call) =>
      call.account.tables.of(productKind).get(call.pathIds('id')),
    ),

    route('POST', '/v1/products/:id', updateShape, (call) => {
      const table = call.account.tables.of(productKind);
      const before = table.get(call.pathIds('id'));
      const { metadata: metadataChange, images, ...change } = call.params;
      const after = table.put({
        ...before,
        ...givenMembers(change),
        ...(images !== undefined && { images: images ?? [] }),
        metadata: changedMetadata(before.metadata, metadataChange),
        updated: call.account.now(),
      });
      recordEvent(call, 'product.updated', after, before);
      return after;
    }),

    listRoute(
      '/v1/products',
      productKind,
      { active: boolean(), ids: list(text()) },
      ({ active, ids }) =>
        (product) =>
          (active === undefined || product.active === active) &&
          (ids === undefined || ids.includes(product.id)),
    ),
  ],
};
