import type Stripe from 'stripe';
import { checkoutSessionFactKeys, decideCheckoutSession } from './checkout-session';
import type { Decision, FactKeys, Facts } from './decision';

/** One event, bound to what must be known for it and to the decision about it. Both are pure. */
export interface Handling {
  readonly factKeys: FactKeys;
  decide(facts: Facts): Decision;
}

type HandledEvent = Extract<
  Stripe.Event,
  {
    type:
      | 'checkout.session.completed'
      | 'checkout.session.async_payment_succeeded'
      | 'checkout.session.expired';
  }
>;

function handleCheckoutSession(event: HandledEvent): Handling {
  const session = event.data.object;
  return {
    factKeys: checkoutSessionFactKeys(session),
    decide: (facts) => decideCheckoutSession(session, facts),
  };
}

/**
 * The one map from event type to handler. It is also the list of events that a webhook endpoint
 * subscribes to: what is not in it is recorded and ignored.
 */
const handlers: { readonly [type in HandledEvent['type']]: (event: HandledEvent) => Handling } = {
  'checkout.session.completed': handleCheckoutSession,
  'checkout.session.async_payment_succeeded': handleCheckoutSession,
  'checkout.session.expired': handleCheckoutSession,
};

/** The event types that have a handler. */
export const handledEventTypes = Object.keys(handlers) as readonly HandledEvent['type'][];

/** The handling of an event, or undefined when its type is one that we record and ignore. */
export function handlingOf(event: Stripe.Event): Handling | undefined {
  return isHandled(event) ? handlers[event.type](event) : undefined;
}

function isHandled(event: Stripe.Event): event is HandledEvent {
  return Object.hasOwn(handlers, event.type);
}
