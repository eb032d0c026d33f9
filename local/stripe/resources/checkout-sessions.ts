import type { Scope } from '../account';
import { completeShipping, shippingShape } from '../addresses';
import {
  checkoutDetailsKind,
  checkoutSessionKind,
  currentSession,
  expireSession,
  hostedPageUrl,
} from '../checkout';
import { invalidParameter, invalidRequest, missingParameter } from '../errors';
import { newId } from '../ids';
import { assertChargeable, createLineItems, lineItemShape, totalOf } from '../line-items';
import { listRoute, pageOf, pageShape } from '../listing';
import { changedMetadata, metadata } from '../metadata';
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
} from '../params';
import { type Call, type Resource, route } from '../routing';
import type { CheckoutSession, LineItem } from '../stored';
import { customerKind } from './customers';

const createShape = {
  mode: required(oneOf('payment', 'setup', 'subscription')),
  success_url: required(webUrl()),
  cancel_url: webUrl(),
  client_reference_id: text({ maxLength: 200 }),
  currency: text({ maxLength: 3 }),
  customer: text(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: email(),
  expires_at: integer(),
  line_items: list(nested(lineItemShape)),
  locale: text(),
  metadata: metadata(),
  payment_intent_data: nested({
    description: text({ maxLength: 1000 }),
    metadata: metadata(),
    receipt_email: email(),
    setup_future_usage: oneOf('off_session', 'on_session'),
    shipping: nested(shippingShape),
    statement_descriptor: text({ maxLength: 22 }),
    statement_descriptor_suffix: text({ maxLength: 22 }),
  }),
  payment_method_types: list(oneOf('card')),
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
  if (params.mode !== 'payment') {
    throw invalidParameter(
      `The local Stripe has no \`${params.mode}\` mode yet, which Stripe has. Use mode payment.`,
      'mode',
    );
  }
  if (!params.line_items?.length) {
    throw missingParameter('line_items', 'The `line_items` parameter is required in payment mode.');
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
  assertChargeable(call, params.line_items ?? [], params.currency);
  const lineItems = createLineItems(call, params.line_items ?? []);
  const id = newId('cs_test', 'a1', 58);
  const { shipping, metadata: paymentMetadata, ...payment } = params.payment_intent_data ?? {};
  account.tables.of(checkoutDetailsKind).put({
    id,
    lineItems,
    payment: {
      description: payment.description ?? null,
      metadata: changedMetadata({}, paymentMetadata),
      receipt_email: payment.receipt_email ?? null,
      setup_future_usage: payment.setup_future_usage ?? null,
      shipping: shipping ? completeShipping(shipping) : null,
      statement_descriptor: payment.statement_descriptor ?? null,
      statement_descriptor_suffix: payment.statement_descriptor_suffix ?? null,
    },
  });
  return account.tables.of(checkoutSessionKind).put({
    id,
    ...sessionDefaults,
    ...amountsOf(lineItems),
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: account.now(),
    customer: params.customer ?? null,
    customer_creation: params.customer ? null : (params.customer_creation ?? 'if_required'),
    customer_details: params.customer_email ? guestDetails(params.customer_email) : null,
    customer_email: params.customer_email ?? null,
    expires_at: expiresAt,
    locale: params.locale ?? null,
    metadata: changedMetadata({}, params.metadata),
    submit_type: params.submit_type ?? null,
    success_url: params.success_url,
    url: hostedPageUrl(account, id),
  });
}

function amountsOf(lineItems: readonly LineItem[]) {
  return {
    amount_subtotal: totalOf(lineItems),
    amount_total: totalOf(lineItems),
    currency: lineItems[0]?.currency ?? null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
  };
}

function guestDetails(guestEmail: string): NonNullable<CheckoutSession['customer_details']> {
  return {
    address: null,
    business_name: null,
    email: guestEmail,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: null,
  };
}

/** What a session in payment mode has when nothing was asked for. */
const sessionDefaults = {
  object: 'checkout.session',
  adaptive_pricing: { enabled: true },
  after_expiration: null,
  allow_promotion_codes: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: {
    business_name: null,
    individual_name: null,
    shipping_details: null,
  },
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer_account: null,
  discounts: [],
  integration_identifier: null,
  invoice: null,
  invoice_creation: {
    enabled: false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: null,
      metadata: {},
      rendering_options: null,
    },
  },
  livemode: false,
  managed_payments: { enabled: false },
  mode: 'payment',
  origin_context: null,
  payment_intent: null,
  payment_link: null,
  payment_method_collection: 'if_required',
  payment_method_configuration_details: null,
  payment_method_options: { card: { request_three_d_secure: 'automatic' } },
  payment_method_types: ['card'],
  payment_status: 'unpaid',
  permissions: null,
  phone_number_collection: { enabled: false },
  recovered_from: null,
  saved_payment_method_options: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  status: 'open',
  subscription: null,
  ui_mode: 'hosted_page',
  wallet_options: null,
} satisfies Partial<CheckoutSession>;

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
        status: oneOf('complete', 'expired', 'open'),
      },
      (filter) => (session) =>
        (filter.customer === undefined || session.customer === filter.customer) &&
        (filter.payment_intent === undefined || session.payment_intent === filter.payment_intent) &&
        (filter.status === undefined || session.status === filter.status) &&
        (filter.customer_details === undefined ||
          session.customer_details?.email === filter.customer_details.email),
    ),
  ],
};
