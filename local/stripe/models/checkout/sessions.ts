import { createHash } from 'node:crypto';
import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import { type Account, type Event, noRequest, type Scope } from '../../state/account';
import type { CheckoutSession, LineItem, PaymentMethod } from '../../state/stored';
import type { Kind, Row } from '../../state/tables';
import { createCustomer } from '../customers/customers';
import type { Decline } from '../customers/test-cards';
import { cancelPayment } from '../payments/captures';
import {
  attemptPayment,
  createPaymentIntent,
  type NewPayment,
  type PaymentAttempt,
  paymentIntentKind,
} from '../payments/payment-intents';
import { abandonSubscription, paySubscriptionSession } from './subscriptions';

export const checkoutSessionKind: Kind<CheckoutSession> = {
  name: 'checkout.session',
  param: 'session',
  references: {
    customer: 'customer',
    invoice: 'invoice',
    payment_intent: 'payment_intent',
    subscription: 'subscription',
  },
  included: (session, tables) => ({
    line_items: {
      object: 'list',
      data: tables.of(checkoutDetailsKind).get(session.id).lineItems.slice(0, 10),
      has_more: tables.of(checkoutDetailsKind).get(session.id).lineItems.length > 10,
      url: `/v1/checkout/sessions/${session.id}/line_items`,
    },
  }),
};

/** What a session needs for its payment and does not show. */
interface CheckoutDetails extends Row {
  readonly lineItems: readonly LineItem[];
  readonly payment: Omit<NewPayment, 'amount' | 'currency'>;
}
export const checkoutDetailsKind: Kind<CheckoutDetails> = { name: 'checkout_details' };

/**
 * Where the buyer pays. The original's address carries a long fragment, so ours does as well: a
 * program that loses what follows the `#` is found here already.
 */
export function hostedPageUrl(account: Pick<Account, 'url'>, sessionId: string): string {
  const opaque = createHash('sha512').update(sessionId).digest('base64url');
  return `${account.url}/c/pay/${sessionId}#fidkdWxOYHwnPyd1blpxYHZxWjA0${opaque}`;
}

/** The session that a payment belongs to while its buyer authenticates; under the payment's id. */
interface CheckoutAuthentication extends Row {
  readonly sessionId: string;
}
export const checkoutAuthenticationKind: Kind<CheckoutAuthentication> = {
  name: 'checkout_authentication',
};

/** Who pays: what the page asks for beside the card. */
export interface Buyer {
  readonly email: string | null;
  readonly name: string | null;
}

export interface CheckoutAttempt {
  /** Null where nothing was due yet: a trial begins. */
  readonly attempt: PaymentAttempt | null;
  readonly decline: Decline | null;
  readonly completed: Event | null;
}

/**
 * The buyer presses Pay. The payment is made with the first attempt and tried again with the next.
 * @throws a StripeApiError when the session is no longer open
 */
export function payCheckoutSession(
  scope: Scope,
  sessionId: string,
  paymentMethod: PaymentMethod,
  buyer: Buyer,
): CheckoutAttempt {
  const paid = payOpenSession(scope, sessionId, paymentMethod, buyer);
  const intent = paid.attempt?.intent;
  if (intent?.status === 'requires_action') {
    scope.account.tables.of(checkoutAuthenticationKind).put({ id: intent.id, sessionId });
  }
  return paid;
}

function payOpenSession(
  scope: Scope,
  sessionId: string,
  paymentMethod: PaymentMethod,
  buyer: Buyer,
): CheckoutAttempt {
  const session = currentSession(scope.account, sessionId);
  if (session.status !== 'open') {
    throw invalidRequest(
      `This Checkout Session is no longer open: its status is ${session.status}.`,
    );
  }
  if (session.mode === 'subscription') return subscribe(scope, session, paymentMethod, buyer);
  const intentId = session.payment_intent ?? startPayment(scope, session, buyer);
  const attempt = attemptPayment(scope, intentId, paymentMethod);
  const { decline, intent } = attempt;
  if (!['succeeded', 'processing', 'requires_capture'].includes(intent.status)) {
    return { attempt, decline, completed: null };
  }
  const completed = completeSession(scope, session, paymentMethod, buyer, {
    customer: intent.customer,
    payment_intent: intentId,
    payment_status: intent.status === 'succeeded' ? 'paid' : 'unpaid',
  });
  return { attempt, decline, completed };
}

