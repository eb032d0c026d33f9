import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import type { Event, Scope } from '../../state/account';
import type { Invoice, Subscription } from '../../state/stored';
import { paymentMethodKind } from '../customers/payment-methods';
import {
  attemptPayment,
  type PaymentAttempt,
  paymentIntentKind,
} from '../payments/payment-intents';
import {
  changeInvoice,
  intentOf,
  invoiceKind,
  invoicePaymentKind,
  paymentOf,
  subscriptionIdOf,
} from './invoices';
import { changeSubscription, hasEnded, subscriptionKind } from './subscriptions';

/** Three days: when Stripe tries again unless told otherwise. */
const retryDelaySeconds = 3 * 24 * 60 * 60;

interface Collection {
  readonly invoice: Invoice;
  /** Null where no card was asked: nothing was due, or there is none. */
  readonly attempt: PaymentAttempt | null;
}

/**
 * Takes what a final invoice is due from a card. What comes of it is told to the invoice and to its
 * subscription by `followPayment`, as with a payment that a buyer confirms.
 * @param paymentMethodId null where the customer has no card
 */
export function collectInvoice(
  scope: Scope,
  open: Invoice,
  paymentMethodId: string | null,
): Collection {
  assertPayable(open);
  if (open.amount_due === 0) return { invoice: markPaid(scope, open), attempt: null };
  if (paymentMethodId === null) return { invoice: markFailed(scope, open), attempt: null };
  const { tables } = scope.account;
  const attempt = attemptPayment(
    scope,
    requiredIntent(scope, open),
    tables.of(paymentMethodKind).get(paymentMethodId),
  );
  return { invoice: tables.of(invoiceKind).get(open.id), attempt };
}

/** What becomes of an invoice when something becomes of its payment. */
export function followPayment(scope: Scope, { type, data }: Event): void {
  const follow = invoiceOutcomes[type];
  if (!follow) return;
  const { tables } = scope.account;
  const payment = tables
    .of(invoicePaymentKind)
    .newestFirst()
    .find((row) => intentOf(row) === data.object.id);
  const invoice = payment && tables.of(invoiceKind).get(String(payment.invoice));
  if (invoice && invoice.status !== 'paid') follow(scope, invoice);
}

const invoiceOutcomes: Readonly<Record<string, (scope: Scope, invoice: Invoice) => void>> = {
  'payment_intent.payment_failed': (scope, invoice) => markFailed(scope, invoice),
  'payment_intent.requires_action': (scope, invoice) =>
    markFailed(scope, invoice, 'invoice.payment_action_required'),
  'payment_intent.succeeded': (scope, invoice) => markPaid(scope, invoice),
};

function requiredIntent({ account }: Scope, { id }: Invoice): string {
  const intent = intentOf(paymentOf(account.tables, id));
  if (intent !== undefined) return intent;
  throw invalidRequest(`The invoice ${id} has no payment that could be made.`);
}

function assertPayable({ status }: Invoice): void {
  if (status === 'paid') throw invalidRequest('Invoice is already paid');
  if (status === 'open' || status === 'uncollectible') return;
  throw invalidRequest(
    `This invoice can't be paid: its status is ${status}, and only an open or uncollectible one can.`,
  );
}

/** Closes the invoice and lets its subscription run. */
export function markPaid(scope: Scope, open: Invoice): Invoice {
  const { tables, now } = scope.account;
  const paid = changeInvoice(
    scope,
    open,
    {
      amount_paid: open.amount_due,
      amount_remaining: 0,
      attempt_count: open.amount_due > 0 ? open.attempt_count + 1 : open.attempt_count,
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...open.status_transitions, paid_at: now() },
    },
    'invoice.updated',
    'invoice.paid',
    'invoice.payment_succeeded',
  );
  const payment = paymentOf(tables, open.id);
  if (payment?.status === 'open') {
    const settled = tables.of(invoicePaymentKind).update(payment.id, {
      amount_paid: payment.amount_requested,
      status: 'paid',
      status_transitions: { canceled_at: null, paid_at: now() },
    });
    recordEvent(scope, 'invoice_payment.paid', settled);
  }
  moveSubscription(scope, paid, ['incomplete', 'past_due', 'unpaid'], 'active');
  return paid;
}

