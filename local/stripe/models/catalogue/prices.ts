import { recordEvent } from '../../events/events';
import { invalidParameter, invalidRequest, missingParameter } from '../../parameters/errors';
import { changedMetadata, metadata } from '../../parameters/metadata';
import { maximumAmount } from '../../parameters/money';
import {
  boolean,
  currency,
  integer,
  nested,
  oneOf,
  type Parsed,
  required,
  text,
} from '../../parameters/params';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { Price } from '../../state/stored';
import type { Kind } from '../../state/tables';
import { createProduct, productDataShape, productKind } from './products';

export const priceKind: Kind<Price> = {
  name: 'price',
  param: 'price',
  references: { product: 'product' },
};

const unitAmount = integer({ min: 0, max: maximumAmount });

const recurringShape = {
  interval: required(oneOf('day', 'month', 'week', 'year')),
  interval_count: integer({ min: 1 }),
  usage_type: oneOf('licensed', 'metered'),
};

/** What a price may be created from, also as the `price_data` of a line item. */
export const priceDataShape = {
  currency: required(currency()),
  product: text(),
  product_data: nested(productDataShape),
  recurring: nested(recurringShape),
  tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
  unit_amount: unitAmount,
};

export const newPriceShape = {
  ...priceDataShape,
  active: boolean(),
  billing_scheme: oneOf('per_unit'),
  lookup_key: text({ maxLength: 200 }),
  metadata: metadata(),
  nickname: text(),
  transfer_lookup_key: boolean(),
};

/**
 * Creates a price, and its product where `product_data` describes one.
 * @param prefix where the parameters stand in the request, for the error messages
 */
export function createPrice(
  scope: Scope,
  params: Parsed<typeof newPriceShape>,
  prefix = '',
): Price {
  const nameOf = (key: string) => (prefix ? `${prefix}[${key}]` : key);
  if (params.unit_amount === undefined) {
    throw missingParameter(nameOf('unit_amount'));
  }
  const formerHolder = lookupKeyHolder(scope, params.lookup_key, params.transfer_lookup_key);
  const product = productOf(scope, params, nameOf);
  if (formerHolder) releaseLookupKey(scope, formerHolder);
  const { recurring } = params;
  const price = scope.account.tables.of(priceKind).put({
    id: newId('price', '1', 24),
    object: 'price',
    active: params.active ?? true,
    billing_scheme: 'per_unit',
    created: scope.account.now(),
    currency: params.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: changedMetadata({}, params.metadata),
    nickname: params.nickname ?? null,
    product,
    recurring: recurring
      ? {
          interval: recurring.interval,
          interval_count: recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: recurring.usage_type ?? 'licensed',
        }
      : null,
    tax_behavior: params.tax_behavior ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    unit_amount: params.unit_amount,
    unit_amount_decimal: String(params.unit_amount),
  });
  recordEvent(scope, 'price.created', price);
  return price;
}

function productOf(
  scope: Scope,
  { product, product_data }: Parsed<typeof priceDataShape>,
  nameOf: (key: string) => string,
): string {
  if (product !== undefined && product_data !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: product, product_data.',
      nameOf('product'),
    );
  }
  if (product_data) return createProduct(scope, product_data).id;
  if (product === undefined) throw missingParameter(nameOf('product'));
  const { id, active } = scope.account.tables
    .of(productKind)
    .referencedBy(nameOf('product'), product);
  if (!active) {
    throw invalidRequest(
      `The product ${id} is marked as inactive, and thus cannot be used here. Set its active to true first.`,
    );
  }
  return id;
}

/**
 * The price that a lookup key has to be taken from, if any: a key belongs to one price, and moves
 * with `transfer_lookup_key` alone.
 */
export function lookupKeyHolder(
  { account }: Scope,
  lookupKey: string | null | undefined,
  transfer = false,
  claimant?: string,
): Price | undefined {
  if (!lookupKey) return undefined;
  const holder = account.tables
    .of(priceKind)
    .oldestFirst()
    .find((price) => price.lookup_key === lookupKey && price.id !== claimant);
  if (!holder || transfer) return holder;
  throw invalidParameter(
    `A price (\`${holder.id}\`) already uses that lookup key.`,
    'lookup_key',
    'resource_already_exists',
  );
}

export function releaseLookupKey(scope: Scope, holder: Price): void {
  const after = scope.account.tables.of(priceKind).update(holder.id, { lookup_key: null });
  recordEvent(scope, 'price.updated', after, holder);
}
