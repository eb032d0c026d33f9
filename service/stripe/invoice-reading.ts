import type Stripe from 'stripe';
import type { InvoiceRead } from '../handlers/stripe-read';
import { priceOfLine, shownPaymentsOf, subscriptionIdOf } from '../handlers/versions';
import { isResourceMissing } from './errors';

/** More lines than any invoice has; the reading of one is to end. */
const invoiceLinesMax = 10_000;

/** An invoice with its payments and all of its lines. */
export async function readWholeInvoice(
  stripe: Stripe,
  id: string,
  options: Stripe.RequestOptions,
): Promise<Stripe.Invoice> {
  const invoice = await stripe.invoices.retrieve(id, { expand: ['payments'] }, options);
  if (!invoice.lines.has_more) return invoice;
  const data = await stripe.invoices
    .listLineItems(id, { limit: 100 }, options)
    .autoPagingToArray({ limit: invoiceLinesMax });
  return { ...invoice, lines: { ...invoice.lines, data, has_more: false } };
}

/**
 * An invoice with its payments, all of its lines, and the prices of these: a line names its price by
 * its id alone. A price that Stripe has no more (a plan can be deleted) stays an id: what was paid is
 * booked all the same. https://docs.stripe.com/api/invoices/object
 */
export async function readInvoice(
  stripe: Stripe,
  id: string,
  options: Stripe.RequestOptions,
): Promise<InvoiceRead> {
  const invoice = await readWholeInvoice(stripe, id, options);
  const { data: lines } = invoice.lines;
  const ids = new Set(lines.map(priceOfLine).filter((price) => typeof price === 'string'));
  const prices = new Map<string, Stripe.Price>();
  for (const priceId of ids) {
    const price = await readPrice(stripe, priceId, options);
    if (price !== undefined) prices.set(priceId, price);
  }
  const data = lines.map((line) => withPrice(line, prices));
  const whole = { ...invoice, lines: { ...invoice.lines, data } };
  return { ...whole, sessions: await readSessions(stripe, whole, options) };
}

/** A session may make an invoice for what it sold once: https://docs.stripe.com/payments/checkout/receipts */
async function readSessions(
  stripe: Stripe,
  invoice: Stripe.Invoice,
  options: Stripe.RequestOptions,
): Promise<Stripe.Checkout.Session[]> {
  if (subscriptionIdOf(invoice) !== null) return [];
  const sessions: Stripe.Checkout.Session[] = [];
  for (const { paymentId } of shownPaymentsOf(invoice)) {
    if (!paymentId.startsWith('pi_')) continue;
    const page = await stripe.checkout.sessions.list({ payment_intent: paymentId }, options);
    sessions.push(...page.data);
  }
  return sessions;
}

async function readPrice(
  stripe: Stripe,
  priceId: string,
  options: Stripe.RequestOptions,
): Promise<Stripe.Price | undefined> {
  try {
    return await stripe.prices.retrieve(priceId, {}, options);
  } catch (error) {
    if (isResourceMissing(error)) return undefined;
    throw error;
  }
}

function withPrice(
  line: Stripe.InvoiceLineItem,
  prices: ReadonlyMap<string, Stripe.Price>,
): Stripe.InvoiceLineItem {
  const known = priceOfLine(line);
  const price = typeof known === 'string' ? prices.get(known) : undefined;
  if (price === undefined) return line;
  // A cast, because Stripe's type wants members here that earlier versions do not have.
  const priced = {
    pricing: { ...line.pricing, price_details: { ...line.pricing?.price_details, price } },
  };
  return { ...line, ...priced } as Stripe.InvoiceLineItem;
}
