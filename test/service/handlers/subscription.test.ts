import fc from 'fast-check';
import type Stripe from 'stripe';
import { type Facts, noFacts, type Subscription } from '../../../service/effects/records';
import { handlingOf } from '../../../service/handlers/index';
import { noPlans } from '../../support/plans';
import {
  buildEvent,
  buildPrice,
  buildSubscription,
  type SubscriptionFields,
} from '../../support/stripe-objects';

const updated = 'customer.subscription.updated';
const trialWillEnd = 'customer.subscription.trial_will_end';

/** What comes of an event when Stripe answers with `now`. */
function decide(
  type: string,
  now: Stripe.Subscription | undefined,
  facts: Partial<Facts> = {},
  event = now ?? buildSubscription(),
) {
  const handling = handlingOf(buildEvent(type, event));
  if (handling?.read === undefined) throw new Error('asks Stripe for nothing');
  expect(handling.read).toEqual({ object: 'subscription', id: 'sub_1' });
  return handling.decide({ ...noFacts, ...facts }, now, noPlans);
}

/** The row after `now` was seen for the first time. */
function rowOf(now: Stripe.Subscription, facts: Partial<Facts> = {}): Subscription {
  const [row] = decide(updated, now, facts).subscriptions;
  if (row === undefined) throw new Error('no row');
  return row;
}

const ended = (reason: string | null) =>
  buildSubscription({
    status: 'canceled',
    ended_at: 1_790_000_000,
    cancellation_details: { comment: null, feedback: null, reason } as never,
  });

test('S17: a subscription that is new is told once, whichever of its events comes first', () => {
  const { outcome, subscriptions, messages } = decide(updated, buildSubscription(), {
    userId: 'alice',
  });
  expect(outcome).toBe('updated');
  expect(subscriptions).toEqual([
    {
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      userId: 'alice',
      status: 'active',
      items: [
        {
          priceId: 'price_1',
          lookupKey: 'membership-monthly',
          quantity: 1,
          currentPeriodEnd: 1_800_000_000,
          credits: 0,
        },
      ],
      cancelAtPeriodEnd: false,
      paused: false,
      trialEnd: null,
      currentPeriodEnd: 1_800_000_000,
      endedAt: null,
      revision: 1,
    },
  ]);
  expect(messages).toEqual([
    {
      key: 'subscription:sub_1:subscription.created:1',
      type: 'subscription.created',
      userId: 'alice',
      data: {
        subscriptionId: 'sub_1',
        customerId: 'cus_1',
        status: 'active',
        items: [{ priceId: 'price_1', lookupKey: 'membership-monthly', quantity: 1 }],
        cancelAtPeriodEnd: false,
        paused: false,
        trialEnd: null,
        currentPeriodEnd: '2027-01-15T08:00:00.000Z',
      },
    },
  ]);
});

test('S14: an event that changes nothing which is told is not told', () => {
  const subscription = rowOf(buildSubscription());
  const { outcome, messages } = decide(updated, buildSubscription(), { subscription });
  expect({ outcome, messages }).toEqual({ outcome: 'recorded', messages: [] });
});

test.each([
  ['its status', { status: 'past_due' }],
  ['its quantity', { quantity: 2 }],
  ['its price', { price: buildPrice({ id: 'price_2', lookup_key: 'pro-monthly' }) }],
  ['its period', { periodEnd: 1_802_000_000 }],
  ['an end at the end of the period', { cancel_at_period_end: true }],
  ['an end at a date', { cancel_at: 1_803_000_000 }],
  ['its collection being paused', { pause_collection: { behavior: 'void', resumes_at: null } }],
] as const)('S17: a change of %s is told', (_what, change) => {
  const subscription = rowOf(buildSubscription());
  const now = buildSubscription(change as Partial<SubscriptionFields>);
  const { messages, subscriptions } = decide(updated, now, { subscription });
  expect(messages).toMatchObject([
    { key: 'subscription:sub_1:subscription.updated:2', type: 'subscription.updated' },
  ]);
  expect(subscriptions).toMatchObject([{ revision: 2 }]);
});

test.each([
  ['somebody ended it', 'subscription.canceled', ended('cancellation_requested')],
  ['nobody said why it ended', 'subscription.canceled', ended(null)],
  ['it was not paid', 'subscription.expired', ended('payment_failed')],
  ['its payment was disputed', 'subscription.expired', ended('payment_disputed')],
  [
    'its first invoice was not paid',
    'subscription.expired',
    buildSubscription({ status: 'incomplete_expired' }),
  ],
] as const)('S17: when %s, it is told as %s', (_how, type, now) => {
  const subscription = rowOf(buildSubscription({ status: 'past_due' }));
  expect(decide(updated, now, { subscription }).messages).toMatchObject([{ type }]);
});

