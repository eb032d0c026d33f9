import { changedMetadata } from '../../parameters/metadata';
import { formatAmount } from '../../parameters/money';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type {
  InvoiceItem,
  InvoiceLine,
  LineItem,
  Price,
  Pricing,
  Subscription,
} from '../../state/stored';
import type { Kind } from '../../state/tables';
import { productKind } from '../catalogue/products';
import { formatRecurrence } from './periods';
import { currentPeriod, recurrenceOf } from './subscription-items';

export const invoiceItemKind: Kind<InvoiceItem> = {
  name: 'invoiceitem',
  param: 'invoiceitem',
  references: { customer: 'customer', invoice: 'invoice' },
};

/** A line before it has the invoice that it is on. */
export type LooseLine = Omit<InvoiceLine, 'invoice'>;

interface LineContent {
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata?: Record<string, string>;
  readonly parent: InvoiceLine['parent'];
  readonly period: InvoiceLine['period'];
  readonly price: Price | null;
  readonly quantity: number;
  readonly subscription: string | null;
}

function line(content: LineContent): LooseLine {
  const { amount, metadata = {}, price, quantity, ...rest } = content;
  return {
    id: newId('il', '1', 24),
    object: 'line_item',
    ...rest,
    amount,
    discount_amounts: [],
    discountable: amount >= 0,
    discounts: [],
    livemode: false,
    metadata,
    pretax_credit_amounts: [],
    pricing: pricingOf(price),
    quantity,
    quantity_decimal: String(quantity),
    subtotal: amount,
    taxes: [],
  };
}

export function pricingOf(price: Price | null): Pricing | null {
  if (!price) return null;
  return {
    price_details: { price: price.id, product: price.product },
    type: 'price_details',
    unit_amount_decimal: price.unit_amount_decimal,
  };
}

/** What the period that is under way costs, a line an item. On trial it costs nothing. */
export function periodLines(scope: Scope, subscription: Subscription): LooseLine[] {
  const isTrial = subscription.status === 'trialing';
  const period = currentPeriod(subscription);
  return subscription.items.data.map((item) => {
    const quantity = item.quantity ?? 1;
    const unit = item.price.unit_amount ?? 0;
    const name = productName(scope, item.price);
    const rate = `${formatAmount(unit, item.price.currency)} / ${rateUnit(item.price)}`;
    return line({
      amount: isTrial ? 0 : unit * quantity,
      currency: item.price.currency,
      description: isTrial ? `Trial period for ${name}` : `${quantity} × ${name} (at ${rate})`,
      // Stripe copies the item's metadata to the line, not the subscription's.
      metadata: { ...item.metadata },
      parent: {
        invoice_item_details: null,
        subscription_item_details: {
          invoice_item: null,
          proration: false,
          proration_details: { credited_items: null },
          subscription: subscription.id,
          subscription_item: item.id,
        },
        type: 'subscription_item_details',
      },
      period,
      price: item.price,
      quantity,
      subscription: subscription.id,
    });
  });
}

/** `month`, `every 3 months`. */
function rateUnit(price: Price): string {
  return formatRecurrence(recurrenceOf(price)).replace(/^per /, '');
}

/** What is sold once, beside what recurs, in a checkout. */
export function oneTimeLines({ account }: Scope, items: readonly LineItem[]): LooseLine[] {
  const now = account.now();
  return items.map(({ amount_total, currency, description, metadata, price, quantity }) =>
    line({
      amount: amount_total,
      currency,
      description,
      metadata: changedMetadata({}, metadata),
      parent: {
        invoice_item_details: {
          invoice_item: newId('ii', '1', 24),
          proration: false,
          proration_details: { credited_items: null },
          subscription: null,
        },
        subscription_item_details: null,
        type: 'invoice_item_details',
      },
      period: { start: now, end: now },
      price,
      quantity: quantity ?? 1,
      subscription: null,
    }),
  );
}

/** The line of something that waited for the customer's next invoice. */
export function pendingLine(item: InvoiceItem): LooseLine {
  const details = item.parent?.subscription_details ?? null;
  const priceId = item.pricing?.price_details?.price;
  return {
    ...line({
      amount: item.amount,
      currency: item.currency,
      description: item.description,
      metadata: { ...item.metadata },
      parent: {
        invoice_item_details: details
          ? null
          : {
              invoice_item: item.id,
              proration: false,
              proration_details: { credited_items: null },
              subscription: null,
            },
        subscription_item_details: details && {
          invoice_item: item.id,
          proration: item.proration,
          proration_details: { credited_items: null },
          subscription: details.subscription,
          subscription_item: details.subscription_item ?? '',
        },
        type: details ? 'subscription_item_details' : 'invoice_item_details',
      },
      period: item.period,
      price: null,
      quantity: item.quantity,
      subscription: details?.subscription ?? null,
    }),
    pricing: priceId === undefined ? null : item.pricing,
  };
}

export function productName({ account }: Scope, price: Price): string {
  return account.tables.of(productKind).find(price.product)?.name ?? price.product;
}
