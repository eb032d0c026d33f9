import { recordEvent } from '../../events/events';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { Customer, Subscription } from '../../state/stored';
import type { Kind } from '../../state/tables';
import { customerKind } from '../customers/customers';
import { type Period, periodFrom } from './periods';
import { createItem, type ItemOrder, itemList, recurrenceOf } from './subscription-items';

export const subscriptionKind: Kind<Subscription> = {
  name: 'subscription',
  references: {
    customer: 'customer',
    default_payment_method: 'payment_method',
    latest_invoice: 'invoice',
  },
};

/** Nothing more happens to a subscription in one of these. */
const endedStatuses: readonly string[] = ['canceled', 'incomplete_expired'];

export function hasEnded({ status }: Subscription): boolean {
  return endedStatuses.includes(status);
}

export interface NewSubscription {
  readonly customer: string;
  readonly items: readonly ItemOrder[];
  /** When the trial ends, in seconds; null without one. */
  readonly trialEnd: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly description?: string | null;
  readonly metadata: Record<string, string>;
  readonly cancelAtPeriodEnd?: boolean;
  readonly paymentSettings?: Subscription['payment_settings'];
  readonly trialSettings?: Subscription['trial_settings'];
}

/** Stores a subscription and says nothing yet: its first invoice has to stand beside it first. */
export function startSubscription(scope: Scope, order: NewSubscription): Subscription {
  const now = scope.account.now();
  const id = newId('sub', '1', 24);
  const isTrial = order.trialEnd !== null;
  const anchor = order.trialEnd ?? now;
  const period = firstPeriod(order, now);
  return scope.account.tables.of(subscriptionKind).put({
    id,
    object: 'subscription',
    ...subscriptionDefaults,
    billing_cycle_anchor: anchor,
    cancel_at: order.cancelAtPeriodEnd ? period.end : null,
    cancel_at_period_end: order.cancelAtPeriodEnd ?? false,
    canceled_at: order.cancelAtPeriodEnd ? now : null,
    created: now,
    currency: order.items[0]?.price.currency ?? 'usd',
    customer: order.customer,
    default_payment_method: order.defaultPaymentMethod,
    description: order.description ?? null,
    items: itemList(
      id,
      order.items.map((item) => createItem(scope, id, item, period)),
    ),
    metadata: order.metadata,
    payment_settings: order.paymentSettings ?? subscriptionDefaults.payment_settings,
    start_date: now,
    status: isTrial ? 'trialing' : 'incomplete',
    trial_end: order.trialEnd,
    trial_settings: order.trialSettings ?? subscriptionDefaults.trial_settings,
    trial_start: isTrial ? now : null,
  });
}

function firstPeriod({ items, trialEnd }: NewSubscription, now: number): Period {
  const [first] = items;
  if (trialEnd !== null || !first) return { start: now, end: trialEnd ?? now };
  return periodFrom(now, now, recurrenceOf(first.price));
}

const subscriptionDefaults = {
  application: null,
  application_fee_percent: null,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null },
  billing_cycle_anchor_config: null,
  billing_mode: { flexible: null, type: 'classic' },
  billing_schedules: [],
  billing_thresholds: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  collection_method: 'charge_automatically',
  customer_account: null,
  days_until_due: null,
  default_source: null,
  default_tax_rates: [],
  discounts: [],
  ended_at: null,
  invoice_settings: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: { type: 'self' },
  },
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  payment_settings: {
    payment_method_options: null,
    payment_method_types: null,
    save_default_payment_method: 'off',
  },
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
  trial_settings: {
    end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
  },
} satisfies Partial<Subscription>;

export type SubscriptionEvent =
  | 'customer.subscription.deleted'
  | 'customer.subscription.paused'
  | 'customer.subscription.resumed'
  | 'customer.subscription.updated';

/** Stores what changed and says so; only an update tells what was there before. */
export function changeSubscription(
  scope: Scope,
  before: Subscription,
  change: Partial<Subscription>,
  type: SubscriptionEvent = 'customer.subscription.updated',
): Subscription {
  const after = scope.account.tables.of(subscriptionKind).put({ ...before, ...change });
  recordEvent(scope, type, after, type === 'customer.subscription.updated' ? before : undefined);
  return after;
}

interface Cancellation {
  readonly reason: NonNullable<Subscription['cancellation_details']>['reason'];
  readonly comment?: string | null | undefined;
  readonly feedback?: NonNullable<Subscription['cancellation_details']>['feedback'] | undefined;
}

/** Ends a subscription now; what was paid stays paid. */
export function endSubscription(
  scope: Scope,
  before: Subscription,
  { reason, comment, feedback }: Cancellation,
): Subscription {
  const now = scope.account.now();
  const details = before.cancellation_details;
  return changeSubscription(
    scope,
    before,
    {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: before.canceled_at ?? now,
      cancellation_details: {
        comment: comment ?? details?.comment ?? null,
        feedback: feedback ?? details?.feedback ?? null,
        feedback_option: null,
        reason,
      },
      ended_at: now,
      status: 'canceled',
    },
    'customer.subscription.deleted',
  );
}

/** The card that pays: the subscription's own, else the customer's. */
export function payingMethodOf({ account }: Scope, subscription: Subscription): string | null {
  const own = subscription.default_payment_method;
  if (typeof own === 'string') return own;
  const customer = account.tables.of(customerKind).find(String(subscription.customer));
  return customer ? defaultMethodOf(customer) : null;
}

export function defaultMethodOf({ invoice_settings }: Customer): string | null {
  const method = invoice_settings.default_payment_method;
  return typeof method === 'string' ? method : null;
}
