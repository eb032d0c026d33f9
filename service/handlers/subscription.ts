import type Stripe from 'stripe';
import { type Decision, type Message, nothing } from '../effects/effects';
import type { Facts, Subscription, SubscriptionItem } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { type DeferredHandling, idOf, type Plans } from './handling';
import { customerRead, type StripeObject } from './stripe-read';
import { creditsAsSold, lookupKeyOf } from './subscription-terms';
import { isCancelScheduled, periodEndOf, priceOfItem } from './versions';

const endedStatuses: ReadonlySet<string> = new Set(['canceled', 'incomplete_expired']);

/** Nothing more happens to a subscription that has ended. */
export function hasEnded({ status }: Pick<Subscription, 'status'>): boolean {
  return endedStatuses.has(status);
}

/** Somebody's decision ends a subscription as canceled; these end it without one. */
const unpaidReasons: ReadonlySet<string> = new Set(['payment_failed', 'payment_disputed']);

/**
 * Whatever has happened to a subscription: its state is read from Stripe under the lock of its id,
 * so that neither the order of events nor their number matters.
 */
export function handleSubscription(
  event: Stripe.Subscription,
  isTrialEnding: boolean,
): DeferredHandling {
  const trialEnding = `subscription:${event.id}:subscription.trial_ending:${event.trial_end}`;
  const customerId = idOf(event.customer);
  return {
    origin: { metadata: event.metadata, customerId, ask: customerRead(customerId) },
    factKeys: {
      subscriptionId: event.id,
      customerId: customerId ?? undefined,
      messageKeys: isTrialEnding ? [trialEnding] : undefined,
    },
    read: { object: 'subscription', id: event.id },
    decide(facts, object, plans) {
      const changed = decideChange(event, facts, object, plans);
      const [now] = changed.subscriptions;
      const isNews = isTrialEnding && !facts.told.has(trialEnding);
      // A trial that was made longer or has ended since is told of by events of its own.
      if (!isNews || now?.status !== 'trialing' || now.trialEnd !== event.trial_end) return changed;
      const message = tell(now, 'subscription.trial_ending', trialEnding);
      return { ...changed, outcome: 'updated', messages: [...changed.messages, message] };
    },
  };
}

function decideChange(
  event: Stripe.Subscription,
  facts: Facts,
  object: StripeObject,
  plans: Plans,
): Decision {
  const before = facts.subscription;
  const read = object?.object === 'subscription' ? object : lastWordOf(event);
  const after = subscriptionOf(read, facts, plans);
  const messages = changeMessages(before, after, read);
  if (messages.length === 0) return { ...nothing('recorded'), subscriptions: [after] };
  const revision = (before?.revision ?? 0) + 1;
  return { ...nothing('updated'), subscriptions: [{ ...after, revision }], messages };
}

/**
 * Stripe keeps subscriptions that have ended, so that "no such subscription" says nothing about it:
 * our key is of another account, most likely. An event that tells of the end can be believed all the
 * same, because nothing follows it. See docs/decisions/how-a-subscription-ends.md.
 * @throws Refusal `subscription_missing`
 */
function lastWordOf(event: Stripe.Subscription): Stripe.Subscription {
  if (hasEnded(event)) return event;
  throw new Refusal(
    'subscription_missing',
    `Stripe told that ${event.id} is ${event.status}, but answers our key that there is none of ` +
      'that id; nothing was changed, and whoever subscribed keeps what they had: store a ' +
      'STRIPE_SECRET_KEY of the account that sends the events, then replay this event; if the ' +
      "account's test data was deleted, begin with an empty database",
  );
}

/** What changed, as it is told: its beginning, its end, or that something else is another now. */
function changeMessages(
  before: Subscription | undefined,
  after: Subscription,
  read: Stripe.Subscription,
): Message[] {
  const { subscriptionId: id } = after;
  const revision = (before?.revision ?? 0) + 1;
  const news = (type: Parameters<typeof tell>[1]) =>
    tell(after, type, `subscription:${id}:${type}:${revision}`);
  const created = before === undefined ? [news('subscription.created')] : [];
  if (hasEnded(after)) {
    return before !== undefined && hasEnded(before) ? [] : [...created, news(endOf(read))];
  }
  const isOther =
    before !== undefined && (toldOf(before) !== toldOf(after) || before.userId !== after.userId);
  return isOther ? [news('subscription.updated')] : created;
}

/** See docs/decisions/how-a-subscription-ends.md. */
function endOf(read: Stripe.Subscription): 'subscription.canceled' | 'subscription.expired' {
  const isExpired =
    read.status === 'incomplete_expired' ||
    unpaidReasons.has(read.cancellation_details?.reason ?? '');
  return isExpired ? 'subscription.expired' : 'subscription.canceled';
}

function subscriptionOf(read: Stripe.Subscription, facts: Facts, plans: Plans): Subscription {
  const before = facts.subscription;
  const items = read.items.data.map((item) => itemOf(read, item, before, plans));
  const ends = items.flatMap(({ currentPeriodEnd: end }) => (end === null ? [] : [end]));
  return {
    subscriptionId: read.id,
    customerId: idOf(read.customer) ?? '',
    userId: facts.userId ?? before?.userId ?? null,
    status: read.status,
    items,
    cancelAtPeriodEnd: isCancelScheduled(read),
    paused: (read.pause_collection ?? null) !== null || read.status === 'paused',
    trialEnd: read.trial_end ?? null,
    currentPeriodEnd: ends.length === 0 ? null : Math.min(...ends),
    endedAt: read.ended_at ?? null,
    revision: before?.revision ?? 1,
  };
}

function itemOf(
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  before: Subscription | undefined,
  plans: Plans,
): SubscriptionItem {
  const price = priceOfItem(item);
  const known = before?.items.find(({ priceId }) => priceId === price.id);
  return {
    priceId: price.id,
    lookupKey: lookupKeyOf(price) ?? known?.lookupKey ?? null,
    quantity: item.quantity ?? 1,
    currentPeriodEnd: periodEndOf(subscription, item),
    credits: Number(creditsAsSold(price, before, plans)),
  };
}

function toldOf(subscription: Subscription): string {
  return JSON.stringify(dataOf(subscription));
}

function tell(
  subscription: Subscription,
  type:
    | 'subscription.created'
    | 'subscription.updated'
    | 'subscription.canceled'
    | 'subscription.expired'
    | 'subscription.trial_ending',
  key: string,
): Message {
  return { key, type, userId: subscription.userId, data: dataOf(subscription) };
}

function dataOf(subscription: Subscription) {
  return {
    subscriptionId: subscription.subscriptionId,
    customerId: subscription.customerId,
    status: subscription.status,
    items: subscription.items.map(({ priceId, lookupKey, quantity }) => ({
      priceId,
      lookupKey,
      quantity,
    })),
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    paused: subscription.paused,
    trialEnd: dateOf(subscription.trialEnd),
    currentPeriodEnd: dateOf(subscription.currentPeriodEnd),
  };
}

function dateOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}
