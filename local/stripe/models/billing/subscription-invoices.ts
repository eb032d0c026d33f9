import { recordEvent } from '../../events/events';
import type { Scope } from '../../state/account';
import type { Invoice, InvoiceItem, Subscription } from '../../state/stored';
import { customerKind } from '../customers/customers';
import { invoiceItemKind, type LooseLine, pendingLine, periodLines } from './invoice-lines';
import { draftInvoice, finalizeInvoice } from './invoices';
import { currentPeriod } from './subscription-items';
import { type NewSubscription, startSubscription, subscriptionKind } from './subscriptions';

type BillingReason = NonNullable<Invoice['billing_reason']>;

/** Stripe says so three days before a trial ends, and at once when it is shorter. */
const trialWarningSeconds = 3 * 24 * 60 * 60;

export interface Begun {
  readonly subscription: Subscription;
  /** Final, and not paid yet. */
  readonly invoice: Invoice;
}

/** Creates a subscription and its first invoice, which still has to be collected. */
export function beginSubscription(
  scope: Scope,
  order: NewSubscription,
  oneTime: readonly LooseLine[] = [],
): Begun {
  const started = startSubscription(scope, order);
  const draft = draftFor(scope, started, 'subscription_create', [
    ...periodLines(scope, started),
    ...oneTime,
  ]);
  const subscription = scope.account.tables.of(subscriptionKind).get(started.id);
  recordEvent(scope, 'customer.subscription.created', subscription);
  const { trial_end: trialEnd } = subscription;
  if (trialEnd !== null && trialEnd - scope.account.now() <= trialWarningSeconds) {
    recordEvent(scope, 'customer.subscription.trial_will_end', subscription);
  }
  recordEvent(scope, 'invoice.created', draft);
  return { subscription, invoice: finalizeInvoice(scope, draft) };
}

/**
 * Drafts an invoice of the subscription, with what waited for it, and makes it the latest. No event
 * is recorded: the subscription's comes first, then `invoice.created`.
 */
export function draftFor(
  scope: Scope,
  subscription: Subscription,
  billingReason: BillingReason,
  lines: readonly LooseLine[],
  usedUp = currentPeriod(subscription),
): Invoice {
  const { tables } = scope.account;
  const pending = pendingItems(scope, String(subscription.customer)).filter(
    ({ parent, currency }) =>
      currency === subscription.currency &&
      (parent === null || parent.subscription_details?.subscription === subscription.id),
  );
  const draft = draftInvoice(scope, {
    billingReason,
    currency: subscription.currency,
    customer: tables.of(customerKind).get(String(subscription.customer)),
    lines: [...pending.map(pendingLine), ...lines],
    period: usedUp,
    subscription,
  });
  for (const { id } of pending) tables.of(invoiceItemKind).update(id, { invoice: draft.id });
  tables.of(subscriptionKind).update(subscription.id, { latest_invoice: draft.id });
  return draft;
}

/** What a customer's next invoice is to charge for. */
export function pendingItems({ account }: Scope, customerId: string): InvoiceItem[] {
  return account.tables
    .of(invoiceItemKind)
    .oldestFirst()
    .filter(({ customer, invoice }) => customer === customerId && invoice === null);
}
