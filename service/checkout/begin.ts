import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { Bookkeeper } from '../bookkeeping/bookkeeper';
import type { Checkout } from '../effects/records';
import { Problem } from '../errors';
import { soldMetadata } from '../handlers/lost-checkout';
import { metadataKeys } from '../handlers/metadata';
import {
  deleteUnsold,
  type RecordedSession,
  recordSession,
  writeCheckout,
} from '../store/checkouts';
import type { Database } from '../store/database';
import { readSubscriptionsOfUser } from '../store/subscriptions';
import type { StripeClient } from '../stripe/client';
import { ensureCustomer, replaceDeletedCustomer } from './customers';
import { checkNotPurchased, writeOnce } from './once';
import { type Order, type Sale, type SaleTerms, saleOf } from './sale';

export interface CheckoutDependencies extends SaleTerms {
  readonly database: Database;
  readonly stripe: StripeClient;
  /** `off`: nothing new is sold. */
  readonly checkout: 'on' | 'off';
  readonly bookkeeper: Bookkeeper;
  readonly nowMillis: () => number;
}

/** Where Stripe sends the buyer afterwards. */
interface Redirects {
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** How something is to be sold, beside what. */
export interface Wishes extends Pick<Checkout, 'once' | 'metadata'> {}

/** A session that the buyer can be sent to. */
interface BegunCheckout {
  readonly sessionId: string;
  readonly url: string;
  readonly expiresAt: Date;
  readonly customerId: string;
}

/**
 * Refuses an order that will not be taken, before anything is written for it.
 * @param again whether a subscription may be sold to who has it already
 * @param once whether anything else may be sold to who has it already
 * @throws Problem `checkout_disabled`, `already_subscribed`, `already_purchased`, `stripe_…`, or about the order
 */
export async function checkOrder(
  dependencies: CheckoutDependencies,
  userId: string,
  order: Order,
  { again, once }: { readonly again: boolean; readonly once: boolean },
): Promise<void> {
  if (dependencies.checkout === 'off') {
    throw new Problem('checkout_disabled', 'CHECKOUT is off in this environment');
  }
  const { kind, mode, reference } = await saleOf(order, dependencies);
  if (once && reference !== null) {
    if (mode === 'subscription') {
      throw new Problem(
        'validation_failed',
        `${reference} is a subscription, and the body has once; leave it out: a second ` +
          'subscription is refused unless "again" is true',
      );
    }
    await checkNotPurchased(dependencies.database, { userId, kind, reference });
  }
  if (order.kind !== 'price' || mode !== 'subscription' || again) return;
  const { id, lookup_key } = await dependencies.prices.resolve(order.reference);
  const subscriptions = await readSubscriptionsOfUser(dependencies.database, userId);
  const has = subscriptions.find(
    (each) =>
      blockingStatuses.has(each.status) &&
      each.items.some(
        (item) => item.priceId === id || (item.lookupKey !== null && item.lookupKey === lookup_key),
      ),
  );
  if (has === undefined) return;
  throw new Problem(
    'already_subscribed',
    `the user has ${order.reference} by ${has.subscriptionId}, which is ${has.status}`,
    { members: { subscriptionId: has.subscriptionId } },
  );
}

/** Those that are paid for, or will be as soon as a card works again; not a first try that failed. */
const blockingStatuses: ReadonlySet<string> = new Set([
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
]);

/**
 * Begins a checkout. What is to be sold is written down first and Stripe asked after that, so that a
 * session which is paid is known to us even when we die before we record its id.
 * @param checkoutId a UUID; begun again under the same one, a checkout stays the one it is
 * @throws Problem `checkout_disabled`, or about the order, before anything is written;
 * `checkout_session_expired` when what was begun under this id cannot be paid any more; `database_…`
 * and `stripe_…` when one of them does not answer
 */
export async function beginCheckout(
  dependencies: CheckoutDependencies,
  checkoutId: string,
  { userId, email }: { readonly userId: string; readonly email: string | undefined },
  order: Order,
  wishes: Wishes,
  redirects: Redirects,
): Promise<BegunCheckout> {
  if (dependencies.checkout === 'off') {
    throw new Problem('checkout_disabled', 'CHECKOUT is off in this environment');
  }
  const sale = await saleOf(order, dependencies);
  const { environmentName } = dependencies.catalogue;
  const customerId = await ensureCustomer(dependencies, { userId, email, environmentName });
  const beginFor = (customer: string) =>
    createSession(
      dependencies,
      { checkoutId, userId, customerId: customer },
      sale,
      wishes,
      redirects,
    );
  try {
    return await beginFor(customerId);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'stripe_request_rejected' && order.kind === 'price') {
      dependencies.prices.forget(order.reference);
    }
    if (error.code === 'stripe_request_rejected') throw refusedOrder(error);
    if (error.code !== 'stripe_customer_missing') throw error;
    await dependencies.stripe.confirmDeleted(customerId, error);
    const user = { userId, email, environmentName };
    return beginFor(await replaceDeletedCustomer(dependencies, user, customerId));
  }
}

