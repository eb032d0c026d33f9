import { recordEvent } from '../../events/events';
import { documentationUrl, invalidRequest, StripeApiError } from '../../parameters/errors';
import type { Account, Scope } from '../../state/account';
import { newId, randomCharacters } from '../../state/ids';
import type { Charge, PaymentIntent, PaymentMethod } from '../../state/stored';
import type { Kind, Row } from '../../state/tables';
import { testCardOf } from '../customers/payment-methods';
import { isBankDebit } from '../customers/test-bank-accounts';
import type { Decline } from '../customers/test-cards';
import { createCharge, settleCharge } from './charges';
import { openDispute } from './disputes';

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
      | 'capture_method'
      | 'customer'
      | 'description'
      | 'metadata'
      | 'payment_method_types'
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

/** The buyer has shown the issuer who they are: this payment method is not asked again. */
interface Authentication extends Row {
  readonly paymentMethodId: string;
}
export const authenticationKind: Kind<Authentication> = { name: 'payment_authentication' };

/**
 * What an attempt came to. The intent's `status` says it: `succeeded`, `processing` (a bank debit),
 * `requires_action` (the buyer is to authenticate), `requires_payment_method` (declined).
 */
export interface PaymentAttempt {
  readonly intent: PaymentIntent;
  /** Null as long as the issuer has not been asked for money. */
  readonly charge: Charge | null;
  /** Null unless the issuer said no. */
  readonly decline: Decline | null;
}

const payableStatuses: readonly string[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];

/**
 * Takes the payment's amount from the card or the account, or fails as that one does; the payment
 * can be tried again then.
 * @param returnUrl where the buyer goes after an authentication, if not back to a checkout session
 */
export function attemptPayment(
  scope: Scope,
  intentId: string,
  paymentMethod: PaymentMethod,
  returnUrl: string | null = null,
): PaymentAttempt {
  const before = scope.account.tables.of(paymentIntentKind).get(intentId);
  if (!payableStatuses.includes(before.status)) {
    throw invalidRequest(
      `This PaymentIntent's payment_method could not be updated because it has a status of ${before.status}. You may only update the payment_method of a PaymentIntent with one of the following statuses: ${payableStatuses.join(', ')}.`,
      'payment_intent_unexpected_state',
    );
  }
  if (isBankDebit(paymentMethod.type)) return debit(scope, before, paymentMethod);
  const { asksForAuthentication, decline, dispute } = testCardOf(scope, paymentMethod.id);
  if (asksForAuthentication && !isAuthenticated(scope, intentId, paymentMethod)) {
    return askForAuthentication(scope, before, paymentMethod, returnUrl);
  }
  const charge = createCharge(scope, before, paymentMethod, { decline });
  if (!decline && dispute) openDispute(scope, charge, { reason: dispute });
  const intent = concludePayment(scope, before, charge, paymentMethod, decline);
  return { intent, charge, decline };
}

/** Writes down what the issuer or the bank answered. */
function concludePayment(
  scope: Scope,
  before: PaymentIntent,
  charge: Charge,
  paymentMethod: PaymentMethod,
  decline: Decline | null,
): PaymentIntent {
  const intent = scope.account.tables.of(paymentIntentKind).put({
    ...before,
    latest_charge: charge.id,
    next_action: null,
    ...(decline
      ? {
          last_payment_error: paymentError(paymentMethod, decline, charge),
          payment_method: null,
          status: 'requires_payment_method',
        }
      : {
          ...(charge.captured
            ? { amount_received: before.amount, status: 'succeeded' }
            : { amount_capturable: before.amount, status: 'requires_capture' }),
          last_payment_error: null,
          payment_method: paymentMethod.id,
        }),
  });
  recordEvent(scope, typesByStatus[intent.status] ?? 'payment_intent.payment_failed', intent);
  return intent;
}

const typesByStatus: Readonly<Record<string, string>> = {
  requires_capture: 'payment_intent.amount_capturable_updated',
  succeeded: 'payment_intent.succeeded',
};

/** A debit is only begun: the bank answers days later. */
function debit(scope: Scope, before: PaymentIntent, paymentMethod: PaymentMethod): PaymentAttempt {
  const charge = createCharge(scope, before, paymentMethod, { decline: null, isPending: true });
  const intent = scope.account.tables.of(paymentIntentKind).put({
    ...before,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: paymentMethod.id,
    status: 'processing',
  });
  recordEvent(scope, 'payment_intent.processing', intent);
  return { intent, charge, decline: null };
}

/**
 * The bank answers to a debit.
 * @param decline null when the money came
 * @throws a StripeApiError when the payment is not processing
 */
export function settleDebit(
  scope: Scope,
  intentId: string,
  paymentMethod: PaymentMethod,
  decline: Decline | null,
): PaymentIntent {
  const before = scope.account.tables.of(paymentIntentKind).get(intentId);
  if (before.status !== 'processing' || before.latest_charge === null) {
    throw invalidRequest(
      `The payment ${intentId} has the status ${before.status}; expected processing.`,
    );
  }
  const charge = settleCharge(scope, before.latest_charge, decline);
  return concludePayment(scope, before, charge, paymentMethod, decline);
}

function isAuthenticated({ account }: Scope, intentId: string, { id }: PaymentMethod): boolean {
  return account.tables.of(authenticationKind).find(intentId)?.paymentMethodId === id;
}

/** 3D Secure: nothing is charged until the buyer has been at `next_action`'s address. */
function askForAuthentication(
  scope: Scope,
  before: PaymentIntent,
  paymentMethod: PaymentMethod,
  returnUrl: string | null,
): PaymentAttempt {
  const url = authenticationUrl(scope.account, before.id);
  const intent = scope.account.tables.of(paymentIntentKind).put({
    ...before,
    next_action: {
      type: 'redirect_to_url',
      redirect_to_url: { return_url: returnUrl, url },
    },
    payment_method: paymentMethod.id,
    status: 'requires_action',
  });
  recordEvent(scope, 'payment_intent.requires_action', intent);
  return { intent, charge: null, decline: null };
}

/** Where the buyer authenticates a payment. */
export function authenticationUrl({ url }: Pick<Account, 'url'>, intentId: string): string {
  return `${url}/c/authenticate/${intentId}`;
}

/** The refusal as `last_payment_error` and as the `error` of the answer hold it. */
export function paymentError(
  paymentMethod: PaymentMethod,
  decline: Decline,
  charge: Charge | null,
): NonNullable<PaymentIntent['last_payment_error']> {
  const isCardDecline = decline.code === 'card_declined';
  return {
    ...(charge && { advice_code: 'try_again_later', charge: charge.id }),
    code: decline.code,
    ...(isCardDecline && { decline_code: decline.declineCode }),
    doc_url: documentationUrl(decline.code),
    message: decline.message,
    payment_method: paymentMethod,
    type: paymentMethod.type === 'card' ? 'card_error' : 'invalid_request_error',
  };
}

/** The 402 that an API call which met a decline answers. */
export function cardError({ intent, charge, decline }: PaymentAttempt & { decline: Decline }) {
  return new StripeApiError(402, decline.message, {
    type: 'card_error',
    code: decline.code,
    members: {
      ...(charge && { charge: charge.id }),
      ...(decline.code === 'card_declined' && { decline_code: decline.declineCode }),
      payment_intent: intent,
      payment_method: intent.last_payment_error?.payment_method,
    },
  });
}
