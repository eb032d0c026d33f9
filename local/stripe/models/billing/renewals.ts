import { recordEvent } from '../../events/events';
import { invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import type { Invoice, Subscription } from '../../state/stored';
import { closeInvoice, collectInvoice } from './collection';
import { periodLines } from './invoice-lines';
import { finalizeInvoice } from './invoices';
import { type Period, periodFrom } from './periods';
import { prorate } from './prorations';
import { draftFor, pendingItems } from './subscription-invoices';
import { currentPeriod, itemsIn, recurrenceOf } from './subscription-items';
import {
  changeSubscription,
  endSubscription,
  hasEnded,
  payingMethodOf,
  type SubscriptionEvent,
  subscriptionKind,
} from './subscriptions';

const current = ({ account }: Scope, { id }: Subscription): Subscription =>
  account.tables.of(subscriptionKind).get(id);

/** What the end of a period brings: the next one and its invoice, or the end that was asked for. */
export function renew(scope: Scope, before: Subscription): Subscription {
  assertRuns(before);
  const ended = currentPeriod(before);
  if (before.cancel_at !== null && before.cancel_at <= ended.end) {
    const reason = before.cancellation_details?.reason ?? 'cancellation_requested';
    return endSubscription(scope, before, { reason });
  }
  if (before.status === 'trialing') return endTrial(scope, before);
  const next = periodFrom(ended.end, before.billing_cycle_anchor, recurrenceOfItems(before));
  const items = itemsIn(before, next);
  return changeAndBill(scope, before, { items }, { reason: 'subscription_cycle', usedUp: ended });
}

function assertRuns({ id, status }: Subscription): void {
  if (['active', 'past_due', 'trialing', 'unpaid'].includes(status)) return;
  throw invalidRequest(
    `The subscription ${id} has no period that could end: its status is ${status}.`,
  );
}

function recurrenceOfItems({ items }: Subscription) {
  const [first] = items.data;
  if (!first) throw invalidRequest('A subscription needs at least one item.');
  return recurrenceOf(first.price);
}

/** The members of a subscription whose billing cycle begins now. */
export function cycleFromNow(scope: Scope, subscription: Subscription): Partial<Subscription> {
  const now = scope.account.now();
  const period = periodFrom(now, now, recurrenceOfItems(subscription));
  return { billing_cycle_anchor: now, items: itemsIn(subscription, period) };
}

/** The trial ends now: the first period that is paid begins, or what was asked for without a card. */
export function endTrial(
  scope: Scope,
  before: Subscription,
  reason: NonNullable<Invoice['billing_reason']> = 'subscription_cycle',
): Subscription {
  if (before.status !== 'trialing') {
    throw invalidRequest(
      `The subscription ${before.id} is not on trial: its status is ${before.status}.`,
    );
  }
  const trialEnd = Math.min(before.trial_end ?? Infinity, scope.account.now());
  const behavior = before.trial_settings?.end_behavior.missing_payment_method;
  if (payingMethodOf(scope, before) === null && behavior === 'cancel') {
    return endSubscription(scope, before, { reason: null });
  }
  if (payingMethodOf(scope, before) === null && behavior === 'pause') {
    const paused = changeSubscription(scope, before, { status: 'paused', trial_end: trialEnd });
    recordEvent(scope, 'customer.subscription.paused', paused);
    return paused;
  }
  const usedUp = currentPeriod(before);
  return changeAndBill(
    scope,
    before,
    { ...cycleFromNow(scope, before), status: 'active', trial_end: trialEnd },
    { reason, usedUp },
  );
}

/** A paused subscription runs again: its cycle begins now, and is paid for at once. */
export function resume(scope: Scope, before: Subscription): Subscription {
  if (before.status !== 'paused') {
    throw invalidRequest(
      'You can only resume a subscription whose status is `paused`. To end `pause_collection`, unset it.',
    );
  }
  return changeAndBill(
    scope,
    before,
    { ...cycleFromNow(scope, before), status: 'active' },
    { reason: 'subscription_update', usedUp: currentPeriod(before) },
    'customer.subscription.resumed',
  );
}

interface Bill {
  readonly reason: NonNullable<Invoice['billing_reason']>;
  /** The period that ended; the new invoice is said to be for it. */
  readonly usedUp: Period;
}

/** Stores a change, and bills and collects the period that is under way after it. */
export function changeAndBill(
  scope: Scope,
  before: Subscription,
  change: Partial<Subscription>,
  { reason, usedUp }: Bill,
  ...more: readonly SubscriptionEvent[]
): Subscription {
  const changed = scope.account.tables.of(subscriptionKind).put({ ...before, ...change });
  const draft = draftFor(scope, changed, reason, periodLines(scope, changed), usedUp);
  const after = current(scope, before);
  recordEvent(scope, 'customer.subscription.updated', after, before);
  for (const type of more) recordEvent(scope, type, after);
  recordEvent(scope, 'invoice.created', draft);
  collectDraft(scope, draft, after);
  return current(scope, before);
}

/** Makes a draft final and has it paid, unless collection is paused or was given up. */
export function collectDraft(scope: Scope, draft: Invoice, subscription: Subscription): void {
  const paused = subscription.pause_collection?.behavior;
  if (paused === 'keep_as_draft' || subscription.status === 'unpaid') return;
  const open = finalizeInvoice(scope, draft);
  if (paused === 'void') closeInvoice(scope, open, 'void');
  else if (paused === 'mark_uncollectible') closeInvoice(scope, open, 'uncollectible');
  else collectInvoice(scope, open, payingMethodOf(scope, subscription));
}

/** What is left of its period is credited; on trial nothing was paid that could be. */
export function proratedEnd(scope: Scope, before: Subscription): void {
  if (before.status !== 'trialing') prorate(scope, before, before.items.data, []);
}

/** Bills what waits for a subscription that has ended, or credits it. */
export function lastInvoice(scope: Scope, ended: Subscription): void {
  const waits = pendingItems(scope, String(ended.customer)).some(
    ({ parent }) => parent?.subscription_details?.subscription === ended.id,
  );
  if (!waits) return;
  const draft = draftFor(scope, ended, 'subscription_update', []);
  recordEvent(scope, 'invoice.created', draft);
  collectDraft(scope, draft, ended);
}

/** The last attempt failed, and the account's settings say what follows. */
export function giveUp(
  scope: Scope,
  before: Subscription,
  how: 'cancel' | 'mark_unpaid',
): Subscription {
  if (hasEnded(before)) return before;
  return how === 'cancel'
    ? endSubscription(scope, before, { reason: 'payment_failed' })
    : changeSubscription(scope, before, { status: 'unpaid' });
}
