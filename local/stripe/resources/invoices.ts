import { recordEvent } from '../events/events';
import { listRoute, pageOf, pageShape } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import {
  cancelPayment,
  closeInvoice,
  collectInvoice,
  markPaid,
} from '../models/billing/collection';
import { invoiceItemKind, pendingLine } from '../models/billing/invoice-lines';
import {
  changeInvoice,
  draftInvoice,
  finalizeInvoice,
  invoiceKind,
  invoiceLinesKind,
  subscriptionIdOf,
} from '../models/billing/invoices';
import { pendingItems } from '../models/billing/subscription-invoices';
import { defaultMethodOf, payingMethodOf, subscriptionKind } from '../models/billing/subscriptions';
import { customerKind } from '../models/customers/customers';
import { attachPaymentMethod } from '../models/customers/kept-cards';
import { referencedPaymentMethod } from '../models/customers/payment-methods';
import { cardError } from '../models/payments/payment-intents';
import { invalidRequest, missingParameter, StripeApiError } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import { boolean, currency, givenMembers, oneOf, text, unsettable } from '../parameters/params';
import type { Invoice } from '../state/stored';

const createShape = {
  auto_advance: boolean(),
  collection_method: oneOf('charge_automatically'),
  currency: currency(),
  customer: text(),
  description: text(),
  metadata: metadata(),
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
};

function create(call: Call<typeof createShape>): Invoice {
  const { account, params } = call;
  if (params.customer === undefined) throw missingParameter('customer');
  const customer = account.tables.of(customerKind).referencedBy('customer', params.customer);
  const items =
    params.pending_invoice_items_behavior === 'include'
      ? pendingItems(call, customer.id).filter(
          (item) => params.currency === undefined || item.currency === params.currency,
        )
      : [];
  const now = account.now();
  const draft = draftInvoice(call, {
    billingReason: 'manual',
    currency: params.currency ?? items[0]?.currency ?? 'usd',
    customer,
    description: params.description ?? null,
    lines: items.map(pendingLine),
    metadata: changedMetadata({}, params.metadata),
    period: { start: now, end: now },
    subscription: null,
  });
  for (const { id } of items) account.tables.of(invoiceItemKind).update(id, { invoice: draft.id });
  const stored = changeInvoice(call, draft, { auto_advance: params.auto_advance ?? false });
  recordEvent(call, 'invoice.created', stored);
  return stored;
}

const payShape = {
  off_session: boolean(),
  paid_out_of_band: boolean(),
  payment_method: text(),
};

const named = (call: Pick<Call<Record<never, never>>, 'account' | 'pathIds'>): Invoice =>
  call.account.tables.of(invoiceKind).get(call.pathIds('id'));

function pay(call: Call<typeof payShape>): Invoice {
  const invoice = named(call);
  const open = invoice.status === 'draft' ? finalizeInvoice(call, invoice) : invoice;
  if (call.params.paid_out_of_band) {
    if (open.status !== 'open') throw invalidRequest('Invoice is already paid');
    cancelPayment(call, open);
    return markPaid(call, open);
  }
  const paymentMethodId = methodFor(call, open);
  if (paymentMethodId === null && open.amount_due > 0) {
    throw new StripeApiError(
      400,
      'There is no `default_payment_method` set on this Customer or Invoice. Please attach a payment method to the Customer, or pass one as `payment_method`.',
      { code: 'resource_missing' },
    );
  }
  const { invoice: after, attempt } = collectInvoice(call, open, paymentMethodId);
  if (attempt?.decline) throw cardError({ ...attempt, decline: attempt.decline });
  if (after.status === 'paid') return after;
  throw new StripeApiError(
    402,
    'Payment for this invoice requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice.',
    {
      type: 'card_error',
      code: 'invoice_payment_intent_requires_action',
    },
  );
}

function methodFor(call: Call<typeof payShape>, invoice: Invoice): string | null {
  const { tables } = call.account;
  const { payment_method: given } = call.params;
  if (given !== undefined) {
    const paymentMethod = referencedPaymentMethod(call, 'payment_method', given);
    return attachPaymentMethod(call, paymentMethod, String(invoice.customer)).id;
  }
  const subscription = subscriptionIdOf(invoice);
  if (subscription !== null) {
    return payingMethodOf(call, tables.of(subscriptionKind).get(subscription));
  }
  return defaultMethodOf(tables.of(customerKind).get(String(invoice.customer)));
}

/** https://docs.stripe.com/api/invoices */
export const invoices: Resource = {
  kind: invoiceKind,
  routes: [
    route('POST', '/v1/invoices', createShape, create),
    route('GET', '/v1/invoices/:id', {}, named),

    route(
      'POST',
      '/v1/invoices/:id',
      { auto_advance: boolean(), description: unsettable(text()), metadata: metadata() },
      (call) => {
        const before = named(call);
        const { metadata: change, ...members } = call.params;
        const changed = {
          ...givenMembers(members),
          metadata: changedMetadata(before.metadata ?? {}, change),
        };
        return changeInvoice(call, before, changed, 'invoice.updated');
      },
    ),

    route('POST', '/v1/invoices/:id/finalize', { auto_advance: boolean() }, (call) =>
      finalizeInvoice(call, named(call)),
    ),
    route('POST', '/v1/invoices/:id/pay', payShape, pay),
    route('POST', '/v1/invoices/:id/void', {}, (call) => closeInvoice(call, named(call), 'void')),
    route('POST', '/v1/invoices/:id/mark_uncollectible', {}, (call) =>
      closeInvoice(call, named(call), 'uncollectible'),
    ),

    route('GET', '/v1/invoices/:id/lines', pageShape, (call) => {
      const { lines } = call.account.tables.of(invoiceLinesKind).get(named(call).id);
      return pageOf(lines, call.params, { url: call.path, noun: 'line_item' });
    }),

    listRoute(
      '/v1/invoices',
      invoiceKind,
      {
        collection_method: oneOf('charge_automatically', 'send_invoice'),
        customer: text(),
        status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
        subscription: text(),
      },
      (filter) => (invoice) =>
        (filter.collection_method === undefined ||
          invoice.collection_method === filter.collection_method) &&
        (filter.customer === undefined || invoice.customer === filter.customer) &&
        (filter.status === undefined || invoice.status === filter.status) &&
        (filter.subscription === undefined || subscriptionIdOf(invoice) === filter.subscription),
    ),
  ],
};
