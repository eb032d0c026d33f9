import type Stripe from 'stripe';
import type { Checkout } from '../effects/records';
import { metadataKeys } from './metadata';

/** What of a paid session was sold, and what was paid for it. */
export interface AsSold {
  /** All that was paid, tax and whatever was added on Stripe's page included. */
  readonly paidMinor: bigint;
  readonly currency: string;
  /** What a top-up is worth to its user. */
  readonly worthMinor: bigint;
  readonly quantity: number;
  readonly credits: bigint | null;
}

/**
 * What was sold, whatever the dashboard's settings have added to it: tax, promotion codes, further
 * products, another quantity, the price in another currency.
 * See docs/decisions/what-a-paid-session-grants.md.
 * @returns undefined when it is not what the checkout was created for
 */
export function asSold(session: Stripe.Checkout.Session, checkout: Checkout): AsSold | undefined {
  const sold = wholeSold(session, checkout);
  const received = receivedOf(session);
  return sold === undefined || received === undefined ? sold : partOf(sold, received);
}

function wholeSold(session: Stripe.Checkout.Session, checkout: Checkout): AsSold | undefined {
  const { amount_total: total, currency } = session;
  if (!isAmount(total) || currency === null || !isCurrency(currency)) return undefined;
  const paid = { paidMinor: BigInt(total), currency };
  const { amountMinor: asked, quantity, credits } = checkout;
  const promised = { ...paid, worthMinor: asked ?? paid.paidMinor, quantity, credits };
  if (isAsAsked(session, checkout)) return promised;
  const subtotal = session.amount_subtotal;
  if (!isAmount(subtotal) || !isExplained(session, subtotal, total)) return undefined;
  if (isInItsCurrency(session, checkout) && BigInt(subtotal) === asked) return promised;
  // Whatever else is sold has a product of its own, which no setting of the dashboard reaches.
  if (checkout.kind !== 'price') return undefined;
  return withQuantity(promised, checkout, quantitySold(session, checkout));
}

/**
 * Whether only the line items tell how many of a price were sold: the subtotal is another one, or
 * in another currency, and something else may have been added.
 */
export function needsLineItems(session: Stripe.Checkout.Session, checkout: Checkout): boolean {
  const isOther =
    !isInItsCurrency(session, checkout) || session.amount_subtotal !== Number(checkout.amountMinor);
  return (
    session.status === 'complete' &&
    session.payment_status !== 'unpaid' &&
    checkout.paymentStatus !== 'paid' &&
    checkout.kind === 'price' &&
    !isAsAsked(session, checkout) &&
    isOther &&
    session.line_items === undefined
  );
}

/** Nothing was added that the total shows. A price whose amount only Stripe knows is as it comes. */
function isAsAsked(session: Stripe.Checkout.Session, checkout: Checkout): boolean {
  const { amountMinor: asked } = checkout;
  if (!isInItsCurrency(session, checkout)) return false;
  return asked === null || session.amount_total === Number(asked);
}

function isInItsCurrency({ currency }: Stripe.Checkout.Session, checkout: Checkout): boolean {
  return checkout.currency === null || checkout.currency === currency;
}

export function isAmount(amount: number | null | undefined): amount is number {
  return Number.isSafeInteger(amount) && (amount ?? -1) >= 0;
}

/** As Stripe writes them, and as the ledger names its units. */
export function isCurrency(text: string): boolean {
  return /^[a-z]{3}$/.test(text);
}

/** Whether discounts, tax and shipping account for what the total is more or less than the items. */
function isExplained(
  { total_details: details }: Stripe.Checkout.Session,
  subtotal: number,
  total: number,
): boolean {
  if (total === subtotal) return true;
  if (!details) return false;
  const { amount_discount: discount, amount_shipping: shipping, amount_tax: tax } = details;
  const beforeTax = subtotal - discount + (shipping ?? 0);
  // Tax that the prices include is in the details, but adds nothing.
  return total >= beforeTax && total <= beforeTax + tax;
}

/** How many of the price that was asked for: what was added beside it has a price of its own. */
function quantitySold(
  { line_items: lines }: Stripe.Checkout.Session,
  { reference, priceId }: Checkout,
): number {
  const ofPrice = (lines?.data ?? []).filter(({ price }) => {
    // A lookup key may have gone to a later price since; the id that was asked for stays.
    if (priceId !== null && price?.id === priceId) return true;
    const names = [price?.id, price?.lookup_key, price?.metadata?.[metadataKeys.lookupKey]];
    return reference !== null && names.includes(reference);
  });
  return ofPrice.reduce((sum, line) => sum + (line.quantity ?? 0), 0);
}

/** Of what was added we promised nothing. Where none of it was sold, it was replaced by something else. */
function withQuantity(promised: AsSold, checkout: Checkout, sold: number): AsSold | undefined {
  if (sold <= 0) return undefined;
  const { quantity, credits } = checkout;
  const granted = credits === null ? null : (credits * BigInt(sold)) / BigInt(quantity);
  return { ...promised, quantity: sold, credits: granted };
}

/**
 * What came in of a session whose payment was captured by hand, and not all of it: as far as its
 * payment is shown. No event of a session tells of a capture; whoever asks Stripe sees the payment.
 * https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
export function receivedOf(session: Stripe.Checkout.Session): bigint | undefined {
  const { payment_intent: intent, amount_total: total } = session;
  if (typeof intent !== 'object' || intent?.status !== 'succeeded') return undefined;
  const { amount_received: received } = intent;
  return isAmount(received) && isAmount(total) && received < total ? BigInt(received) : undefined;
}

/** The rest was let go: what was promised for it is not owed. */
export function partOf(sold: AsSold, receivedMinor: bigint): AsSold {
  const part = (amount: bigint) => (amount * receivedMinor) / sold.paidMinor;
  return {
    ...sold,
    paidMinor: receivedMinor,
    worthMinor: part(sold.worthMinor),
    credits: sold.credits === null ? null : part(sold.credits),
  };
}

/** What a foreign session's user is credited: what was paid, but never the tax on top. */
export function worthOfForeign(session: Stripe.Checkout.Session, paidMinor: bigint): bigint {
  const subtotal = session.amount_subtotal;
  if (!isAmount(subtotal) || subtotal === 0) return paidMinor;
  return BigInt(subtotal) < paidMinor ? BigInt(subtotal) : paidMinor;
}
