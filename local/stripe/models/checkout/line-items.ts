import { invalidParameter, invalidRequest, missingParameter } from '../../parameters/errors';
import { changedMetadata, metadata } from '../../parameters/metadata';
import { formatBound, maximumAmount, minimumAmount } from '../../parameters/money';
import { integer, nested, type Parsed, text } from '../../parameters/params';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { LineItem, Price } from '../../state/stored';
import { createPrice, priceDataShape, priceKind } from '../catalogue/prices';
import { productKind } from '../catalogue/products';

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
  /** How often it is paid; null: once. */
  readonly recurrence: string | null;
}

type CheckoutMode = 'payment' | 'subscription';

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
  mode: CheckoutMode,
): void {
  const costs = items.map((item, index) => costOf(scope, item, `line_items[${index}]`));
  const currency = sessionCurrency?.toLowerCase() ?? costs[0]?.currency ?? 'usd';
  const other = costs.find((cost) => cost.currency !== currency);
  if (other) {
    throw invalidRequest(
      `All line items of a Checkout Session must have the same currency: expected ${currency}, got ${other.currency}.`,
    );
  }
  assertRecurrence(costs, mode);
  const total = costs.reduce(
    (sum, cost, index) => sum + cost.unitAmountMinor * (items[index]?.quantity ?? 0),
    0,
  );
  const isFree = mode === 'subscription' && total === 0;
  if (total < minimumAmount(currency) && !isFree) {
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

function assertRecurrence(costs: readonly Cost[], mode: CheckoutMode): void {
  const recurrences = new Set(costs.flatMap(({ recurrence }) => recurrence ?? []));
  if (mode === 'payment' && recurrences.size > 0) {
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
    );
  }
  if (mode === 'subscription' && recurrences.size === 0) {
    throw invalidRequest(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
    );
  }
  if (recurrences.size > 1) {
    throw invalidRequest(
      'Checkout does not support multiple prices with different billing intervals.',
    );
  }
}

function recurrenceText(
  recurring: { interval: string; interval_count?: number | undefined } | null | undefined,
): string | null {
  return recurring ? `${recurring.interval_count ?? 1} ${recurring.interval}` : null;
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
      recurrence: recurrenceText(price.recurring),
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
    recurrence: recurrenceText(data.recurring),
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
