import type { Call } from '../../http/routing';
import { invalidParameter, missingParameter, StripeApiError } from '../../parameters/errors';
import { changedMetadata, metadata } from '../../parameters/metadata';
import {
  boolean,
  integer,
  list,
  nested,
  oneOf,
  type Parsed,
  required,
  text,
} from '../../parameters/params';
import type { Scope } from '../../state/account';
import type { Subscription } from '../../state/stored';
import { customerKind } from '../customers/customers';
import { keptPaymentMethod } from '../customers/kept-cards';
import { testCardOf } from '../customers/payment-methods';
import { collectInvoice } from './collection';
import { assertOneCycle, itemPrice, itemShape } from './item-changes';
import { beginSubscription } from './subscription-invoices';
import { type ItemOrder, planOf } from './subscription-items';
import { defaultMethodOf, subscriptionKind } from './subscriptions';

const oneDaySeconds = 24 * 60 * 60;

export const trialSettingsShape = {
  end_behavior: required(
    nested({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')) }),
  ),
};

export const createShape = {
  customer: required(text()),
  items: required(list(nested(itemShape), { max: 20 })),
  cancel_at_period_end: boolean(),
  collection_method: oneOf('charge_automatically'),
  currency: text({ maxLength: 3 }),
  default_payment_method: text(),
  description: text({ maxLength: 500 }),
  metadata: metadata(),
  off_session: boolean(),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  payment_settings: nested({
    payment_method_types: list(oneOf('card')),
    save_default_payment_method: oneOf('off', 'on_subscription'),
  }),
  trial_end: text(),
  trial_period_days: integer({ min: 1, max: 730 }),
  trial_settings: nested(trialSettingsShape),
};

type Params = Parsed<typeof createShape>;

/** https://docs.stripe.com/api/subscriptions/create */
export function createSubscription(call: Call<typeof createShape>): Subscription {
  const { account, params } = call;
  const customer = account.tables.of(customerKind).referencedBy('customer', params.customer);
  const trialEnd = trialEndOf(call, params);
  const items = itemOrders(call, params);
  const own = params.default_payment_method;
  const defaultPaymentMethod = own
    ? keptPaymentMethod(call, 'default_payment_method', own, customer.id).id
    : null;
  const payingMethod = defaultPaymentMethod ?? defaultMethodOf(customer);
  const isCollected = params.payment_behavior !== 'default_incomplete';
  if (isCollected && trialEnd === null) assertCanPay(call, items, payingMethod, params);
  const { subscription, invoice } = beginSubscription(call, {
    cancelAtPeriodEnd: params.cancel_at_period_end ?? false,
    customer: customer.id,
    defaultPaymentMethod,
    description: params.description ?? null,
    items,
    metadata: changedMetadata({}, params.metadata),
    paymentSettings: {
      payment_method_options: null,
      payment_method_types: params.payment_settings?.payment_method_types ?? null,
      save_default_payment_method: params.payment_settings?.save_default_payment_method ?? 'off',
    },
    trialEnd,
    ...(params.trial_settings && { trialSettings: trialSettings(params.trial_settings) }),
  });
  if (isCollected || invoice.amount_due === 0) collectInvoice(call, invoice, payingMethod);
  return account.tables.of(subscriptionKind).get(subscription.id);
}

export function trialSettings({
  end_behavior,
}: Parsed<typeof trialSettingsShape>): NonNullable<Subscription['trial_settings']> {
  return { end_behavior: { billing_cycle_anchor: null, ...end_behavior } };
}

function itemOrders(scope: Scope, { items }: Params): ItemOrder[] {
  if (items.length === 0) throw missingParameter('items');
  const orders = items.map((item, index) => {
    const price = itemPrice(scope, item, `items[${index}]`);
    if (!price) throw missingParameter(`items[${index}][price]`);
    return {
      price,
      quantity: item.quantity ?? 1,
      metadata: changedMetadata({}, item.metadata),
    };
  });
  assertOneCycle(orders.map(({ price }) => ({ plan: planOf(price), price })));
  return orders;
}

/** @returns the second that the trial ends in; null without one */
function trialEndOf({ account }: Scope, params: Params): number | null {
  if (params.trial_end !== undefined && params.trial_period_days !== undefined) {
    throw invalidParameter(
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'trial_end',
    );
  }
  if (params.trial_period_days !== undefined) {
    return account.now() + params.trial_period_days * oneDaySeconds;
  }
  const end = trialEndSecond(params.trial_end, account.now());
  return end === 'now' ? null : end;
}

/** Reads `trial_end`: a second of the future, or `now`. */
export function trialEndSecond(given: string | undefined, now: number): number | 'now' | null {
  if (given === undefined) return null;
  if (given === 'now') return 'now';
  if (/^\d+$/.test(given) && Number(given) > now) return Number(given);
  throw invalidParameter(
    `Invalid timestamp: ${given}; it must be a second in the future or \`now\`.`,
    'trial_end',
  );
}

function assertCanPay(
  scope: Scope,
  items: readonly ItemOrder[],
  methodId: string | null,
  { payment_behavior: behavior }: Params,
): void {
  if (items.every(({ price, quantity }) => (price.unit_amount ?? 0) * quantity === 0)) return;
  if (methodId === null) {
    throw new StripeApiError(
      400,
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
      { code: 'resource_missing' },
    );
  }
  if (behavior !== 'error_if_incomplete') return;
  const { decline } = testCardOf(scope, methodId);
  if (!decline) return;
  throw new StripeApiError(402, decline.message, {
    type: 'card_error',
    code: decline.code,
    members: decline.code === 'card_declined' ? { decline_code: decline.declineCode } : {},
  });
}