/** The invoice stays open and is tried again; its subscription is past due, unless it never ran. */
function markFailed(scope: Scope, open: Invoice, ...before: readonly string[]): Invoice {
  const isFirst = open.billing_reason === 'subscription_create';
  const failed = changeInvoice(
    scope,
    open,
    {
      attempt_count: open.attempt_count + 1,
      attempted: true,
      next_payment_attempt:
        isFirst || !open.auto_advance ? null : scope.account.now() + retryDelaySeconds,
    },
    'invoice.updated',
    ...before,
    'invoice.payment_failed',
  );
  moveSubscription(scope, failed, ['active'], 'past_due');
  return failed;
}

function moveSubscription(
  scope: Scope,
  invoice: Invoice,
  from: readonly string[],
  to: Subscription['status'],
): void {
  const id = subscriptionIdOf(invoice);
  const subscription = id === null ? undefined : scope.account.tables.of(subscriptionKind).find(id);
  if (!subscription || hasEnded(subscription)) return;
  // An older invoice that is paid at last does not bring a newer one's debt in order.
  if (subscription.latest_invoice !== invoice.id || !from.includes(subscription.status)) return;
  changeSubscription(scope, subscription, { status: to });
}

/** Gives up an invoice: nothing can be paid on it any more, or nobody asks for it any more. */
export function closeInvoice(
  scope: Scope,
  invoice: Invoice,
  how: 'uncollectible' | 'void',
): Invoice {
  if (invoice.status !== 'open' && !(how === 'void' && invoice.status === 'uncollectible')) {
    throw invalidRequest(
      `This invoice's status is ${invoice.status}: only an open one can be given up.`,
    );
  }
  const now = scope.account.now();
  const isVoid = how === 'void';
  if (isVoid) cancelPayment(scope, invoice);
  return changeInvoice(
    scope,
    invoice,
    {
      auto_advance: false,
      next_payment_attempt: null,
      status: how,
      status_transitions: {
        ...invoice.status_transitions,
        ...(isVoid ? { voided_at: now } : { marked_uncollectible_at: now }),
      },
    },
    'invoice.updated',
    isVoid ? 'invoice.voided' : 'invoice.marked_uncollectible',
  );
}

/** Asks for the payment of an invoice no more. */
export function cancelPayment(scope: Scope, invoice: Invoice): void {
  const { tables, now } = scope.account;
  const payment = paymentOf(tables, invoice.id);
  const intentId = intentOf(payment);
  const intent = intentId && tables.of(paymentIntentKind).find(intentId);
  if (!payment || !intent || intent.status === 'succeeded') return;
  const canceled = tables.of(paymentIntentKind).put({
    ...intent,
    canceled_at: now(),
    cancellation_reason: 'void_invoice',
    status: 'canceled',
  });
  recordEvent(scope, 'payment_intent.canceled', canceled);
  tables.of(invoicePaymentKind).update(payment.id, {
    status: 'canceled',
    status_transitions: { canceled_at: now(), paid_at: null },
  });
}

/** What 23 hours do to a subscription whose first invoice nobody paid. */
export function expireIncomplete(scope: Scope, subscription: Subscription): Subscription {
  if (subscription.status !== 'incomplete') {
    throw invalidRequest(
      `Only an incomplete subscription expires: the status of ${subscription.id} is ${subscription.status}.`,
    );
  }
  const expired = changeSubscription(scope, subscription, {
    ended_at: scope.account.now(),
    status: 'incomplete_expired',
  });
  const invoice = scope.account.tables.of(invoiceKind).find(String(subscription.latest_invoice));
  if (invoice?.status === 'open') closeInvoice(scope, invoice, 'void');
  return expired;
}
