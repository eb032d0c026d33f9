import { recordEvent } from '../../events/events';
import { invalidParameter, invalidRequest, StripeApiError } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import type { PaymentMethod } from '../../state/stored';
import { paymentMethodKind, referencedPaymentMethod, testCardOf } from './payment-methods';
import type { Decline } from './test-cards';

/** The card that can be kept and never charged: https://docs.stripe.com/testing#declined-payments */
const chargeCustomerFail = '4000000000000341';

/** Why a card cannot be kept for later, if so: its issuer is asked then as well. */
export function attachRefusal(scope: Scope, { id }: PaymentMethod): Decline | null {
  const { decline, number } = testCardOf(scope, id);
  return number === chargeCustomerFail ? null : decline;
}

/**
 * Keeps the payment method for the customer; once kept, nothing more happens.
 * @throws a StripeApiError when it is another customer's, or 402 when its issuer says no
 */
export function attachPaymentMethod(
  scope: Scope,
  paymentMethod: PaymentMethod,
  customerId: string,
): PaymentMethod {
  if (paymentMethod.customer === customerId) return paymentMethod;
  if (paymentMethod.customer !== null) {
    throw invalidRequest(
      'The payment method you provided has already been attached to a customer.',
    );
  }
  const decline = attachRefusal(scope, paymentMethod);
  if (decline) throw refusalError(decline);
  const attached = scope.account.tables
    .of(paymentMethodKind)
    .update(paymentMethod.id, { customer: customerId });
  recordEvent(scope, 'payment_method.attached', attached);
  return attached;
}

function refusalError({ code, declineCode, message }: Decline): StripeApiError {
  return new StripeApiError(402, message, {
    type: 'card_error',
    code,
    members: code === 'card_declined' ? { decline_code: declineCode } : {},
  });
}

/** The customer's own payment method that a parameter names. */
export function keptPaymentMethod(
  scope: Scope,
  param: string,
  id: string,
  customerId: string,
): PaymentMethod {
  const paymentMethod = referencedPaymentMethod(scope, param, id);
  if (paymentMethod.customer === customerId) return paymentMethod;
  // A named test card is made when it is named, so it is nobody's yet.
  if (paymentMethod.customer === null && paymentMethod.id !== id) {
    return attachPaymentMethod(scope, paymentMethod, customerId);
  }
  throw invalidParameter(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    param,
    'resource_missing',
  );
}
