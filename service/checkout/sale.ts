import type Stripe from 'stripe';
import { type Catalogue, nearest } from '../catalogue/catalogue';
import type { Checkout } from '../effects/records';
import { Problem } from '../errors';
import { chargeBounds, formatMoney } from '../ledger/money';
import type { PriceWithProduct } from '../stripe/price-list';
import type { Prices } from './prices';

/** What a caller asks to be sold. Amounts are in minor units, currencies lower case. */
export type Order =
  | { readonly kind: 'topup'; readonly amountMinor: bigint; readonly currency: string }
  | { readonly kind: 'package'; readonly id: string }
  | { readonly kind: 'price'; readonly reference: string; readonly quantity: number }
  | {
      readonly kind: 'item';
      readonly reference: string;
      readonly name: string | undefined;
      /** Left out, the catalogue says what it costs. */
      readonly price: { readonly amountMinor: bigint; readonly currency: string } | undefined;
    };

/** What is sold, as it is written down, and the line that the buyer reads. */
export type Sale = Pick<
  Checkout,
  | 'kind'
  | 'mode'
  | 'reference'
  | 'quantity'
  | 'name'
  | 'priceId'
  | 'credits'
  | 'amountMinor'
  | 'currency'
> & { readonly lineItem: Stripe.Checkout.SessionCreateParams.LineItem };

export interface SaleTerms {
  readonly catalogue: Catalogue;
  readonly prices: Prices;
  /** What top-ups and items may be in. */
  readonly currencies: readonly string[];
}

/**
 * What an order means. Only a price that is not in memory is asked for at Stripe.
 * @throws Problem `currency_not_supported`, `amount_…`, `package_unknown`, `price_…`, `stripe_…`
 */
export async function saleOf(order: Order, terms: SaleTerms): Promise<Sale> {
  if (order.kind === 'topup') return topupOf(order, terms);
  if (order.kind === 'package') return packageOf(order.id, terms.catalogue);
  if (order.kind === 'item') return itemOf(order, terms);
  return priceOf(order, await terms.prices.resolve(order.reference), terms.catalogue);
}

const once = { mode: 'payment', quantity: 1 } as const;

function topupOf(order: Order & { readonly kind: 'topup' }, terms: SaleTerms): Sale {
  const { amountMinor, currency } = order;
  checkCurrency(currency, terms.currencies);
  checkAmount(amountMinor, currency, terms.catalogue.topupTerms(currency));
  return {
    ...once,
    kind: 'topup',
    reference: null,
    name: 'Top-up',
    priceId: null,
    credits: null,
    amountMinor,
    currency,
    lineItem: lineOf('Top-up', amountMinor, currency),
  };
}

function packageOf(id: string, catalogue: Catalogue): Sale {
  const found = catalogue.package(id);
  if (found === undefined) {
    const known = catalogue.packages.map((each) => each.id);
    throw new Problem(
      'package_unknown',
      `there is no package ${id}; expected ${known.join(', ') || 'none, the catalogue has none'}` +
        nearest(id, known),
    );
  }
  const { currency } = found;
  const name = `${found.name}: ${found.credits.toLocaleString('en-US')} credits`;
  const amountMinor = BigInt(found.amountMinor);
  return {
    ...once,
    kind: 'package',
    reference: id,
    name,
    priceId: null,
    credits: BigInt(found.credits),
    amountMinor,
    currency,
    lineItem: lineOf(name, amountMinor, currency),
  };
}

function itemOf(order: Order & { readonly kind: 'item' }, terms: SaleTerms): Sale {
  const { reference } = order;
  const { name, amountMinor, currency } = pricedItem(order, terms.catalogue);
  checkCurrency(currency, terms.currencies);
  checkAmount(amountMinor, currency, chargeBounds(currency));
  return {
    ...once,
    kind: 'item',
    reference,
    name,
    priceId: null,
    credits: null,
    amountMinor,
    currency,
    lineItem: lineOf(name, amountMinor, currency),
  };
}

