import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import type { CheckoutSession } from '../../state/stored';
import { bankFailureOf, paymentMethodKind } from '../customers/payment-methods';
import { defaultFailure } from '../customers/test-bank-accounts';
import { paymentIntentKind, settleDebit } from '../payments/payment-intents';
import { checkoutSessionKind } from './sessions';

/**
 * The bank answers to the debit of a session that was completed unpaid.
 * Source: https://docs.stripe.com/checkout/fulfillment
 * @throws a StripeApiError when the session waits for no bank
 */
export function settleCheckoutSession(
  scope: Scope,
  sessionId: string,
  isPaid: boolean,
): CheckoutSession {
  const { tables } = scope.account;
  const session = tables.of(checkoutSessionKind).get(sessionId);
  const intent = session.payment_intent
    ? tables.of(paymentIntentKind).find(session.payment_intent)
    : undefined;
  if (intent?.status !== 'processing' || intent.payment_method === null) {
    throw invalidRequest(
      `The session ${sessionId} waits for no bank: it is ${session.status} and ${session.payment_status}. Expected one that was completed with a bank debit.`,
    );
  }
  const paymentMethod = tables.of(paymentMethodKind).get(intent.payment_method);
  const decline = isPaid ? null : (bankFailureOf(scope, paymentMethod.id) ?? defaultFailure);
  settleDebit(scope, intent.id, paymentMethod, decline);
  if (decline) {
    recordEvent(scope, 'checkout.session.async_payment_failed', session);
    return session;
  }
  const paid = tables.of(checkoutSessionKind).update(sessionId, { payment_status: 'paid' });
  recordEvent(scope, 'checkout.session.async_payment_succeeded', paid);
  return paid;
}
