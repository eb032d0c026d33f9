import type { Scope } from './account';
import type { Decline } from './cards';
import { openDispute } from './disputes';
import { documentationUrl, invalidRequest, StripeApiError } from './errors';
import { recordEvent } from './events';
import { newId, randomCharacters } from './ids';
import { createCharge } from './resources/charges';
import { testCardOf } from './resources/payment-methods';
import type { Charge, PaymentIntent, PaymentMethod } from './stored';
import type { Kind } from './tables';

export const paymentIntentKind: Kind<PaymentIntent> = {
  name: 'payment_intent',
  param: 'intent',
  references: {
    customer: 'customer',
    latest_charge: 'charge',
    payment_method: 'payment_method',
  },
};

/** What a payment is created from; everything left out is Stripe's default. */
export type NewPayment = Pick<PaymentIntent, 'amount' | 'currency'> &
  Partial<
    Pick<
      PaymentIntent,
      | 'automatic_payment_methods'
      | 'customer'
      | 'description'
      | 'metadata'
      | 'receipt_email'
      | 'setup_future_usage'
      | 'shipping'
      | 'statement_descriptor'
      | 'statement_descriptor_suffix'
    >
  >;

export function createPaymentIntent(scope: Scope, payment: NewPayment): PaymentIntent {
  const id = newId('pi', '3', 24);
  const intent = scope.account.tables.of(paymentIntentKind).put({
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${randomCharacters(25)}`,
    confirmation_method: 'automatic',
    created: scope.account.now(),
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: noCardOptions },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
    ...payment,
  });
  recordEvent(scope, 'payment_intent.created', intent);
  return intent;
}

const noCardOptions = {
  installments: null,
  mandate_options: null,
  network: null,
  request_three_d_secure: 'automatic',
} as const;

export interface PaymentAttempt {
  readonly intent: PaymentIntent;
  readonly charge: Charge;
  /** Null when the money was taken. */
  readonly decline: Decline | null;
}

const payableStatuses: readonly string[] = ['requires_payment_method', 'requires_confirmation'];

/** Takes the payment's amount from the card, or fails as that card does; the payment can be tried again then. */
export function attemptPayment(
  scope: Scope,
  intentId: string,
  paymentMethod: PaymentMethod,
): PaymentAttempt {
  const intents = scope.account.tables.of(paymentIntentKind);
  const before = intents.get(intentId);
  if (!payableStatuses.includes(before.status)) {
    throw invalidRequest(
      `This PaymentIntent's payment_method could not be updated because it has a status of ${before.status}. You may only update the payment_method of a PaymentIntent with one of the following statuses: ${payableStatuses.join(', ')}.`,
      'payment_intent_unexpected_state',
    );
  }
  const { decline, dispute } = testCardOf(scope, paymentMethod.id);
  const charge = createCharge(scope, before, paymentMethod, decline);
  if (!decline && dispute) openDispute(scope, charge, { reason: dispute });
  const intent = intents.put({
    ...before,
    latest_charge: charge.id,
    ...(decline
      ? {
          last_payment_error: paymentError(charge, paymentMethod, decline),
          payment_method: null,
          status: 'requires_payment_method',
        }
      : {
          amount_received: before.amount,
          last_payment_error: null,
          payment_method: paymentMethod.id,
          status: 'succeeded',
        }),
  });
  recordEvent(
    scope,
    decline ? 'payment_intent.payment_failed' : 'payment_intent.succeeded',
    intent,
  );
  return { intent, charge, decline };
}

/** The decline as `last_payment_error` and as the `error` of the answer hold it. */
function paymentError(charge: Charge, paymentMethod: PaymentMethod, decline: Decline) {
  return {
    advice_code: 'try_again_later',
    charge: charge.id,
    code: decline.code,
    ...(decline.code === 'card_declined' && { decline_code: decline.declineCode }),
    doc_url: documentationUrl(decline.code),
    message: decline.message,
    payment_method: paymentMethod,
    type: 'card_error',
  };
}

/** The 402 that an API call which met a decline answers. */
export function cardError({ intent, charge, decline }: PaymentAttempt & { decline: Decline }) {
  return new StripeApiError(402, decline.message, {
    type: 'card_error',
    code: decline.code,
    members: {
      charge: charge.id,
      ...(decline.code === 'card_declined' && { decline_code: decline.declineCode }),
      payment_intent: intent,
      payment_method: intent.last_payment_error?.payment_method,
    },
  });
}
