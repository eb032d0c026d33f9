import type { Scope } from './account';
import { invalidParameter, invalidRequest, missingParameter } from './errors';
import { newId } from './ids';
import { changedMetadata, metadata } from './metadata';
import { formatBound, maximumAmount, minimumAmount } from './money';
import { integer, nested, type Parsed, text } from './params';
import { createPrice, priceDataShape, priceKind } from './resources/prices';
import { productKind } from './resources/products';
import type { LineItem, Price } from './stored';

export const lineItemShape = {
  price: text(),
  price_data: nested(priceDataShape),
  quantity: integer({ min: 0 }),
  metadata: metadata(),
};

type LineItemParams = Parsed<typeof lineItemShape>;

/** What an item costs, found out before anything is created. */
interface Cost {
  readonly unitAmountMinor: number;
  readonly currency: string;
  readonly isRecurring: boolean;
}

export function totalOf(lineItems: readonly LineItem[]): number {
  return lineItems.reduce((total, item) => total + item.amount_total, 0);
}

/**
 * Refuses items that cannot be sold in one payment: the checks come before any product or price is
 * created, so that a refused request leaves nothing behind.
 */
export function assertChargeable(
  scope: Scope,
  items: readonly LineItemParams[],
  sessionCurrency: string | undefined,
): void {
  const costs = items.map((item, index) => costOf(scope, item, `line_items[${index}]`));
  const currency = sessionCurrency?.toLowerCase() ?? costs[0]?.currency ?? 'usd';
  const other = costs.find((cost) => cost.currency !== currency);
  if (other) {
    throw invalidRequest(
      `All line items of a Checkout Session must have the same currency: expected ${currency}, got ${other.currency}.`,
    );
  }
  if (costs.some((cost) => cost.isRecurring)) {
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
    );
  }
  const total = costs.reduce(
    (sum, cost, index) => sum + cost.unitAmountMinor * (items[index]?.quantity ?? 0),
    0,
  );
  if (total < minimumAmount(currency)) {
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${formatBound(minimumAmount(currency), currency)}`,
      'amount_too_small',
    );
  }
  if (total > maximumAmount) {
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to no more than ${formatBound(maximumAmount, currency)}`,
      'amount_too_large',
    );
  }
}

function costOf({ account }: Scope, item: LineItemParams, name: string): Cost {
  if (item.price !== undefined && item.price_data !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: price, price_data.',
      `${name}[price]`,
    );
  }
  if (item.quantity === undefined) {
    throw missingParameter(
      `${name}[quantity]`,
      `Quantity is required. Add \`quantity\` to \`${name}\``,
    );
  }
  if (item.price !== undefined) {
    const price = account.tables.of(priceKind).referencedBy(`${name}[price]`, item.price);
    if (!price.active) {
      throw invalidParameter(
        `The price specified is inactive. This field only accepts active prices.`,
        `${name}[price]`,
      );
    }
    return {
      unitAmountMinor: price.unit_amount ?? 0,
      currency: price.currency,
      isRecurring: price.type === 'recurring',
    };
  }
  return costOfPriceData(account, item.price_data, name);
}

function costOfPriceData(
  { tables }: Scope['account'],
  data: LineItemParams['price_data'],
  name: string,
): Cost {
  if (!data) throw missingParameter(`${name}[price]`);
  if (data.unit_amount === undefined) throw missingParameter(`${name}[price_data][unit_amount]`);
  if (data.product !== undefined) {
    tables.of(productKind).referencedBy(`${name}[price_data][product]`, data.product);
  } else if (!data.product_data) {
    throw missingParameter(`${name}[price_data][product]`);
  }
  return {
    unitAmountMinor: data.unit_amount,
    currency: data.currency,
    isRecurring: data.recurring !== undefined,
  };
}

export function createLineItems(scope: Scope, items: readonly LineItemParams[]): LineItem[] {
  return items.map((item, index) => {
    const price = priceOf(scope, item, `line_items[${index}]`);
    const quantity = item.quantity ?? 1;
    const amount = (price.unit_amount ?? 0) * quantity;
    return {
      id: newId('li', '1', 24),
      object: 'item',
      adjustable_quantity: null,
      amount_discount: 0,
      amount_subtotal: amount,
      amount_tax: 0,
      amount_total: amount,
      currency: price.currency,
      description: scope.account.tables.of(productKind).find(price.product)?.name ?? null,
      metadata: changedMetadata({}, item.metadata),
      price,
      quantity,
    };
  });
}

/** Prices made from `price_data` serve this session alone, so they are inactive from the start. */
function priceOf(scope: Scope, item: LineItemParams, name: string): Price {
  if (item.price !== undefined) {
    return scope.account.tables.of(priceKind).referencedBy(`${name}[price]`, item.price);
  }
  if (!item.price_data) throw missingParameter(`${name}[price]`);
  const { product_data, ...data } = item.price_data;
  return createPrice(
    scope,
    {
      ...data,
      active: false,
      ...(product_data && { product_data: { ...product_data, active: false } }),
    },
    `${name}[price_data]`,
  );
}
