import type Stripe from 'stripe';
import { payOnHostedPage } from '../visitors/buyer';
import { createSession, pageOf } from './running';

export const goodCard = { card: '4242 4242 4242 4242' };

/** A monthly price of 20.00 USD. */
export function monthlyPrice(
  stripe: Stripe,
  change: Partial<Stripe.PriceCreateParams> = {},
): Promise<Stripe.Price> {
  return stripe.prices.create({
    currency: 'usd',
    unit_amount: 2000,
    recurring: { interval: 'month' },
    product_data: { name: 'Team plan' },
    ...change,
  });
}

/** A customer whose card pays, unless another test card is named. */
export async function customerWithCard(stripe: Stripe, card = 'pm_card_visa'): Promise<string> {
  const { id } = await stripe.customers.create({
    email: 'jenny@example.com',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
  return id;
}

/** A subscription that runs: its first invoice is paid. */
export async function subscribed(
  stripe: Stripe,
  change: Partial<Stripe.SubscriptionCreateParams> = {},
): Promise<Stripe.Subscription> {
  return stripe.subscriptions.create({
    customer: change.customer ?? (await customerWithCard(stripe)),
    items: [{ price: (await monthlyPrice(stripe)).id }],
    ...change,
  });
}

/** A checkout session of a subscription, paid with the good card. */
export async function boughtSubscription(
  stripe: Stripe,
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session> {
  const session = await createSession(stripe, {
    mode: 'subscription',
    line_items: [{ price: (await monthlyPrice(stripe)).id, quantity: 1 }],
    ...change,
  });
  await payOnHostedPage(pageOf(session), goodCard);
  return stripe.checkout.sessions.retrieve(session.id);
}

/** The id that an object's member holds, expanded or not. */
export function idOf(member: string | { readonly id: string } | null | undefined): string {
  if (!member) throw new Error('expected an id or an object, got none');
  return typeof member === 'string' ? member : member.id;
}

/** The types of all events, the oldest first. */
export async function eventTypes(stripe: Stripe): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.map(({ type }) => type).reverse();
}

/** A test card that is kept and then declined. */
export const failingCard = 'pm_card_chargeCustomerFail';
export const oneDayMillis = 24 * 60 * 60 * 1000;

/** The days on which its period begins and ends. */
export function periodOf(subscription: Stripe.Subscription): string[] {
  const [item] = subscription.items.data;
  const times = [item?.current_period_start ?? 0, item?.current_period_end ?? 0];
  return times.map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 10));
}

/** The types of the events that came after what was done first. */
export async function eventsOf(stripe: Stripe, act: () => Promise<unknown>): Promise<string[]> {
  const before = (await eventTypes(stripe)).length;
  await act();
  return (await eventTypes(stripe)).slice(before);
}
