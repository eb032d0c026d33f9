import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import type { Account, Scope } from '../../state/account';
import type { PaymentIntent, PaymentMethod } from '../../state/stored';
import { paymentMethodKind } from '../customers/payment-methods';
import type { Decline } from '../customers/test-cards';
import {
  attemptPayment,
  authenticationKind,
  paymentError,
  paymentIntentKind,
} from '../payments/payment-intents';
import { type CheckoutAttempt, checkoutAuthenticationKind, payCheckoutSession } from './sessions';

/** https://docs.stripe.com/error-codes#payment-intent-authentication-failure */
export const authenticationFailure: Decline = {
  code: 'payment_intent_authentication_failure',
  declineCode: 'authentication_required',
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  sellerMessage: 'The buyer failed to authenticate.',
};

/** The payment that waits for its buyer, with the session that it is of, if any. */
export interface Awaiting {
  readonly intent: PaymentIntent;
  readonly paymentMethod: PaymentMethod;
  readonly sessionId: string | null;
}

/** Nothing when the payment is not there, or waits for no authentication. */
export function awaitingAuthentication(
  { tables }: Account,
  intentId: string,
): Awaiting | undefined {
  const intent = tables.of(paymentIntentKind).find(intentId);
  if (intent?.status !== 'requires_action' || intent.payment_method === null) return undefined;
  const paymentMethod = tables.of(paymentMethodKind).get(intent.payment_method);
  const session = tables.of(checkoutAuthenticationKind).find(intentId);
  return { intent, paymentMethod, sessionId: session?.sessionId ?? null };
}

/** What an authentication led to; `attempt.intent` says more than `decline` does. */
type Authenticated = Omit<CheckoutAttempt, 'attempt'>;

/** The buyer has shown who they are: the payment goes on. */
export function completeAuthentication(scope: Scope, awaiting: Awaiting): Authenticated {
  const { intent, paymentMethod, sessionId } = awaiting;
  scope.account.tables
    .of(authenticationKind)
    .put({ id: intent.id, paymentMethodId: paymentMethod.id });
  if (sessionId !== null) {
    const { email, name } = paymentMethod.billing_details;
    return payCheckoutSession(scope, sessionId, paymentMethod, { email, name });
  }
  const { decline } = attemptPayment(scope, intent.id, paymentMethod);
  return { decline, completed: null };
}

/** The buyer could not show who they are: the payment can be tried with another method. */
export function failAuthentication(scope: Scope, { intent, paymentMethod }: Awaiting): void {
  const failed = scope.account.tables.of(paymentIntentKind).put({
    ...intent,
    last_payment_error: paymentError(paymentMethod, authenticationFailure, null),
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  recordEvent(scope, 'payment_intent.payment_failed', failed);
}

/** @throws a StripeApiError when the payment waits for no authentication */
export function requiredAwaiting(account: Account, intentId: string): Awaiting {
  const awaiting = awaitingAuthentication(account, intentId);
  if (awaiting) return awaiting;
  const { status } = account.tables.of(paymentIntentKind).get(intentId);
  throw invalidRequest(
    `The payment ${intentId} waits for no authentication: its status is ${status}; expected requires_action.`,
  );
}
