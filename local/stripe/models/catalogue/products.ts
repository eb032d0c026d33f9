import { recordEvent } from '../../events/events';
import { invalidParameter } from '../../parameters/errors';
import { changedMetadata, metadata } from '../../parameters/metadata';
import { boolean, list, type Parsed, required, text, webUrl } from '../../parameters/params';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { Product } from '../../state/stored';
import type { Kind } from '../../state/tables';

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

export const newProductShape = {
  ...productDataShape,
  id: text(),
  shippable: boolean(),
  url: webUrl(),
};

export function createProduct(scope: Scope, params: Parsed<typeof newProductShape>): Product {
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