function subscribe(
  scope: Scope,
  session: CheckoutSession,
  paymentMethod: PaymentMethod,
  buyer: Buyer,
): CheckoutAttempt {
  const { tables } = scope.account;
  const { lineItems } = tables.of(checkoutDetailsKind).get(session.id);
  const customer = String(
    session.customer ?? createCustomer(scope, { email: buyer.email, name: buyer.name }).id,
  );
  const known = tables.of(checkoutSessionKind).update(session.id, { customer });
  const subscribed = paySubscriptionSession(scope, known, lineItems, customer, paymentMethod);
  const { attempt, decline, invoice, subscription, isPaid } = subscribed;
  if (!isPaid) return { attempt, decline, completed: null };
  const completed = completeSession(scope, known, paymentMethod, buyer, {
    invoice,
    payment_status: attempt ? 'paid' : 'no_payment_required',
    subscription,
  });
  return { attempt, decline, completed };
}

function completeSession(
  scope: Scope,
  session: CheckoutSession,
  paymentMethod: PaymentMethod,
  buyer: Buyer,
  change: Partial<CheckoutSession>,
): Event {
  const complete = scope.account.tables.of(checkoutSessionKind).update(session.id, {
    ...change,
    customer_details: {
      address: paymentMethod.billing_details.address,
      business_name: null,
      email: buyer.email,
      individual_name: null,
      name: buyer.name,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    },
    status: 'complete',
    url: null,
  });
  return recordEvent(scope, 'checkout.session.completed', complete);
}

function startPayment(scope: Scope, session: CheckoutSession, buyer: Buyer): string {
  const { payment } = scope.account.tables.of(checkoutDetailsKind).get(session.id);
  const intent = createPaymentIntent(scope, {
    ...payment,
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer:
      session.customer_creation === 'always'
        ? createCustomer(scope, { email: buyer.email, name: buyer.name }).id
        : session.customer,
    payment_method_types: session.payment_method_types,
  });
  scope.account.tables.of(checkoutSessionKind).update(session.id, { payment_intent: intent.id });
  return intent.id;
}

/** The session as it is now: one whose time has run out is expired first. */
export function currentSession(account: Account, sessionId: string): CheckoutSession {
  const session = account.tables.of(checkoutSessionKind).get(sessionId);
  const isOverdue = session.status === 'open' && session.expires_at <= account.now();
  return isOverdue ? expireSession({ account, cause: noRequest }, session) : session;
}

export function expireSession(scope: Scope, session: CheckoutSession): CheckoutSession {
  const expired = scope.account.tables
    .of(checkoutSessionKind)
    .update(session.id, { status: 'expired', url: null });
  recordEvent(scope, 'checkout.session.expired', expired);
  const begun = session.payment_intent;
  if (begun !== null) {
    const intent = scope.account.tables.of(paymentIntentKind).get(begun);
    cancelPayment(scope, intent, 'automatic');
  }
  abandonSubscription(scope, session.id);
  return expired;
}

/** Expires every open session whose time has run out. */
export function expireOverdueSessions(account: Account): void {
  for (const { id } of account.tables.of(checkoutSessionKind).oldestFirst()) {
    currentSession(account, id);
  }
}

/** After a restart on another port the pages of open sessions are at another address. */
export function relocateHostedPages(account: Account): void {
  const sessions = account.tables.of(checkoutSessionKind);
  for (const { id, status } of sessions.oldestFirst()) {
    if (status === 'open') sessions.update(id, { url: hostedPageUrl(account, id) });
  }
}
