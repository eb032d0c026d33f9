import { createHash } from 'node:crypto';
import { type Account, noRequest, type Scope } from './account';
import { invalidRequest } from './errors';
import { type Event, recordEvent } from './events';
import {
  attemptPayment,
  createPaymentIntent,
  type NewPayment,
  type PaymentAttempt,
} from './payments';
import { createCustomer } from './resources/customers';
import type { CheckoutSession, LineItem, PaymentMethod } from './stored';
import type { Kind, Row } from './tables';

export const checkoutSessionKind: Kind<CheckoutSession> = {
  name: 'checkout.session',
  param: 'session',
  references: { customer: 'customer', payment_intent: 'payment_intent' },
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
export interface CheckoutDetails extends Row {
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

/** Who pays: what the page asks for beside the card. */
export interface Buyer {
  readonly email: string | null;
  readonly name: string | null;
}

export type CheckoutAttempt = PaymentAttempt & { readonly completed: Event | null };

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
  const sessions = scope.account.tables.of(checkoutSessionKind);
  const session = currentSession(scope.account, sessionId);
  if (session.status !== 'open') {
    throw invalidRequest(
      `This Checkout Session is no longer open: its status is ${session.status}.`,
    );
  }
  const intentId = session.payment_intent ?? startPayment(scope, session);
  const attempt = attemptPayment(scope, intentId, paymentMethod);
  if (attempt.decline) return { ...attempt, completed: null };
  const paid = sessions.update(sessionId, {
    ...(session.customer_creation === 'always' && {
      customer: createCustomer(scope, { email: buyer.email, name: buyer.name }).id,
    }),
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
    payment_status: 'paid',
    status: 'complete',
    url: null,
  });
  return { ...attempt, completed: recordEvent(scope, 'checkout.session.completed', paid) };
}

function startPayment(scope: Scope, session: CheckoutSession): string {
  const { payment } = scope.account.tables.of(checkoutDetailsKind).get(session.id);
  const intent = createPaymentIntent(scope, {
    ...payment,
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer: session.customer,
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
