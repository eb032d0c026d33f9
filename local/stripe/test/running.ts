import Stripe from 'stripe';
import { RemoteControl } from '../control/remote-control';
import { type LocalStripe, type LocalStripeOptions, startLocalStripe } from '../server';

export const testKey = 'sk_test_local0000000000';

/** A local Stripe and what a test wants of it. */
export interface Running extends LocalStripe {
  readonly stripe: Stripe;
  readonly control: RemoteControl;
  /** What it logged so far. */
  readonly log: readonly string[];
}

const open: LocalStripe[] = [];

/** Starts one that `closeAll` ends. Retries are quick, so that no test waits for them. */
export async function start(options: LocalStripeOptions = {}): Promise<Running> {
  const log: string[] = [];
  const local = await startLocalStripe({
    webhookRetryDelaysMillis: [20, 40, 80, 160],
    log: (line) => log.push(line),
    ...options,
  });
  open.push(local);
  return { ...local, log, stripe: clientOf(local), control: new RemoteControl(local.url) };
}

/** stripe-node as an application configures it; it does not retry here, so that tests see every answer. */
export function clientOf({ port }: Pick<LocalStripe, 'port'>, key = testKey): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 });
}

export async function closeAll(): Promise<void> {
  await Promise.all(open.splice(0).map((local) => local.close()));
}

/** A session over one item; `change` overrides what is sent. */
export function createSession(
  stripe: Stripe,
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Response<Stripe.Checkout.Session>> {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example/basket',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Top-up' } },
      },
    ],
    ...change,
  });
}

/** A payment of 20.00 USD with a test card, and its charge. */
export async function pay(
  stripe: Stripe,
  card = 'pm_card_visa',
): Promise<{ intent: string; charge: string }> {
  const intent = await stripe.paymentIntents.create({
    amount: 2000,
    currency: 'usd',
    confirm: true,
    payment_method: card,
    metadata: { order: '1' },
  });
  return { intent: intent.id, charge: String(intent.latest_charge) };
}

/** The page's address, which an open session always has. */
export function pageOf({ url }: Stripe.Checkout.Session): string {
  if (url === null) throw new Error('The session is not open: it has no url.');
  return url;
}

/** Waits for something that comes about by itself; fails with the name of it after `withinMillis`. */
export async function eventually<T>(
  name: string,
  look: () => T | undefined | Promise<T | undefined>,
  withinMillis = 60_000,
): Promise<T> {
  const deadline = Date.now() + withinMillis;
  while (Date.now() < deadline) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${name}: not seen within ${withinMillis} ms`);
}

/** The error that Stripe answered; fails when it answered none. */
export async function errorOf(answer: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('expected an error, got an answer');
}