/** Stripe has said no: there is no session. Without an answer, or after "not now", there may be one. */
function isDefinite(error: unknown): boolean {
  return error instanceof Problem && definite.has(error.code);
}

const definite: ReadonlySet<string> = new Set([
  'stripe_request_rejected',
  'stripe_customer_missing',
  'stripe_permission_missing',
  'stripe_secret_key_rejected',
  'stripe_secret_key_not_configured',
]);

/** What Stripe would not take of what the caller has chosen is no failure of ours. */
function refusedOrder(problem: Problem): Problem {
  const { cause, detail } = problem;
  const { param = '', code = '' } = (cause ?? {}) as { param?: string; code?: string };
  const isChosen =
    /^(line_items|success_url|cancel_url)\b/.test(param) || /^amount_too_/.test(code);
  return isChosen ? new Problem('order_rejected', `Stripe says ${detail}`, { cause }) : problem;
}

interface Buyer {
  readonly checkoutId: string;
  readonly userId: string;
  readonly customerId: string;
}

async function createSession(
  dependencies: CheckoutDependencies,
  buyer: Buyer,
  sale: Sale,
  wishes: Wishes,
  redirects: Redirects,
): Promise<BegunCheckout> {
  const { checkoutId, customerId } = buyer;
  const { database, stripe, nowMillis } = dependencies;
  const checkout = { ...buyer, ...sale, ...wishes };
  const known = wishes.once
    ? await writeOnce(dependencies, checkout)
    : await writeCheckout(database, checkout);
  if (known !== undefined) {
    assertNotExpired(known, nowMillis());
    return begunFrom(known);
  }
  const { environmentName } = dependencies.catalogue;
  const parameters = sessionParameters(buyer, environmentName, checkout, redirects);
  // Of all that is asked for, so that it is not refused when something else is asked for under the
  // same id: a request that is repeated after another deployment, or for a new customer.
  const hash = createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
  const session = await stripe
    .createCheckoutSession(parameters, `tollgate:checkout:${checkoutId}:${hash}`)
    .catch(async (error: unknown) => {
      if (isDefinite(error)) await deleteUnsold(database, checkoutId);
      throw error;
    });
  if (session.url === null) {
    throw new Problem('stripe_request_rejected', `session ${session.id} came without a URL`);
  }
  const begun = { url: session.url, expiresAt: new Date(session.expires_at * 1000) };
  await recordSession(database, checkoutId, { id: session.id, ...begun });
  return { sessionId: session.id, ...begun, customerId };
}

/**
 * Whoever repeats a request days later is not to send a buyer to a page that is closed. One that was
 * paid is no news: its answer stays what it was.
 * @throws Problem `checkout_session_expired`
 */
export function assertNotExpired(
  { id, status, expiresAt }: Pick<RecordedSession, 'id' | 'status' | 'expiresAt'>,
  nowMillis: number,
): void {
  if (status === 'complete' || (status === 'open' && expiresAt.getTime() > nowMillis)) return;
  throw new Problem(
    'checkout_session_expired',
    `session ${id} was open until ${expiresAt.toISOString()} at the latest`,
    { members: { sessionId: id } },
  );
}

function begunFrom({ id, status: _status, ...session }: RecordedSession): BegunCheckout {
  return { sessionId: id, ...session };
}

function sessionParameters(
  { checkoutId, userId, customerId }: Buyer,
  environmentName: string,
  { lineItem, ...sale }: Sale & Wishes,
  redirects: Redirects,
): Stripe.Checkout.SessionCreateParams {
  const { mode, currency } = sale;
  const owner = {
    ...sale.metadata,
    [metadataKeys.checkoutId]: checkoutId,
    [metadataKeys.userId]: userId,
    [metadataKeys.environment]: environmentName,
  };
  return {
    mode,
    customer: customerId,
    client_reference_id: checkoutId,
    line_items: [lineItem],
    // Otherwise Stripe chooses among the currencies that a price has.
    ...(currency === null ? {} : { currency }),
    metadata: { ...owner, ...soldMetadata(sale) },
    ...(mode === 'subscription'
      ? { subscription_data: { metadata: owner } }
      : { payment_intent_data: { metadata: owner } }),
    success_url: redirects.successUrl,
    cancel_url: redirects.cancelUrl,
  };
}
