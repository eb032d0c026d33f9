import { recordEvent } from '../../events/events';
import type { Call } from '../../http/routing';
import { invalidRequest } from '../../parameters/errors';
import { changedMetadata, metadata } from '../../parameters/metadata';
import {
  boolean,
  givenMembers,
  integer,
  list,
  nested,
  oneOf,
  type Parsed,
  required,
  text,
  unsettable,
} from '../../parameters/params';
import type { Scope } from '../../state/account';
import type { Subscription } from '../../state/stored';
import { keptPaymentMethod } from '../customers/kept-cards';
import { changedItems, type ItemChanges, itemShape } from './item-changes';
import { trialEndSecond, trialSettings, trialSettingsShape } from './new-subscription';
import { prorate } from './prorations';
import { changeAndBill, collectDraft, cycleFromNow, endTrial } from './renewals';
import { draftFor } from './subscription-invoices';
import { currentPeriod, itemList, itemsIn } from './subscription-items';
import { changeSubscription, hasEnded, subscriptionKind } from './subscriptions';

export const cancellationDetailsShape = {
  comment: unsettable(text()),
  feedback: oneOf(
    'customer_service',
    'low_quality',
    'missing_features',
    'other',
    'switched_service',
    'too_complex',
    'too_expensive',
    'unused',
  ),
};

export const updateShape = {
  cancel_at: unsettable(integer()),
  cancel_at_period_end: boolean(),
  cancellation_details: nested(cancellationDetailsShape),
  default_payment_method: text(),
  description: unsettable(text({ maxLength: 500 })),
  items: list(nested(itemShape), { max: 20 }),
  metadata: metadata(),
  pause_collection: unsettable(
    nested({
      behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')),
      resumes_at: integer(),
    }),
  ),
  payment_behavior: oneOf('allow_incomplete'),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  trial_end: text(),
  trial_settings: nested(trialSettingsShape),
};

type Params = Parsed<typeof updateShape>;

/** https://docs.stripe.com/api/subscriptions/update */
export function updateSubscription(call: Call<typeof updateShape>): Subscription {
  const { account, params } = call;
  const before = account.tables.of(subscriptionKind).get(call.pathIds('id'));
  assertChangeable(before, params);
  const trialEnd = trialEndSecond(params.trial_end, account.now());
  const items = params.items && changedItems(call, before, params.items);
  const change = { ...plainChange(call, before, params), ...trialChange(call, before, trialEnd) };
  if (items) return changeItems(call, before, change, items, params);
  if (trialEnd === 'now' && before.status === 'trialing') {
    const table = account.tables.of(subscriptionKind);
    return endTrial(call, table.put({ ...before, ...change }), 'subscription_update');
  }
  return changeSubscription(call, before, change);
}

function assertChangeable(before: Subscription, params: Params): void {
  if (!hasEnded(before)) return;
  const others = Object.keys(params).filter(
    (key) => key !== 'cancellation_details' && key !== 'metadata',
  );
  if (others.length === 0) return;
  throw invalidRequest(
    'A canceled subscription can only update its cancellation_details and metadata.',
    'invalid_canceled_subscription_fields',
  );
}

function plainChange(scope: Scope, before: Subscription, params: Params): Partial<Subscription> {
  const { default_payment_method: method, pause_collection: pause } = params;
  return {
    ...givenMembers({ description: params.description }),
    ...cancellationChange(scope, before, params),
    ...(method !== undefined && {
      default_payment_method: keptPaymentMethod(
        scope,
        'default_payment_method',
        method,
        String(before.customer),
      ).id,
    }),
    ...(params.metadata !== undefined && {
      metadata: changedMetadata(before.metadata, params.metadata),
    }),
    ...(pause !== undefined && {
      pause_collection: pause && { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null },
    }),
    ...(params.trial_settings && { trial_settings: trialSettings(params.trial_settings) }),
  };
}

/** A cancellation that is asked for, changed or taken back. */
export function cancellationChange(
  { account }: Scope,
  before: Subscription,
  params: Pick<Params, 'cancel_at' | 'cancel_at_period_end' | 'cancellation_details'>,
): Partial<Subscription> {
  const { cancel_at: at, cancel_at_period_end: atPeriodEnd, cancellation_details: given } = params;
  const isAsked = atPeriodEnd === true || (at !== undefined && at !== null);
  const isTakenBack = !isAsked && (atPeriodEnd === false || at === null);
  const details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    reason: null,
    ...before.cancellation_details,
    ...givenMembers(given ?? {}),
  };
  if (isAsked) {
    return {
      cancel_at: atPeriodEnd ? currentPeriod(before).end : (at ?? null),
      cancel_at_period_end: atPeriodEnd ?? false,
      canceled_at: account.now(),
      cancellation_details: { ...details, reason: 'cancellation_requested' },
    };
  }
  if (isTakenBack && !hasEnded(before)) {
    return {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
      cancellation_details: { ...details, comment: null, feedback: null, reason: null },
    };
  }
  return given ? { cancellation_details: details } : {};
}

function trialChange(
  { account }: Scope,
  before: Subscription,
  trialEnd: number | 'now' | null,
): Partial<Subscription> {
  if (typeof trialEnd !== 'number') return {};
  const start = before.trial_start ?? account.now();
  return {
    billing_cycle_anchor: trialEnd,
    items: itemsIn(before, { start: currentPeriod(before).start, end: trialEnd }),
    status: 'trialing',
    trial_end: trialEnd,
    trial_start: start,
  };
}

function changeItems(
  call: Call<typeof updateShape>,
  before: Subscription,
  change: Partial<Subscription>,
  changes: ItemChanges,
  { proration_behavior: behavior = 'create_prorations' }: Params,
): Subscription {
  const isTrial = before.status === 'trialing';
  const after = { ...before, ...change, items: itemList(before.id, changes.items) };
  // On trial nothing was paid that could be credited.
  const isProrated = behavior !== 'none' && !isTrial;
  if (changes.isOtherCycle && !isTrial) {
    if (isProrated) prorate(call, before, changes.gone, []);
    const cycle = cycleFromNow(call, after);
    const bill = { reason: 'subscription_update', usedUp: currentPeriod(before) };
    return changeAndBill(call, before, { ...after, ...cycle }, bill);
  }
  if (isProrated) prorate(call, before, changes.gone, changes.come);
  if (behavior !== 'always_invoice' || isTrial) return changeSubscription(call, before, after);
  const table = call.account.tables.of(subscriptionKind);
  const draft = draftFor(call, table.put(after), 'subscription_update', []);
  const changed = table.get(before.id);
  recordEvent(call, 'customer.subscription.updated', changed, before);
  recordEvent(call, 'invoice.created', draft);
  collectDraft(call, draft, changed);
  return table.get(before.id);
}
