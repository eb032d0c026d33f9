import type Stripe from 'stripe';
import { handleCustomer } from './customer';
import type { Handling } from './handling';
import { handlingOf } from './index';

/** The objects that say by themselves what their events would have said. */
type HandledObject =
  | Stripe.Customer
  | Stripe.Checkout.Session
  | Stripe.Charge
  | Stripe.Refund
  | Stripe.Dispute
  | Stripe.Invoice
  | Stripe.CreditNote
  | Stripe.Subscription;

/**
 * The handling of an object as it is now: what the last of its events would do, for those that
 * Stripe never generated.
 * @returns undefined when its state is one of which no event tells
 */
export function handlingOfObject(object: HandledObject): Handling | undefined {
  if (object.object === 'customer') return handleCustomer(object);
  const type = eventTypeOf(object);
  if (type === undefined) return undefined;
  // A cast, because a handler looks at nothing of an event but its type and its object.
  return handlingOf({ type, data: { object } } as Stripe.Event);
}

function eventTypeOf(
  object: Exclude<HandledObject, Stripe.Customer>,
): Stripe.Event['type'] | undefined {
  switch (object.object) {
    case 'checkout.session':
      return hasFailed(object)
        ? 'checkout.session.async_payment_failed'
        : 'checkout.session.completed';
    case 'charge':
      return 'charge.refunded';
    case 'refund':
      return 'refund.updated';
    case 'dispute':
      return 'charge.dispute.updated';
    case 'invoice':
      return object.status === 'void' ? undefined : 'invoice.paid';
    case 'credit_note':
      return 'credit_note.updated';
    case 'subscription':
      return 'customer.subscription.updated';
  }
}

/** Whether its delayed payment did not arrive, which only an expanded payment intent says. */
export function hasFailed({
  status,
  payment_status,
  payment_intent,
}: Stripe.Checkout.Session): boolean {
  return (
    status === 'complete' &&
    payment_status === 'unpaid' &&
    typeof payment_intent === 'object' &&
    (payment_intent?.status === 'requires_payment_method' || payment_intent?.status === 'canceled')
  );
}
