import type Stripe from 'stripe';
import type { Checkout } from '../effects/records';

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
  const { amount_total: total, currency } = session;
  if (!isAmount(total) || currency === null) return undefined;
  const paid = { paidMinor: BigInt(total), currency };
  const { amountMinor: asked, quantity, credits } = checkout;
  const promised = { ...paid, worthMinor: asked ?? paid.paidMinor, quantity, credits };
  const isInItsCurrency = checkout.currency === null || checkout.currency === currency;
  if (isInItsCurrency && (asked === null || paid.paidMinor === asked)) return promised;
  const subtotal = session.amount_subtotal;
  if (!isAmount(subtotal) || !isExplained(session, subtotal, total)) return undefined;
  if (!isInItsCurrency) {
    // Only a price has other currencies, and its own amount in each of them.
    return checkout.kind === 'price' && /^[a-z]{3}$/.test(currency) ? promised : undefined;
  }
  return withQuantity(promised, checkout, BigInt(subtotal));
}

function isAmount(amount: number | null | undefined): amount is number {
  return Number.isSafeInteger(amount) && (amount ?? -1) >= 0;
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

/** A quantity that the buyer changed shows in the subtotal: a multiple of the price of one. */
function withQuantity(
  promised: AsSold,
  { kind, quantity, credits, amountMinor }: Checkout,
  subtotalMinor: bigint,
): AsSold | undefined {
  if (amountMinor === null || subtotalMinor === amountMinor) return promised;
  // Whatever else is sold has a product of its own, which no setting of the dashboard reaches.
  if (kind !== 'price') return undefined;
  const ordered = BigInt(quantity);
  const unitMinor = amountMinor / ordered;
  if (unitMinor > 0n && subtotalMinor > 0n && subtotalMinor % unitMinor === 0n) {
    const sold = subtotalMinor / unitMinor;
    const granted = credits === null ? null : (credits * sold) / ordered;
    return { ...promised, quantity: Number(sold), credits: granted };
  }
  // More than that is what was added beside it, of which we promised nothing.
  return subtotalMinor > amountMinor ? promised : undefined;
}

/** What a foreign session's user is credited: what was paid, but never the tax on top. */
export function worthOfForeign(session: Stripe.Checkout.Session, paidMinor: bigint): bigint {
  const subtotal = session.amount_subtotal;
  if (!isAmount(subtotal) || subtotal === 0) return paidMinor;
  return BigInt(subtotal) < paidMinor ? BigInt(subtotal) : paidMinor;
}
