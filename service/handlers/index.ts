import type Stripe from 'stripe';
import {
  checkoutSessionFactKeys,
  decideCheckoutSession,
  decideFailedPayment,
} from './checkout-session';
import type { Handling } from './decision';
import { handleDispute } from './dispute';
import { handleRefund, handleRefundedCharge } from './refund';

/** One handler: what an event of this type needs to be known, and the decision about it. */
type Handler<Type extends Stripe.Event['type']> = (
  event: Extract<Stripe.Event, { type: Type }>,
) => Handling;

/**
 * The one map from event type to handler. It is also the list of events that a webhook endpoint
 * subscribes to: what is not in it is recorded and ignored.
 */
const handlers: { readonly [Type in Stripe.Event['type']]?: Handler<Type> } = {
  'checkout.session.completed': ({ data }) => handleSession(data.object),
  'checkout.session.async_payment_succeeded': ({ data }) => handleSession(data.object),
  'checkout.session.async_payment_failed': ({ data }) => ({
    factKeys: checkoutSessionFactKeys(data.object),
    decide: (facts) => decideFailedPayment(data.object, facts),
  }),
  'checkout.session.expired': ({ data }) => handleSession(data.object),
  'charge.refunded': ({ data }) => handleRefundedCharge(data.object),
  'charge.refund.updated': ({ data }) => handleRefund(data.object),
  'refund.created': ({ data }) => handleRefund(data.object),
  'refund.updated': ({ data }) => handleRefund(data.object),
  'refund.failed': ({ data }) => handleRefund(data.object),
  'charge.dispute.created': ({ data }) => handleDispute(data.object),
  'charge.dispute.updated': ({ data }) => handleDispute(data.object),
  'charge.dispute.closed': ({ data }) => handleDispute(data.object),
  'charge.dispute.funds_withdrawn': ({ data }) => handleDispute(data.object),
  'charge.dispute.funds_reinstated': ({ data }) => handleDispute(data.object),
};

function handleSession(session: Stripe.Checkout.Session): Handling {
  return {
    factKeys: checkoutSessionFactKeys(session),
    decide: (facts) => decideCheckoutSession(session, facts),
  };
}

/** The event types that have a handler. */
export const handledEventTypes = Object.keys(handlers) as readonly Stripe.Event['type'][];

/** The handling of an event, or undefined when its type is one that we record and ignore. */
export function handlingOf(event: Stripe.Event): Handling | undefined {
  if (!Object.hasOwn(handlers, event.type)) return undefined;
  // A cast, because the compiler does not see that the handler is the one of this event's type.
  const handler = handlers[event.type] as Handler<Stripe.Event['type']>;
  return handler(event);
}
