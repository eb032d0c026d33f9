import { listRoute, pageOf, pageShape } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { guestDetails, sessionDefaults, subscriptionDefaults } from '../models/checkout/defaults';
import {
  assertChargeable,
  createLineItems,
  lineItemShape,
  totalOf,
} from '../models/checkout/line-items';
import { offeredMethods } from '../models/checkout/offered-methods';
import {
  checkoutDetailsKind,
  checkoutSessionKind,
  currentSession,
  expireSession,
  hostedPageUrl,
} from '../models/checkout/sessions';
import { subscriptionOrderKind, type TrialEnd } from '../models/checkout/subscriptions';
import { customerKind } from '../models/customers/customers';
import { completeShipping, shippingShape } from '../parameters/addresses';
import { invalidParameter, invalidRequest, missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import {
  email,
  integer,
  list,
  nested,
  oneOf,
  type Parsed,
  required,
  text,
  webUrl,
} from '../parameters/params';
import type { Scope } from '../state/account';
import { newId } from '../state/ids';
import type { CheckoutSession, LineItem } from '../state/stored';

const createShape = {
  mode: required(oneOf('payment', 'setup', 'subscription')),
  success_url: required(webUrl()),
  allowed_payment_method_types: list(text()),
  cancel_url: webUrl(),
  client_reference_id: text({ maxLength: 200 }),
  currency: text({ maxLength: 3 }),
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: email(),
  excluded_payment_method_types: list(text()),
  expires_at: integer(),
  line_items: list(nested(lineItemShape)),
  locale: text(),
  metadata: metadata(),
  payment_intent_data: nested({
    capture_method: oneOf('automatic', 'automatic_async', 'manual'),
    description: text({ maxLength: 1000 }),
    metadata: metadata(),
    receipt_email: email(),
    setup_future_usage: oneOf('off_session', 'on_session'),
    shipping: nested(shippingShape),
    statement_descriptor: text({ maxLength: 22 }),
    statement_descriptor_suffix: text({ maxLength: 22 }),
  }),
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_types: list(oneOf('card', 'sepa_debit', 'us_bank_account')),
  subscription_data: nested({
    description: text({ maxLength: 500 }),
    metadata: metadata(),
    trial_end: integer(),
    trial_period_days: integer({ min: 1, max: 730 }),
  }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay'),
  ui_mode: oneOf('hosted_page'),
};

const halfAnHourSeconds = 30 * 60;
const oneDaySeconds = 24 * 60 * 60;

/** https://docs.stripe.com/api/checkout/sessions/create: from 30 minutes to 24 hours, 24 hours unless given. */
function expiryOf({ account }: Scope, expiresAt: number | undefined): number {
  const now = account.now();
  if (expiresAt === undefined) return now + oneDaySeconds;
  if (expiresAt < now + halfAnHourSeconds) {
    throw invalidParameter(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      'expires_at',
    );
  }
  if (expiresAt > now + oneDaySeconds) {
    throw invalidParameter(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      'expires_at',
    );
  }
  return expiresAt;
}

function assertConsistent({ account }: Scope, params: Parsed<typeof createShape>): void {
  if (params.mode === 'setup') {
    throw invalidParameter(
      'The local Stripe has no `setup` mode, which Stripe has. Use mode payment or subscription.',
      'mode',
    );
  }
  if (!params.line_items?.length) {
    throw missingParameter(
      'line_items',
      `The \`line_items\` parameter is required in ${params.mode} mode.`,
    );
  }
  for (const [param, mode] of [
    ['payment_intent_data', 'payment'],
    ['submit_type', 'payment'],
    ['subscription_data', 'subscription'],
  ] as const) {
    if (params[param] === undefined || params.mode === mode) continue;
    throw invalidParameter(`You can not pass \`${param}\` in \`${params.mode}\` mode.`, param);
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: customer, customer_email.',
      'customer',
    );
  }
  if (params.customer !== undefined) {
    if (params.customer_creation !== undefined) {
      throw invalidParameter(
        'You may only specify one of these parameters: customer, customer_creation.',
        'customer_creation',
      );
    }
    account.tables.of(customerKind).referencedBy('customer', params.customer);
  }
}

function create(call: Call<typeof createShape>): CheckoutSession {
  const { account, params } = call;
  assertConsistent(call, params);
  const expiresAt = expiryOf(call, params.expires_at);
  const mode = params.mode === 'subscription' ? 'subscription' : 'payment';
  const trialEnd = trialEndOf(call);
  assertChargeable(call, params.line_items ?? [], params.currency, mode);
  const lineItems = createLineItems(call, params.line_items ?? []);
  const id = newId('cs_test', 'a1', 58);
  const { shipping, metadata: paymentMetadata, ...payment } = params.payment_intent_data ?? {};
  account.tables.of(checkoutDetailsKind).put({
    id,
    lineItems,
    payment: {
      description: payment.description ?? null,
      metadata: changedMetadata({}, paymentMetadata),
      capture_method: payment.capture_method ?? 'automatic_async',
      receipt_email: payment.receipt_email ?? null,
      setup_future_usage: payment.setup_future_usage ?? null,
      shipping: shipping ? completeShipping(shipping) : null,
      statement_descriptor: payment.statement_descriptor ?? null,
      statement_descriptor_suffix: payment.statement_descriptor_suffix ?? null,
    },
  });
  if (mode === 'subscription') {
    const order = params.subscription_data ?? {};
    account.tables.of(subscriptionOrderKind).put({
      id,
      begun: null,
      description: order.description ?? null,
      metadata: changedMetadata({}, order.metadata),
      trialEnd,
    });
  }
  return account.tables.of(checkoutSessionKind).put({
    id,
    ...sessionDefaults,
    ...(mode === 'subscription' && subscriptionDefaults),
    ...amountsOf(trialEnd === null ? lineItems : lineItems.filter(({ price }) => !price.recurring)),
    currency: lineItems[0]?.currency ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: account.now(),
    customer: params.customer ?? null,
    customer_creation: params.customer
      ? null
      : mode === 'subscription'
        ? 'always'
        : (params.customer_creation ?? 'if_required'),
    customer_details: params.customer_email ? guestDetails(params.customer_email) : null,
    customer_email: params.customer_email ?? null,
    ...(params.excluded_payment_method_types && {
      excluded_payment_method_types: params.excluded_payment_method_types,
    }),
    expires_at: expiresAt,
    locale: params.locale ?? null,
    metadata: changedMetadata({}, params.metadata),
    payment_method_types: offeredMethods(mode, lineItems[0]?.currency, params),
    submit_type: params.submit_type ?? null,
    success_url: params.success_url,
    url: hostedPageUrl(account, id),
  });
}

function amountsOf(lineItems: readonly LineItem[]) {
  return {
    amount_subtotal: totalOf(lineItems),
    amount_total: totalOf(lineItems),
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  };
}

function trialEndOf({ account, params }: Call<typeof createShape>): TrialEnd | null {
  const { trial_end: at, trial_period_days: days } = params.subscription_data ?? {};
  if (at !== undefined && days !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'subscription_data[trial_end]',
    );
  }
  // Stripe: at least 48 hours ahead, so that the buyer may take the session's whole time.
  if (at !== undefined && at < account.now() + 2 * oneDaySeconds) {
    throw invalidParameter(
      'The `trial_end` date has to be at least 2 days in the future.',
      'subscription_data[trial_end]',
    );
  }
  if (days !== undefined) return { days };
  return at === undefined ? null : { at };
}