function pricedItem(
  { reference, name, price }: Order & { readonly kind: 'item' },
  catalogue: Catalogue,
) {
  if (price !== undefined) return { name: name ?? reference, ...price };
  const found = catalogue.item(reference);
  if (found !== undefined) {
    return { name: found.name, amountMinor: BigInt(found.amountMinor), currency: found.currency };
  }
  const known = catalogue.items.map((each) => each.reference);
  throw new Problem(
    'item_unknown',
    `the catalogue has no item ${reference}, and the body names no price; expected ` +
      `${known.join(', ') || 'a price, as the catalogue has no items'}${nearest(reference, known)}`,
  );
}

function priceOf(
  { reference, quantity }: Order & { readonly kind: 'price' },
  price: PriceWithProduct,
  catalogue: Catalogue,
): Sale {
  const lineItem = { price: price.id, quantity };
  const named = { name: nameOf(price), priceId: price.id };
  const { currency } = price;
  if (price.type === 'recurring') {
    // What the first invoice comes to, and that it grants the credits, is the invoice's matter.
    const open = { credits: null, amountMinor: null };
    const bounds = chargeBounds(currency);
    const dueMinor = fixedAmountOf(price, quantity) ?? 0n;
    // A trial, or a coupon, may make it less: only what no charge can be is refused here.
    if (bounds !== undefined) checkAmount(dueMinor, currency, { ...bounds, minimumMinor: 0n });
    return {
      ...open,
      ...named,
      kind: 'price',
      mode: 'subscription',
      reference,
      quantity,
      currency,
      lineItem,
    };
  }
  const credits = catalogue.creditsOf(price.lookup_key ?? '') * BigInt(quantity);
  const amountMinor = fixedAmountOf(price, quantity);
  if (amountMinor !== null && amountMinor > 0n) {
    checkAmount(amountMinor, currency, chargeBounds(currency));
  }
  return {
    ...named,
    kind: 'price',
    mode: 'payment',
    reference,
    quantity,
    credits: credits === 0n ? null : credits,
    amountMinor,
    currency,
    lineItem,
  };
}

function nameOf({ product }: PriceWithProduct): string | null {
  return product.deleted ? null : product.name;
}

/** Null where Stripe computes it: tiers, packages, fractions of a cent, an amount of the buyer's. */
function fixedAmountOf(price: PriceWithProduct, quantity: number): bigint | null {
  const isFixed = price.billing_scheme === 'per_unit' && price.transform_quantity === null;
  if (!isFixed || price.unit_amount === null) return null;
  return BigInt(price.unit_amount) * BigInt(quantity);
}

function lineOf(name: string, amountMinor: bigint, currency: string) {
  return {
    quantity: 1,
    price_data: { currency, unit_amount: Number(amountMinor), product_data: { name } },
  };
}

function checkCurrency(currency: string, currencies: readonly string[]): void {
  if (currencies.includes(currency)) return;
  throw new Problem(
    'currency_not_supported',
    `the currency is ${currency}; expected ${currencies.join(', ')}`,
  );
}

interface Bounds {
  readonly minimumMinor: bigint;
  readonly maximumMinor: bigint;
}

/** Bounds that are not known to us are Stripe's to keep. */
function checkAmount(amountMinor: bigint, currency: string, bounds: Bounds | undefined): void {
  if (bounds === undefined) return;
  const { minimumMinor, maximumMinor } = bounds;
  if (amountMinor >= minimumMinor && amountMinor <= maximumMinor) return;
  throw new Problem(
    amountMinor < minimumMinor ? 'amount_below_minimum' : 'amount_above_maximum',
    `the amount is ${amountMinor} (${formatMoney(amountMinor, currency)}); expected ` +
      `${minimumMinor} to ${maximumMinor} (${formatMoney(minimumMinor, currency)} to ` +
      `${formatMoney(maximumMinor, currency)})`,
  );
}
