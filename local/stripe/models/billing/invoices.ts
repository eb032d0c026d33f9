import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import type { Account, Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type {
  Customer,
  Invoice,
  InvoiceLine,
  InvoicePayment,
  Subscription,
} from '../../state/stored';
import type { Kind, Row, Tables } from '../../state/tables';
import { moveCustomerBalance } from '../customers/customer-balance';
import { customerKind } from '../customers/customers';
import { createPaymentIntent, paymentIntentKind } from '../payments/payment-intents';
import { invoiceDefaults } from './invoice-defaults';
import type { LooseLine } from './invoice-lines';
import type { Period } from './periods';

/** How many lines an invoice shows; the others are to be had by its list of lines. */
const shownLines = 10;

export const invoicePaymentKind: Kind<InvoicePayment> = {
  name: 'invoice_payment',
  param: 'invoice_payment',
  references: { invoice: 'invoice', 'payment.payment_intent': 'payment_intent' },
};

export const invoiceKind: Kind<Invoice> = {
  name: 'invoice',
  param: 'invoice',
  references: {
    customer: 'customer',
    default_payment_method: 'payment_method',
    'parent.subscription_details.subscription': 'subscription',
  },
  included: ({ id }, tables) => ({
    payments: {
      object: 'list',
      data: paymentsOf(tables, id),
      has_more: false,
      url: `/v1/invoice_payments?invoice=${id}`,
    },
    ...confirmationSecret(tables, id),
  }),
};

/** All lines of an invoice; the invoice itself shows the first ten. */
interface InvoiceLines extends Row {
  readonly lines: readonly InvoiceLine[];
}
export const invoiceLinesKind: Kind<InvoiceLines> = { name: 'invoice_lines' };

/** The attempts to pay an invoice, the newest first; of our own making there is one. */
function paymentsOf(tables: Tables, invoiceId: string): InvoicePayment[] {
  return tables
    .of(invoicePaymentKind)
    .newestFirst()
    .filter(({ invoice }) => invoice === invoiceId);
}

/** The payment that the invoice asks for by itself, once it is final. */
export function paymentOf(tables: Tables, invoiceId: string): InvoicePayment | undefined {
  return paymentsOf(tables, invoiceId).find(({ is_default }) => is_default);
}

function confirmationSecret(tables: Tables, invoiceId: string) {
  const intentId = intentOf(paymentOf(tables, invoiceId));
  const secret = intentId && tables.of(paymentIntentKind).find(intentId)?.client_secret;
  return secret ? { confirmation_secret: { client_secret: secret, type: 'payment_intent' } } : {};
}

export function intentOf(payment: InvoicePayment | undefined): string | undefined {
  const intent = payment?.payment.payment_intent;
  return typeof intent === 'string' ? intent : undefined;
}

/** The subscription that an invoice is of, by its id. */
export function subscriptionIdOf({ parent }: Invoice): string | null {
  const subscription = parent?.subscription_details?.subscription;
  return typeof subscription === 'string' ? subscription : null;
}

interface NewInvoice {
  readonly customer: Customer;
  readonly subscription: Subscription | null;
  readonly billingReason: NonNullable<Invoice['billing_reason']>;
  readonly lines: readonly LooseLine[];
  /** What was used up to now; the lines have the period that is paid in advance. */
  readonly period: Period;
  readonly currency: string;
  readonly description?: string | null;
  readonly metadata?: Record<string, string>;
}

/** Stores a draft and says nothing yet: an event about the subscription may have to come first. */
export function draftInvoice({ account }: Scope, draft: NewInvoice): Invoice {
  const id = newId('in', '1', 24);
  const lines = draft.lines.map((line) => ({ ...line, invoice: id }));
  account.tables.of(invoiceLinesKind).put({ id, lines });
  return account.tables.of(invoiceKind).put({
    id,
    object: 'invoice',
    ...invoiceDefaults,
    ...amountsOf(draft.lines),
    ...customerMembers(draft.customer),
    billing_reason: draft.billingReason,
    created: account.now(),
    currency: draft.currency,
    default_payment_method: null,
    description: draft.description ?? null,
    lines: {
      object: 'list',
      data: lines.slice(0, shownLines),
      has_more: lines.length > shownLines,
      url: `/v1/invoices/${id}/lines`,
    },
    metadata: draft.metadata ?? {},
    parent: draft.subscription && {
      quote_details: null,
      subscription_details: {
        metadata: draft.subscription.metadata,
        subscription: draft.subscription.id,
      },
      type: 'subscription_details',
    },
    period_end: draft.period.end,
    period_start: draft.period.start,
  });
}

function amountsOf(lines: readonly LooseLine[]) {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  const due = Math.max(0, total);
  return {
    amount_due: due,
    amount_remaining: due,
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_excluding_tax: total,
  };
}

function customerMembers(customer: Customer) {
  return {
    customer: customer.id,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: [],
  };
}

/**
 * Stores what changed of an invoice and says so.
 * @param types the events, in their order; each shows the invoice as it is now
 */
export function changeInvoice(
  scope: Scope,
  before: Invoice,
  change: Partial<Invoice>,
  ...types: readonly string[]
): Invoice {
  const after = scope.account.tables.of(invoiceKind).put({ ...before, ...change });
  for (const type of types) {
    recordEvent(scope, type, after, type === 'invoice.updated' ? before : undefined);
  }
  return after;
}

/** Numbers the draft and makes it payable: from here on its amounts stand. */
export function finalizeInvoice(scope: Scope, draft: Invoice): Invoice {
  if (draft.status !== 'draft') {
    throw invalidRequest(
      "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
    );
  }
  const now = scope.account.now();
  const open = changeInvoice(
    scope,
    draft,
    {
      ...settleBalance(scope, draft),
      effective_at: now,
      hosted_invoice_url: hostedInvoiceUrl(scope.account, draft.id),
      number: nextNumber(scope, draft),
      status: 'open',
      status_transitions: { ...draft.status_transitions, finalized_at: now },
    },
    'invoice.finalized',
  );
  if (open.amount_due > 0) askForPayment(scope, open);
  return open;
}

/**
 * What the customer has is used up first, and a total below zero becomes theirs.
 * https://docs.stripe.com/billing/customer/balance
 */
function settleBalance(scope: Scope, draft: Invoice): Partial<Invoice> {
  const customerId = String(draft.customer);
  const { balance } = scope.account.tables.of(customerKind).get(customerId);
  const used = draft.total < 0 ? draft.total : Math.min(draft.total, Math.max(0, -balance));
  if (used !== 0) {
    moveCustomerBalance(scope, customerId, {
      amount: used,
      currency: draft.currency,
      type: used < 0 ? 'invoice_too_small' : 'applied_to_invoice',
      invoice: draft.id,
    });
  }
  const due = draft.amount_due - Math.max(0, used);
  return {
    amount_due: due,
    amount_remaining: due,
    ending_balance: balance + used,
    starting_balance: balance,
  };
}

function hostedInvoiceUrl({ url }: Pick<Account, 'url'>, invoiceId: string): string {
  return `${url}/i/${invoiceId}`;
}

/** After a restart on another port the pages of invoices are at another address. */
export function relocateInvoicePages(account: Account): void {
  const invoices = account.tables.of(invoiceKind);
  for (const { id, hosted_invoice_url: before } of invoices.oldestFirst()) {
    if (before) invoices.update(id, { hosted_invoice_url: hostedInvoiceUrl(account, id) });
  }
}

function nextNumber({ account }: Scope, { customer }: Invoice): string {
  const customers = account.tables.of(customerKind);
  const { invoice_prefix, next_invoice_sequence: sequence = 1 } = customers.get(String(customer));
  customers.update(String(customer), { next_invoice_sequence: sequence + 1 });
  return `${invoice_prefix}-${String(sequence).padStart(4, '0')}`;
}

const intentDescriptions: Readonly<Record<string, string>> = {
  subscription_create: 'Subscription creation',
  subscription_cycle: 'Subscription update',
  subscription_update: 'Subscription update',
};

function askForPayment(scope: Scope, invoice: Invoice): void {
  const { amount_due, billing_reason, currency, customer, number } = invoice;
  const intent = createPaymentIntent(scope, {
    amount: amount_due,
    currency,
    customer: String(customer),
    description: intentDescriptions[billing_reason ?? ''] ?? `Payment for Invoice ${number}`,
    setup_future_usage: billing_reason === 'subscription_create' ? 'off_session' : null,
  });
  scope.account.tables.of(invoicePaymentKind).put({
    id: newId('inpay', '1', 26),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: amount_due,
    created: scope.account.now(),
    currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}
