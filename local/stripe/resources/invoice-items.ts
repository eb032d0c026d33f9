import { recordEvent } from '../events/events';
import { pageOf, pageShape } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { invoiceItemKind, pricingOf } from '../models/billing/invoice-lines';
import { invalidParameter, missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import { boolean, currency, integer, text } from '../parameters/params';
import type { Scope } from '../state/account';
import { newId } from '../state/ids';
import type { InvoiceItem, Price } from '../state/stored';
import { customerKind } from './customers';
import { priceKind } from './prices';

export interface NewInvoiceItem {
  /** In minor units; negative where the customer gets something back. */
  readonly amount: number;
  readonly currency: string;
  readonly customer: string;
  readonly description: string | null;
  readonly metadata?: Record<string, string>;
  readonly parent: InvoiceItem['parent'];
  readonly period: InvoiceItem['period'];
  readonly price: Price | null;
  readonly proration: boolean;
  readonly quantity: number;
}

/** Stores what the customer's next invoice is to charge for. */
export function createInvoiceItem(scope: Scope, wanted: NewInvoiceItem): InvoiceItem {
  const { price, metadata: given = {}, ...members } = wanted;
  const item = scope.account.tables.of(invoiceItemKind).put({
    id: newId('ii', '1', 24),
    object: 'invoiceitem',
    ...members,
    customer_account: null,
    date: scope.account.now(),
    discountable: !wanted.proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: given,
    pricing: pricingOf(price),
    quantity_decimal: String(wanted.quantity),
    tax_rates: [],
    test_clock: null,
  });
  recordEvent(scope, 'invoiceitem.created', item);
  return item;
}

const createShape = {
  amount: integer(),
  currency: currency(),
  customer: text(),
  description: text(),
  discountable: boolean(),
  metadata: metadata(),
  price: text(),
  quantity: integer({ min: 0 }),
};

function create(call: Call<typeof createShape>): InvoiceItem {
  const { account, params } = call;
  if (params.customer === undefined) throw missingParameter('customer');
  const customer = account.tables.of(customerKind).referencedBy('customer', params.customer);
  const price =
    params.price === undefined
      ? null
      : account.tables.of(priceKind).referencedBy('price', params.price);
  if (price && params.amount !== undefined) {
    throw invalidParameter('You may only specify one of these parameters: amount, price.', 'price');
  }
  const quantity = params.quantity ?? 1;
  const amount = price ? (price.unit_amount ?? 0) * quantity : params.amount;
  if (amount === undefined) throw missingParameter('amount');
  const now = account.now();
  return createInvoiceItem(call, {
    amount,
    currency: price?.currency ?? params.currency ?? 'usd',
    customer: customer.id,
    description: params.description ?? null,
    metadata: changedMetadata({}, params.metadata),
    parent: null,
    period: { start: now, end: now },
    price,
    proration: false,
    quantity,
  });
}

export const invoiceItems: Resource = {
  kind: invoiceItemKind,
  routes: [
    route('POST', '/v1/invoiceitems', createShape, create),

    route('GET', '/v1/invoiceitems/:id', {}, ({ account, pathIds }) =>
      account.tables.of(invoiceItemKind).get(pathIds('id')),
    ),

    route(
      'GET',
      '/v1/invoiceitems',
      { ...pageShape, customer: text(), invoice: text(), pending: boolean() },
      ({ account, params, path }) => {
        const { customer, invoice, pending, ...page } = params;
        const rows = account.tables
          .of(invoiceItemKind)
          .newestFirst()
          .filter(
            (item) =>
              (customer === undefined || item.customer === customer) &&
              (invoice === undefined || item.invoice === invoice) &&
              (pending === undefined || (item.invoice === null) === pending),
          );
        return pageOf(rows, page, { url: path, noun: invoiceItemKind.name });
      },
    ),
  ],
};
