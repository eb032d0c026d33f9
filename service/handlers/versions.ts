import type Stripe from 'stripe';
import { idOf } from './handling';

/**
 * Where the versions of Stripe's API keep what decisions need. An event has the shape of its
 * endpoint's version, which is fixed when the endpoint is made, while Stripe's types know the newest
 * alone. Each function reads the newest place first. https://docs.stripe.com/changelog
 */

type Reference = string | { readonly id: string } | null | undefined;

/** Before 2025-03-31 (basil). */
interface EarlierInvoice {
  readonly subscription?: Reference;
  readonly subscription_details?: { readonly metadata?: Stripe.Metadata | null } | null;
  readonly payment_intent?: Reference;
  readonly charge?: Reference;
  readonly paid?: boolean;
  readonly paid_out_of_band?: boolean;
}

/** Before 2025-03-31 (basil); a plan is what a price was until 2020. */
interface EarlierLine {
  readonly price?: Stripe.Price | string | null;
  readonly plan?: Stripe.Plan | string | null;
  readonly proration?: boolean;
  readonly subscription?: Reference;
}

/** Before 2025-03-31 (basil) the period stood with the subscription, before 2020 its one plan too. */
interface EarlierSubscription {
  readonly current_period_end?: number | null;
}

/** What decisions need of a price, or of the plan that it was. */
export interface PriceTerms {
  readonly id: string;
  readonly lookup_key?: string | null;
  readonly metadata?: Stripe.Metadata | null;
  readonly unit_amount?: number | null;
  readonly currency?: string;
  /** A plan's name of `unit_amount`. */
  readonly amount?: number | null;
}

export interface InvoicePaymentShown {
  readonly paymentId: string;
  readonly paidMinor: bigint;
}

export function subscriptionIdOf(invoice: Stripe.Invoice): string | null {
  const [line] = invoice.lines?.data ?? [];
  return (
    idOf(invoice.parent?.subscription_details?.subscription) ??
    idOf((invoice as EarlierInvoice).subscription) ??
    idOf(line?.parent?.subscription_item_details?.subscription) ??
    idOf((line as EarlierLine | undefined)?.subscription)
  );
}

export function subscriptionMetadataOf(invoice: Stripe.Invoice): Stripe.Metadata {
  const details =
    invoice.parent?.subscription_details ?? (invoice as EarlierInvoice).subscription_details;
  return details?.metadata ?? {};
}

export function isPaid(invoice: Stripe.Invoice): boolean {
  return invoice.status === 'paid' || (invoice as EarlierInvoice).paid === true;
}

/** The payments that brought money through Stripe; before basil, an invoice had one at most. */
export function shownPaymentsOf(invoice: Stripe.Invoice): InvoicePaymentShown[] {
  const { payments, amount_paid: amountPaid } = invoice;
  if (payments !== undefined && payments !== null) {
    return payments.data.flatMap(({ status, amount_paid: paid, payment }) => {
      const paymentId = idOf(payment.payment_intent) ?? idOf(payment.charge);
      const isShown = status === 'paid' && paymentId !== null && (paid ?? 0) > 0;
      return isShown ? [{ paymentId, paidMinor: BigInt(paid ?? 0) }] : [];
    });
  }
  const earlier = invoice as EarlierInvoice;
  const paymentId = idOf(earlier.payment_intent) ?? idOf(earlier.charge);
  if (paymentId === null || earlier.paid_out_of_band === true || !(amountPaid > 0)) return [];
  return [{ paymentId, paidMinor: BigInt(amountPaid) }];
}

/** A line's price, whole where Stripe shows it, or by its id alone where it does not. */
export function priceOfLine(line: Stripe.InvoiceLineItem): PriceTerms | string | undefined {
  const { price, plan } = line as EarlierLine;
  return line.pricing?.price_details?.price ?? price ?? plan ?? undefined;
}

export function isProration(line: Stripe.InvoiceLineItem): boolean {
  const details =
    line.parent?.subscription_item_details ?? line.parent?.invoice_item_details ?? undefined;
  return (details?.proration ?? (line as EarlierLine).proration) === true;
}

export function unitAmountOf({ unit_amount: unitAmount, amount }: PriceTerms): number | null {
  return unitAmount ?? amount ?? null;
}

export function priceOfItem(item: Stripe.SubscriptionItem): PriceTerms {
  return item.price ?? item.plan;
}

/** Seconds since the epoch; null where no version's place tells it. */
export function periodEndOf(
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
): number | null {
  const earlier = subscription as EarlierSubscription;
  return item.current_period_end ?? earlier.current_period_end ?? null;
}

export function isCancelScheduled(subscription: Stripe.Subscription): boolean {
  return subscription.cancel_at_period_end || (subscription.cancel_at ?? null) !== null;
}
