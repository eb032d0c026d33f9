import { recordEvent } from '../../events/events';
import { invalidParameter, invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import type { PaymentIntent } from '../../state/stored';
import { chargeKind } from './charges';
import { paymentIntentKind } from './payment-intents';

/**
 * Takes what a card was authorized for, or a part of it: the rest is let go, which the charge counts
 * as refunded. https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 * @throws a StripeApiError when there is nothing to capture, or not as much
 */
export function capturePayment(
  scope: Scope,
  before: PaymentIntent,
  amount = before.amount_capturable,
): PaymentIntent {
  if (before.status !== 'requires_capture' || before.latest_charge === null) {
    throw invalidRequest(
      `This PaymentIntent could not be captured because it has a status of ${before.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      'payment_intent_unexpected_state',
    );
  }
  if (amount > before.amount_capturable) {
    throw invalidParameter(
      'The remaining amount which can be captured is less than the requested amount.',
      'amount_to_capture',
    );
  }
  const { tables } = scope.account;
  const charge = tables.of(chargeKind).update(String(before.latest_charge), {
    amount_captured: amount,
    amount_refunded: before.amount - amount,
    captured: true,
  });
  recordEvent(scope, 'charge.captured', charge);
  const intent = tables.of(paymentIntentKind).update(before.id, {
    amount_capturable: 0,
    amount_received: amount,
    status: 'succeeded',
  });
  recordEvent(scope, 'payment_intent.succeeded', intent);
  return intent;
}

/** @throws a StripeApiError when the payment is over, one way or the other */
export function cancelPayment(
  scope: Scope,
  before: PaymentIntent,
  reason: PaymentIntent['cancellation_reason'],
): PaymentIntent {
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw invalidRequest(
      `You cannot cancel this PaymentIntent because it has a status of ${before.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
      'payment_intent_unexpected_state',
    );
  }
  const after = scope.account.tables.of(paymentIntentKind).update(before.id, {
    canceled_at: scope.account.now(),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  recordEvent(scope, 'payment_intent.canceled', after);
  return after;
}
