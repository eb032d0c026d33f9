import { isWithin, listRoute } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import { createShape, createSubscription } from '../models/billing/new-subscription';
import { lastInvoice, proratedEnd, resume } from '../models/billing/renewals';
import { currentPeriod } from '../models/billing/subscription-items';
import {
  cancellationDetailsShape,
  updateShape,
  updateSubscription,
} from '../models/billing/subscription-updates';
import { endSubscription, hasEnded, subscriptionKind } from '../models/billing/subscriptions';
import { StripeApiError } from '../parameters/errors';
import { boolean, nested, oneOf, text, timeRange } from '../parameters/params';
import type { Subscription } from '../state/stored';

const cancelShape = {
  cancellation_details: nested(cancellationDetailsShape),
  invoice_now: boolean(),
  prorate: boolean(),
};

function cancel(call: Call<typeof cancelShape>): Subscription {
  const subscription = call.account.tables.of(subscriptionKind).get(call.pathIds('id'));
  if (hasEnded(subscription)) {
    // The original does not find a subscription that has ended, when it is to be ended again.
    throw new StripeApiError(404, `No such subscription: '${subscription.id}'`, {
      code: 'resource_missing',
      param: 'id',
    });
  }
  const { cancellation_details: details, invoice_now: isInvoiced, prorate } = call.params;
  if (prorate) proratedEnd(call, subscription);
  const ended = endSubscription(call, subscription, {
    ...details,
    reason: 'cancellation_requested',
  });
  if (isInvoiced) lastInvoice(call, ended);
  return call.account.tables.of(subscriptionKind).get(ended.id);
}

/** https://docs.stripe.com/api/subscriptions */
export const subscriptions: Resource = {
  kind: subscriptionKind,
  routes: [
    route('POST', '/v1/subscriptions', createShape, createSubscription),

    route('GET', '/v1/subscriptions/:id', {}, ({ account, pathIds }) =>
      account.tables.of(subscriptionKind).get(pathIds('id')),
    ),

    route('POST', '/v1/subscriptions/:id', updateShape, updateSubscription),
    route('DELETE', '/v1/subscriptions/:id', cancelShape, cancel),

    route(
      'POST',
      '/v1/subscriptions/:id/resume',
      { billing_cycle_anchor: oneOf('now'), proration_behavior: text() },
      (call) => resume(call, call.account.tables.of(subscriptionKind).get(call.pathIds('id'))),
    ),

    listRoute(
      '/v1/subscriptions',
      subscriptionKind,
      {
        current_period_end: timeRange(),
        customer: text(),
        price: text(),
        status: oneOf(
          'active',
          'all',
          'canceled',
          'ended',
          'incomplete',
          'incomplete_expired',
          'past_due',
          'paused',
          'trialing',
          'unpaid',
        ),
      },
      (filter) => (subscription) =>
        hasStatus(subscription, filter.status) &&
        (filter.customer === undefined || subscription.customer === filter.customer) &&
        (filter.price === undefined ||
          subscription.items.data.some(({ price }) => price.id === filter.price)) &&
        isWithin(currentPeriod(subscription).end, filter.current_period_end),
    ),
  ],
};

/** Without a status the list leaves out what was canceled. */
function hasStatus(subscription: Subscription, wanted: string | undefined): boolean {
  if (wanted === 'all') return true;
  if (wanted === 'ended') return hasEnded(subscription);
  return wanted === undefined ? subscription.status !== 'canceled' : subscription.status === wanted;
}