test('S17: one that has ended before anything was known of it is told as created and ended', () => {
  const { messages } = decide('customer.subscription.deleted', ended('cancellation_requested'));
  expect(messages.map(({ type }) => type)).toEqual([
    'subscription.created',
    'subscription.canceled',
  ]);
});

test('S14: that Stripe has none of this id for our key is no end, whether we know of it or not', () => {
  const subscription = rowOf(buildSubscription(), { userId: 'alice' });
  const refused = expect.objectContaining({ name: 'Refusal', code: 'subscription_missing' });
  const active = buildSubscription();
  expect(() => decide(updated, undefined, { subscription }, active)).toThrow(refused);
  expect(() => decide(updated, undefined, {}, active)).toThrow(refused);
});

test('S17: an event that tells of the end is believed when Stripe has none of this id', () => {
  const subscription = rowOf(buildSubscription(), { userId: 'alice' });
  const over = ended('payment_failed');
  const gone = decide('customer.subscription.deleted', undefined, { subscription }, over);
  expect(gone.subscriptions).toMatchObject([{ status: 'canceled', userId: 'alice' }]);
  expect(gone.messages).toMatchObject([{ type: 'subscription.expired', userId: 'alice' }]);
});

test('S17: a trial that is ending is told once, unless it has been made longer since', () => {
  const trial = { status: 'trialing', trial_end: 1_795_000_000 } as const;
  const subscription = rowOf(buildSubscription(trial));
  const tell = (now: Partial<SubscriptionFields>, facts: Partial<Facts> = {}) =>
    decide(
      trialWillEnd,
      buildSubscription({ ...trial, ...now }),
      { subscription, ...facts },
      buildSubscription(trial),
    ).messages.map(({ type, key }) => `${type} ${key}`);
  const key = 'subscription:sub_1:subscription.trial_ending:1795000000';
  expect(tell({})).toEqual([`subscription.trial_ending ${key}`]);
  expect(tell({}, { told: new Set([key]) })).toEqual([]);
  expect(tell({ trial_end: 1_796_000_000 })).toEqual([
    expect.stringMatching(/^subscription.updated/),
  ]);
  expect(tell({ status: 'active' })).toEqual([expect.stringMatching(/^subscription.updated/)]);
});

test('S6: a price whose lookup key went to a later price keeps its name in the catalogue', () => {
  const metadata = { tollgate_lookup_key: 'membership-monthly' };
  const moved = buildPrice({ lookup_key: null, metadata });
  expect(rowOf(buildSubscription({ price: moved })).items).toMatchObject([
    { lookupKey: 'membership-monthly' },
  ]);
  // One that was not made by us is remembered from before its key was moved.
  const subscription = rowOf(buildSubscription());
  const foreign = buildSubscription({ price: buildPrice({ lookup_key: null }) });
  expect(decide(updated, foreign, { subscription })).toMatchObject({ messages: [] });
});

test('the user stays the one of before when the customer is no longer known', () => {
  const subscription = rowOf(buildSubscription(), { userId: 'alice' });
  const { subscriptions } = decide(updated, buildSubscription(), { subscription });
  expect(subscriptions).toMatchObject([{ userId: 'alice' }]);
});

test('S14: however events are reordered and doubled, each change is told once and the end is told', () => {
  const state = fc.record({
    status: fc.constantFrom('incomplete', 'trialing', 'active', 'past_due', 'paused'),
    quantity: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(state, { maxLength: 12 }), fc.boolean(), (states, isEnded) => {
      let subscription: Subscription | undefined;
      const keys: string[] = [];
      const types: string[] = [];
      const all = states.map((each) => buildSubscription(each as Partial<SubscriptionFields>));
      for (const now of isEnded
        ? [...all, ended('payment_failed'), ended('payment_failed')]
        : all) {
        const decision = decide(updated, now, { subscription });
        subscription = decision.subscriptions[0];
        keys.push(...decision.messages.map(({ key }) => key));
        types.push(...decision.messages.map(({ type }) => type));
      }
      expect(keys).toEqual([...new Set(keys)]);
      const isAny = isEnded || all.length > 0;
      expect(types.filter((type) => type === 'subscription.created')).toHaveLength(isAny ? 1 : 0);
      expect(types.filter((type) => type === 'subscription.expired')).toHaveLength(isEnded ? 1 : 0);
    }),
  );
});
