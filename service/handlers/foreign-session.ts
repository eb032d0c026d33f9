import type Stripe from 'stripe';
import { type Decision, nothing } from '../effects/effects';
import type { Facts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import { isAmount, isCurrency, partOf, receivedOf, worthOfForeign } from './as-sold';
import { type ForeignTerms, soldPackage, taggedForeign, userOfForeign } from './foreign';
import { metadataKeys } from './metadata';
import { decideSale } from './session-sale';

/**
 * A session that something else created in the same Stripe account, and which names a user: what was
 * paid is credited as a top-up, or as the package that it sold, once per payment. There is no row of
 * it, so that its payment is what keeps a second event from crediting again; one without a payment
 * intent, whose amount is nothing, is ignored. So is one that names a checkout: what that sold, its
 * environment knows.
 */
export function decideForeign(
  session: Stripe.Checkout.Session,
  facts: Facts,
  terms: ForeignTerms = taggedForeign,
): Decision {
  const { payment } = facts;
  const userId = userOfForeign(session, facts, terms.userKeys);
  const { amount_total: paid, currency } = session;
  if (
    userId === undefined ||
    session.metadata?.[metadataKeys.checkoutId] !== undefined ||
    session.mode !== 'payment' ||
    session.status !== 'complete' ||
    payment === undefined ||
    paid === null ||
    currency === null ||
    paid === 0
  ) {
    return nothing('not_ours');
  }
  if (session.payment_status !== 'paid') return nothing('awaiting_payment');
  if (payment.grants.length > 0) return nothing('already_credited');
  if (!isAmount(paid) || !isCurrency(currency)) throw unreadable(session);
  const found = soldPackage(session, terms);
  const paidMinor = BigInt(paid);
  const { metadata } = session;
  const sold = {
    kind: 'foreign',
    mode: 'payment',
    reference: found?.sold.id ?? null,
    name: found?.sold.name ?? null,
    priceId: null,
    metadata: metadata ?? {},
    userId,
  } as const;
  const amounts = { paidMinor, currency, worthMinor: worthOfForeign(session, paidMinor) };
  const credits = found === undefined ? null : found.sold.credits * found.quantity;
  const quantity = Number(found?.quantity ?? 1n);
  const whole = { ...amounts, quantity, credits };
  const received = receivedOf(session);
  return decideSale(session, sold, received === undefined ? whole : partOf(whole, received), facts);
}

/** What was paid names the unit of a balance, so that nothing else may stand in its place. */
function unreadable({ id, amount_total: paid, currency }: Stripe.Checkout.Session): Refusal {
  return new Refusal(
    'checkout_amount_mismatch',
    `session ${id}, which something else created, was paid with ${paid} ${currency}, which is no ` +
      "amount of a currency; nothing was credited: see the session in Stripe's dashboard",
  );
}
