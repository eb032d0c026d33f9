import type Stripe from 'stripe';
import type { Facts } from '../effects/records';
import { creditsTransfer, type Transfer } from '../ledger/transfers';
import type { Plans } from './handling';
import { creditsAsSold } from './subscription-terms';
import {
  type InvoicePaymentShown as InvoicePayment,
  isProration,
  priceOfLine,
  unitAmountOf,
} from './versions';

/**
 * What the lines of a paid invoice grant, and what they take back; see
 * docs/decisions/what-an-invoice-grants.md. A line's credits hang on the payments in the shares that
 * these have in the invoice, so that a refund of any of them takes its share.
 * @param payments the largest first; none when nothing had to be paid
 */
export function lineTransfers(
  invoice: Stripe.Invoice,
  userId: string,
  payments: readonly InvoicePayment[],
  plans: Plans,
  facts: Facts,
): Transfer[] {
  return invoice.lines.data.flatMap((line) => {
    const credits = lineCredits(line, plans, facts);
    return sharesOf(credits, payments).flatMap(({ paymentId, share }, index) => {
      const key = `invoice:${invoice.id}:${line.id}${index === 0 ? '' : `:${paymentId}`}`;
      return creditsTransfer({ key, userId, paymentId }, share);
    });
  });
}

/** Below zero for what a line pays back. A part of a credit is left out. */
function lineCredits(line: Stripe.InvoiceLineItem, plans: Plans, facts: Facts): bigint {
  const price = priceOfLine(line);
  if (price === undefined) return 0n;
  const perUnit = creditsAsSold(price, facts.subscription, plans);
  const unitMinor = typeof price === 'object' ? unitAmountOf(price) : null;
  if (isProration(line)) {
    // What a part of a period costs says how much of it there is. Of a price in tiers, or in another
    // currency, nothing does.
    const isComparable =
      typeof price === 'object' && (price.currency ?? line.currency) === line.currency;
    if (!isComparable || unitMinor === null || unitMinor <= 0) return 0n;
    return (perUnit * BigInt(line.amount)) / BigInt(unitMinor);
  }
  // A trial costs nothing although its price does, and grants nothing. A price of nothing does.
  return line.amount <= 0 && unitMinor !== 0 ? 0n : perUnit * BigInt(line.quantity ?? 1);
}

/** Parts that do not divide go to the first, which is the largest. */
function sharesOf(
  credits: bigint,
  payments: readonly InvoicePayment[],
): { readonly paymentId: string | null; readonly share: bigint }[] {
  const totalMinor = payments.reduce((total, { paidMinor }) => total + paidMinor, 0n);
  const [first, ...others] = payments.map(({ paymentId, paidMinor }) => ({
    paymentId,
    share: (credits * paidMinor) / totalMinor,
  }));
  if (first === undefined) return [{ paymentId: null, share: credits }];
  const rest = others.reduce((left, { share }) => left - share, credits);
  return [{ ...first, share: rest }, ...others];
}
