import type Stripe from 'stripe';
import type { FactKeys, Facts } from '../effects/records';
import { taggedForeign, userOfForeign } from './foreign';
import { idOf, type Plans } from './handling';
import { metadataKeys } from './metadata';
import type { Origin } from './owner';
import { customerRead } from './stripe-read';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The checkout that a session, or its payment, says it was made for. */
export function checkoutIdOf({
  metadata,
}: Pick<Stripe.Checkout.Session, 'metadata'>): string | undefined {
  const checkoutId = metadata?.[metadataKeys.checkoutId];
  return checkoutId !== undefined && uuid.test(checkoutId) ? checkoutId : undefined;
}

/** The rows that `decideCheckoutSession` must be given for this session. */
export function checkoutSessionFactKeys(session: Stripe.Checkout.Session): FactKeys {
  return {
    sessionId: session.id,
    checkoutId: checkoutIdOf(session),
    paymentId: idOf(session.payment_intent) ?? undefined,
    customerId: idOf(session.customer) ?? undefined,
    ...invoiceKeysOf(session),
  };
}

export function checkoutSessionOrigin({ metadata, customer }: Stripe.Checkout.Session): Origin {
  const customerId = idOf(customer);
  return { metadata, customerId, ask: customerRead(customerId) };
}

/**
 * Whether it matters whose a session is: one that bears our keys, or that would be credited to the
 * user whom it names in the keys of something else.
 */
export function isOwnerAsked(
  session: Stripe.Checkout.Session,
  facts: Facts,
  { creditsForeignSessions, foreign = taggedForeign }: Plans,
): boolean {
  const { metadata } = session;
  const isMarked =
    metadata?.[metadataKeys.checkoutId] !== undefined ||
    metadata?.[metadataKeys.userId] !== undefined;
  if (isMarked || !creditsForeignSessions) return isMarked;
  return userOfForeign(session, facts, foreign.userKeys) !== undefined;
}

/** A session can make an invoice for what it sold once, and that can be credited before it is booked. */
function invoiceKeysOf({ mode, invoice }: Stripe.Checkout.Session): FactKeys {
  const invoiceId = idOf(invoice);
  return mode !== 'payment' || invoiceId === null ? {} : { invoiceId, creditNotes: true };
}
