import { listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { checkoutSessionKind } from '../models/checkout/sessions';
import { customerKind } from '../models/customers/customers';
import { referencedPaymentMethod } from '../models/customers/payment-methods';
import { cancelPayment, capturePayment } from '../models/payments/captures';
import {
  attemptPayment,
  cardError,
  createPaymentIntent,
  paymentIntentKind,
} from '../models/payments/payment-intents';
import { completeShipping, shippingShape } from '../parameters/addresses';
import { invalidParameter, invalidRequest, missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import { formatBound, maximumAmount, minimumAmount } from '../parameters/money';
import {
  boolean,
  currency,
  email,
  givenMembers,
  integer,
  list,
  nested,
  oneOf,
  required,
  text,
  unsettable,
  webUrl,
} from '../parameters/params';
import type { Scope } from '../state/account';
import type { PaymentIntent, PaymentMethod } from '../state/stored';

const createShape = {
  amount: required(integer()),
  currency: required(currency()),
  automatic_payment_methods: nested({
    enabled: required(boolean()),
    allow_redirects: oneOf('always', 'never'),
  }),
  confirm: boolean(),
  customer: text(),
  description: text(),
  metadata: metadata(),
  payment_method: text(),
  payment_method_types: list(oneOf('card')),
  receipt_email: email(),
  return_url: webUrl(),
  setup_future_usage: oneOf('off_session', 'on_session'),
  shipping: nested(shippingShape),
  statement_descriptor: text({ maxLength: 22 }),
  statement_descriptor_suffix: text({ maxLength: 22 }),
};

const updateShape = {
  description: unsettable(text()),
  metadata: metadata(),
  receipt_email: unsettable(email()),
};

function assertChargeable(amountMinor: number, inCurrency: string): void {
  if (amountMinor < minimumAmount(inCurrency)) {
    throw invalidParameter(
      `Amount must be at least ${formatBound(minimumAmount(inCurrency), inCurrency)}`,
      'amount',
      'amount_too_small',
    );
  }
  if (amountMinor > maximumAmount) {
    throw invalidParameter(
      `Amount must be no more than ${formatBound(maximumAmount, inCurrency)}`,
      'amount',
      'amount_too_large',
    );
  }
}

function create(call: Call<typeof createShape>): PaymentIntent {
  const { params } = call;
  assertChargeable(params.amount, params.currency);
  if (params.customer !== undefined) {
    call.account.tables.of(customerKind).referencedBy('customer', params.customer);
  }
  const paymentMethod = params.payment_method
    ? referencedPaymentMethod(call, 'payment_method', params.payment_method)
    : undefined;
  if (params.confirm && !paymentMethod) {
    throw invalidRequest(
      'You cannot confirm this PaymentIntent because it is missing a payment method. Update the PaymentIntent with a payment method and try confirming again.',
      'payment_intent_unexpected_state',
    );
  }
  const { automatic_payment_methods: automatic } = params;
  const intent = createPaymentIntent(call, {
    amount: params.amount,
    currency: params.currency,
    automatic_payment_methods: automatic
      ? { enabled: automatic.enabled, allow_redirects: automatic.allow_redirects ?? 'always' }
      : null,
    customer: params.customer ?? null,
    description: params.description ?? null,
    metadata: changedMetadata({}, params.metadata),
    receipt_email: params.receipt_email ?? null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: params.shipping ? completeShipping(params.shipping) : null,
    statement_descriptor: params.statement_descriptor ?? null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
  });
  if (!paymentMethod) return intent;
  if (params.confirm) return confirm(call, intent.id, paymentMethod, params.return_url);
  return call.account.tables.of(paymentIntentKind).update(intent.id, {
    payment_method: paymentMethod.id,
    status: 'requires_confirmation',
  });
}

function confirm(
  call: Scope,
  intentId: string,
  paymentMethod: PaymentMethod,
  returnUrl: string | null = null,
): PaymentIntent {
  const { intent, charge, decline } = attemptPayment(call, intentId, paymentMethod, returnUrl);
  if (decline) throw cardError({ intent, charge, decline });
  return intent;
}

function cancel(call: Call<typeof cancelShape>): PaymentIntent {
  const before = call.account.tables.of(paymentIntentKind).get(call.pathIds('id'));
  return cancelPayment(call, before, call.params.cancellation_reason ?? null);
}

const captureShape = { amount_to_capture: integer({ min: 1 }) };

/** A session whose payment was captured is paid; no event of the session's says so. */
function capture(call: Call<typeof captureShape>): PaymentIntent {
  const { tables } = call.account;
  const before = tables.of(paymentIntentKind).get(call.pathIds('id'));
  const captured = capturePayment(call, before, call.params.amount_to_capture);
  const sessions = tables.of(checkoutSessionKind);
  const session = sessions.oldestFirst().find((each) => each.payment_intent === captured.id);
  if (session) sessions.update(session.id, { payment_status: 'paid' });
  return captured;
}

const cancelShape = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
};

export const paymentIntents: Resource = {
  kind: paymentIntentKind,
  routes: [
    route('POST', '/v1/payment_intents', createShape, create),

    route('GET', '/v1/payment_intents/:id', { client_secret: text() }, ({ account, pathIds }) =>
      account.tables.of(paymentIntentKind).get(pathIds('id')),
    ),

    route('POST', '/v1/payment_intents/:id', updateShape, ({ account, params, pathIds }) => {
      const table = account.tables.of(paymentIntentKind);
      const before = table.get(pathIds('id'));
      const { metadata: metadataChange, ...change } = params;
      return table.put({
        ...before,
        ...givenMembers(change),
        metadata: changedMetadata(before.metadata, metadataChange),
      });
    }),

    route(
      'POST',
      '/v1/payment_intents/:id/confirm',
      { payment_method: text(), return_url: webUrl() },
      (call) => {
        const intent = call.account.tables.of(paymentIntentKind).get(call.pathIds('id'));
        const named = call.params.payment_method ?? intent.payment_method;
        if (named === null) throw missingParameter('payment_method');
        const paymentMethod = referencedPaymentMethod(call, 'payment_method', named);
        return confirm(call, intent.id, paymentMethod, call.params.return_url);
      },
    ),

    route('POST', '/v1/payment_intents/:id/cancel', cancelShape, cancel),
    route('POST', '/v1/payment_intents/:id/capture', captureShape, capture),

    listRoute(
      '/v1/payment_intents',
      paymentIntentKind,
      { customer: text() },
      (filter) => (intent) => filter.customer === undefined || intent.customer === filter.customer,
    ),
  ],
};
