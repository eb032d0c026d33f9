import type { Scope } from '../../state/account';
import type { CheckoutSession, LineItem, PaymentMethod } from '../../state/stored';
import type { Kind, Row } from '../../state/tables';
import { collectInvoice, expireIncomplete } from '../billing/collection';
import { oneTimeLines } from '../billing/invoice-lines';
import { invoiceKind } from '../billing/invoices';
import { type Begun, beginSubscription } from '../billing/subscription-invoices';
import { changeSubscription, subscriptionKind } from '../billing/subscriptions';
import { attachPaymentMethod, attachRefusal } from '../customers/kept-cards';
import type { Decline } from '../customers/test-cards';
import type { PaymentAttempt } from '../payments/payment-intents';

const oneDaySeconds = 24 * 60 * 60;

/** The second that a trial ends in, or the days that it has from the payment on. */
export type TrialEnd = { readonly at: number } | { readonly days: number };

/** What `subscription_data` asked for, and what came of the first attempt to pay. */
interface SubscriptionOrder extends Row {
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly trialEnd: TrialEnd | null;
  /** Made with the first attempt, and tried again with the next. */
  readonly begun: { readonly subscription: string; readonly invoice: string } | null;
}
export const subscriptionOrderKind: Kind<SubscriptionOrder> = { name: 'checkout_subscription' };

interface SubscriptionAttempt {
  /** Null where nothing was due yet. */
  readonly attempt: PaymentAttempt | null;
  readonly decline: Decline | null;
  readonly isPaid: boolean;
  readonly subscription: string;
  readonly invoice: string;
}

/**
 * Subscribes the session's customer and collects the first invoice, which is nothing during a trial.
 * @param customerId the session's, or the one that was made for it
 */
export function paySubscriptionSession(
  scope: Scope,
  session: CheckoutSession,
  lineItems: readonly LineItem[],
  customerId: string,
  paymentMethod: PaymentMethod,
): SubscriptionAttempt {
  const { tables } = scope.account;
  const ids = begin(scope, session, lineItems, customerId);
  const open = tables.of(invoiceKind).get(ids.invoice);
  // A card that refuses to be kept is refused even when nothing is due yet.
  const refusal = open.amount_due === 0 ? attachRefusal(scope, paymentMethod) : null;
  if (refusal) return { attempt: null, decline: refusal, isPaid: false, ...ids };
  const { attempt, invoice } = collectInvoice(scope, open, paymentMethod.id);
  const isPaid = invoice.status === 'paid';
  if (isPaid) keepCard(scope, ids.subscription, customerId, paymentMethod);
  return { attempt, decline: attempt?.decline ?? null, isPaid, ...ids };
}

/** Checkout makes the card that paid the subscription's own. */
function keepCard(
  scope: Scope,
  subscriptionId: string,
  customerId: string,
  paymentMethod: PaymentMethod,
): void {
  const { id } = attachPaymentMethod(scope, paymentMethod, customerId);
  const subscription = scope.account.tables.of(subscriptionKind).get(subscriptionId);
  changeSubscription(scope, subscription, { default_payment_method: id });
}

function begin(
  scope: Scope,
  session: CheckoutSession,
  lineItems: readonly LineItem[],
  customer: string,
): { readonly subscription: string; readonly invoice: string } {
  const orders = scope.account.tables.of(subscriptionOrderKind);
  const order = orders.get(session.id);
  if (order.begun) return order.begun;
  const { trialEnd, description, metadata } = order;
  const recurring = lineItems.filter(({ price }) => price.recurring);
  const begun: Begun = beginSubscription(
    scope,
    {
      customer,
      defaultPaymentMethod: null,
      description,
      items: recurring.map(({ price, quantity }) => ({ price, quantity: quantity ?? 1 })),
      metadata,
      trialEnd: trialEnd && trialEndSecond(trialEnd, scope.account.now()),
    },
    oneTimeLines(
      scope,
      lineItems.filter(({ price }) => !price.recurring),
    ),
  );
  const ids = { subscription: begun.subscription.id, invoice: begun.invoice.id };
  orders.update(session.id, { begun: ids });
  return ids;
}

/** The second that a trial ends in which begins at `now`. */
export function trialEndSecond(trialEnd: TrialEnd, now: number): number {
  return 'at' in trialEnd ? trialEnd.at : now + trialEnd.days * oneDaySeconds;
}

/** A session that ends unpaid ends what its attempts have begun. */
export function abandonSubscription(scope: Scope, sessionId: string): void {
  const begun = scope.account.tables.of(subscriptionOrderKind).find(sessionId)?.begun;
  if (begun)
    expireIncomplete(scope, scope.account.tables.of(subscriptionKind).get(begun.subscription));
}
