import { pageOf, pageShape } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { createInvoiceItem } from '../models/billing/invoice-items';
import { invoiceItemKind } from '../models/billing/invoice-lines';
import { priceKind } from '../models/catalogue/prices';
import { customerKind } from '../models/customers/customers';
import { invalidParameter, missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import { boolean, currency, integer, text } from '../parameters/params';
import type { InvoiceItem } from '../state/stored';

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
