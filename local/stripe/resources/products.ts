import { recordEvent } from '../events/events';
import { listRoute } from '../http/listing';
import { type Resource, route } from '../http/routing';
import { invalidParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import type { Parsed } from '../parameters/params';
import {
  boolean,
  givenMembers,
  list,
  required,
  text,
  unsettable,
  webUrl,
} from '../parameters/params';
import type { Scope } from '../state/account';
import { newId } from '../state/ids';
import type { Product } from '../state/stored';
import type { Kind } from '../state/tables';

export const productKind: Kind<Product> = { name: 'product' };

/** What a product may be created from, also inside `price_data` and `product_data`. */
export const productDataShape = {
  name: required(text()),
  active: boolean(),
  description: text({ maxLength: 40_000 }),
  images: list(webUrl(), { max: 8 }),
  metadata: metadata(),
  statement_descriptor: text({ maxLength: 22 }),
  tax_code: text(),
  unit_label: text(),
};

const createShape = { ...productDataShape, id: text(), shippable: boolean(), url: webUrl() };

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

export function createProduct(scope: Scope, params: Parsed<typeof createShape>): Product {
  const products = scope.account.tables.of(productKind);
  const id = params.id ?? newId('prod', '', 14);
  if (products.find(id)) {
    throw invalidParameter('Product already exists.', 'id', 'resource_already_exists');
  }
  const created = scope.account.now();
  const product = products.put({
    id,
    object: 'product',
    active: params.active ?? true,
    created,
    default_price: null,
    description: params.description ?? null,
    images: params.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: changedMetadata({}, params.metadata),
    name: params.name,
    package_dimensions: null,
    shippable: params.shippable ?? null,
    statement_descriptor: params.statement_descriptor ?? null,
    tax_code: params.tax_code ?? null,
    tax_details: null,
    type: 'service',
    unit_label: params.unit_label ?? null,
    updated: created,
    url: params.url ?? null,
  });
  recordEvent(scope, 'product.created', product);
  return product;
}

export const products: Resource = {
  kind: productKind,
  routes: [
    route('POST', '/v1/products', createShape, (call) => createProduct(call, call.params)),

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
