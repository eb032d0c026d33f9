import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Subscription, SubscriptionItem } from '../effects/records';
import type { Plans } from '../handlers/handling';
import { hasEnded } from '../handlers/subscription';
import { actingForQuery, userOf } from '../http/caller';
import { problemsOf, tokenProblems } from '../http/problem-details';
import type { Database } from '../store/database';
import { readSubscriptionsOfUser } from '../store/subscriptions';

const dateOrNull = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });

const entitlementNames = Type.Array(Type.String(), {
  description: 'What the catalogue says that it entitles to, by its own names.',
});

const subscription = Type.Object(
  {
    id: Type.String({ description: "Stripe's id of the subscription, sub_…" }),
    status: Type.String({
      description:
        "Stripe's: active, trialing, past_due, unpaid, incomplete or paused. Only active and " +
        'trialing ones entitle to anything.',
    }),
    items: Type.Array(
      Type.Object(
        {
          priceId: Type.String(),
          lookupKey: Type.Union([Type.String(), Type.Null()], {
            description: 'The name of the price in the catalogue.',
          }),
          quantity: Type.Integer(),
          entitlements: entitlementNames,
        },
        { title: 'SubscriptionItem' },
      ),
    ),
    cancelAtPeriodEnd: Type.Boolean({ description: 'Its end is scheduled.' }),
    paused: Type.Boolean({ description: 'It, or the collection of its payments, is paused.' }),
    trialEnd: dateOrNull('When its trial ends or ended.'),
    currentPeriodEnd: dateOrNull('When the first of its items renews.'),
  },
  { title: 'Subscription' },
);

const subscriptions = Type.Object(
  { userId: Type.String(), subscriptions: Type.Array(subscription) },
  { title: 'Subscriptions', description: 'Those that have not ended, the newest first.' },
);

const entitlements = Type.Object(
  {
    userId: Type.String(),
    entitlements: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'As the catalogue names it.' }),
          quantity: Type.Integer({ description: 'How many units of it are subscribed to.' }),
        },
        { title: 'Entitlement' },
      ),
      { description: 'By name; empty when there are none.' },
    ),
  },
  {
    title: 'Entitlements',
    description: 'What the active and trialing subscriptions entitle to.',
    examples: [{ userId: 'buyer-1', entitlements: [{ name: 'members-area', quantity: 1 }] }],
  },
);

const userProblems = problemsOf(
  ...tokenProblems,
  'scope_missing',
  'validation_failed',
  'database_unavailable',
);

/** What a user has subscribed to, and what that entitles to. */
export const subscriptionRoutes: FastifyPluginCallbackTypebox<{
  readonly database: Database;
  readonly catalogue: Plans;
}> = (app, { database, catalogue }, done) => {
  app.get(
    '/subscriptions',
    {
      schema: {
        tags: ['subscriptions'],
        operationId: 'listSubscriptions',
        summary: 'The current subscriptions of a user',
        description: 'As Stripe last described them; an event of Stripe brings them up to date.',
        querystring: Type.Object(actingForQuery),
        response: { 200: subscriptions, ...userProblems },
      },
    },
    async (request) => {
      const userId = userOf(request);
      const found = await readSubscriptionsOfUser(database, userId);
      const current = found.filter((each) => !hasEnded(each));
      return { userId, subscriptions: current.map((each) => describe(each, catalogue)) };
    },
  );

  app.get(
    '/entitlements',
    {
      schema: {
        tags: ['subscriptions'],
        operationId: 'listEntitlements',
        summary: 'What a user is entitled to by subscription',
        querystring: Type.Object(actingForQuery),
        response: { 200: entitlements, ...userProblems },
      },
    },
    async (request) => {
      const userId = userOf(request);
      const found = await readSubscriptionsOfUser(database, userId);
      return { userId, entitlements: entitlementsOf(found, catalogue) };
    },
  );
  done();
};

function describe(subscription: Subscription, plans: Plans) {
  return {
    id: subscription.subscriptionId,
    status: subscription.status,
    items: subscription.items.map((item) => ({
      priceId: item.priceId,
      lookupKey: item.lookupKey,
      quantity: item.quantity,
      entitlements: [...namesOf(item, plans)],
    })),
    cancelAtPeriodEnd: subscription.cancelAtPeriodEnd,
    paused: subscription.paused,
    trialEnd: dateOf(subscription.trialEnd),
    currentPeriodEnd: dateOf(subscription.currentPeriodEnd),
  };
}

function entitlementsOf(subscriptions: readonly Subscription[], plans: Plans) {
  const quantities = new Map<string, number>();
  for (const { status, items } of subscriptions) {
    if (status !== 'active' && status !== 'trialing') continue;
    for (const item of items) {
      for (const name of namesOf(item, plans)) {
        quantities.set(name, (quantities.get(name) ?? 0) + item.quantity);
      }
    }
  }
  return [...quantities]
    .map(([name, quantity]) => ({ name, quantity }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function namesOf({ lookupKey }: SubscriptionItem, plans: Plans): readonly string[] {
  return lookupKey === null ? [] : plans.entitlementsOf(lookupKey);
}

function dateOf(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}
