import type Stripe from 'stripe';
import type { FactKeys } from '../effects/records';
import { idOf } from './handling';
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

/** Only of a session that bears our keys does it matter whose it is. */
export function checkoutSessionOrigin({ metadata, customer }: Stripe.Checkout.Session): Origin {
  const customerId = idOf(customer);
  const isMarked =
    metadata?.[metadataKeys.checkoutId] !== undefined ||
    metadata?.[metadataKeys.userId] !== undefined;
  return { metadata, customerId, ask: isMarked ? customerRead(customerId) : undefined };
}

/** A session can make an invoice for what it sold once, and that can be credited before it is booked. */
function invoiceKeysOf({ mode, invoice }: Stripe.Checkout.Session): FactKeys {
  const invoiceId = idOf(invoice);
  return mode !== 'payment' || invoiceId === null ? {} : { invoiceId, creditNotes: true };
}
