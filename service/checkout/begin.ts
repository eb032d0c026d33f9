import { randomUUID } from 'node:crypto';
import { Problem } from '../errors';
import { checkoutIdMetadataKey, userIdMetadataKey } from '../handlers/checkout-session';
import { chargeBounds, formatMoney } from '../ledger/money';
import { insertCheckout, recordSession } from '../store/checkouts';
import { findCustomer, recordCustomer, replaceCustomer } from '../store/customers';
import type { Database } from '../store/database';
import type { StripeClient } from '../stripe/client';

export interface CheckoutDependencies {
  readonly database: Database;
  readonly stripe: StripeClient;
  /** What top-ups may be in. */
  readonly currencies: readonly string[];
}

/** An amount of the buyer's choice, credited as it is paid. */
export interface Topup {
  readonly amountMinor: bigint;
  /** Lower case. */
  readonly currency: string;
}

/** Where Stripe sends the buyer afterwards. */
export interface Redirects {
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** A session that the buyer can be sent to. */
export interface BegunCheckout {
  readonly sessionId: string;
  readonly url: string;
  readonly expiresAt: Date;
  readonly customerId: string;
}

/**
 * Begins the checkout of a top-up. What is to be sold is written down first and Stripe asked after
 * that, so that a session which is paid is known to us even when we die before we record its id.
 * @throws Problem about the currency or the amount, before anything is written; `database_…` and
 * `stripe_…` when one of them does not answer
 */
export async function beginTopup(
  dependencies: CheckoutDependencies,
  userId: string,
  topup: Topup,
  redirects: Redirects,
): Promise<BegunCheckout> {
  checkTopup(topup, dependencies.currencies);
  const { database, stripe } = dependencies;
  const customerId =
    (await findCustomer(database, userId)) ??
    (await recordCustomer(database, userId, await stripe.createCustomer(userId)));
  try {
    return await createSession(dependencies, { userId, customerId }, topup, redirects);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'stripe_customer_missing') throw error;
    // Somebody deleted the customer in Stripe's dashboard. Its user is to be able to buy all the same.
    const successor = await stripe.createCustomer(userId, customerId);
    await replaceCustomer(database, userId, customerId, successor);
    return createSession(dependencies, { userId, customerId: successor }, topup, redirects);
  }
}

async function createSession(
  { database, stripe }: CheckoutDependencies,
  { userId, customerId }: { readonly userId: string; readonly customerId: string },
  topup: Topup,
  redirects: Redirects,
): Promise<BegunCheckout> {
  const checkoutId = randomUUID();
  await insertCheckout(database, {
    checkoutId,
    userId,
    customerId,
    kind: 'topup',
    mode: 'payment',
    reference: null,
    quantity: 1,
    credits: null,
    ...topup,
  });

  const metadata = { [checkoutIdMetadataKey]: checkoutId, [userIdMetadataKey]: userId };
  const session = await stripe.createCheckoutSession(
    {
      mode: 'payment',
      customer: customerId,
      client_reference_id: checkoutId,
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: topup.currency,
            unit_amount: Number(topup.amountMinor),
            product_data: { name: 'Top-up' },
          },
        },
      ],
      metadata,
      payment_intent_data: { metadata },
      success_url: redirects.successUrl,
      cancel_url: redirects.cancelUrl,
    },
    `tollgate:checkout:${checkoutId}`,
  );
  if (session.url === null) {
    throw new Problem('stripe_request_rejected', `session ${session.id} came without a URL`);
  }
  const begun = { url: session.url, expiresAt: new Date(session.expires_at * 1000) };
  await recordSession(database, checkoutId, { id: session.id, ...begun });
  return { sessionId: session.id, ...begun, customerId };
}

function checkTopup({ amountMinor, currency }: Topup, currencies: readonly string[]): void {
  const bounds = currencies.includes(currency) ? chargeBounds(currency) : undefined;
  if (bounds === undefined) {
    throw new Problem(
      'currency_not_supported',
      `the currency is ${currency}; expected ${currencies.join(', ')}`,
    );
  }
  const { minimumMinor, maximumMinor } = bounds;
  if (amountMinor >= minimumMinor && amountMinor <= maximumMinor) return;
  throw new Problem(
    amountMinor < minimumMinor ? 'amount_below_minimum' : 'amount_above_maximum',
    `the amount is ${amountMinor} (${formatMoney(amountMinor, currency)}); expected ` +
      `${minimumMinor} to ${maximumMinor} (${formatMoney(minimumMinor, currency)} to ` +
      `${formatMoney(maximumMinor, currency)})`,
  );
}