function expire(call: Call<Record<never, never>>): CheckoutSession {
  const session = currentSession(call.account, call.pathIds('id'));
  if (session.status === 'open') return expireSession(call, session);
  throw invalidRequest(
    `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
  );
}

export const checkoutSessions: Resource = {
  kind: checkoutSessionKind,
  routes: [
    route('POST', '/v1/checkout/sessions', createShape, create),

    route('GET', '/v1/checkout/sessions/:id', {}, ({ account, pathIds }) =>
      currentSession(account, pathIds('id')),
    ),

    route('POST', '/v1/checkout/sessions/:id/expire', {}, expire),

    route('GET', '/v1/checkout/sessions/:id/line_items', pageShape, (call) => {
      const { id } = call.account.tables.of(checkoutSessionKind).get(call.pathIds('id'));
      const { lineItems } = call.account.tables.of(checkoutDetailsKind).get(id);
      return pageOf(lineItems, call.params, { url: call.path, noun: 'item' });
    }),

    listRoute(
      '/v1/checkout/sessions',
      checkoutSessionKind,
      {
        customer: text(),
        customer_details: nested({ email: required(text()) }),
        payment_intent: text(),
        subscription: text(),
        status: oneOf('complete', 'expired', 'open'),
      },
      (filter) => (session) =>
        (filter.customer === undefined || session.customer === filter.customer) &&
        (filter.payment_intent === undefined || session.payment_intent === filter.payment_intent) &&
        (filter.subscription === undefined || session.subscription === filter.subscription) &&
        (filter.status === undefined || session.status === filter.status) &&
        (filter.customer_details === undefined ||
          session.customer_details?.email === filter.customer_details.email),
    ),
  ],
};
