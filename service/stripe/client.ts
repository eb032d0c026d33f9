import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { Problem } from '../errors';
import { metadataKeys } from '../handlers/metadata';
import type { StripeObject, StripeRead } from '../handlers/stripe-read';
import { readCreditNote } from './credit-note-reading';
import { isInvalidEmail, isResourceMissing, stripeProblem } from './errors';
import { StripeHttpClient } from './http-client';
import { readInvoice } from './invoice-reading';
import { ShortMemory } from './short-memory';
import { withAllItems } from './subscription-items';

/** A call ends within some 11 s, its retry included: a first purchase takes two, and a caller waits. */
const timeoutMillis = 5_000;
const networkRetriesMax = 1;
/** A buyer's page waits for this one, and our own record will do when Stripe is slow. */
const retrieveOptions = { timeout: 3_000, maxNetworkRetries: 0 };

/** The version of Stripe's API that the library, and so this code, was written against. */
export const stripeApiVersion: string = Stripe.API_VERSION;

/** The user of a customer that is to be made. */
export interface NewCustomer {
  readonly userId: string;
  /** Environments that share a Stripe account may have users of the same id. */
  readonly environmentName: string;
  /** Where Stripe sends receipts. */
  readonly email?: string | undefined;
  /** A customer of this user that Stripe no longer has. */
  readonly inPlaceOf?: string;
}

/** What a checkout needs of Stripe. Every call that creates something carries our idempotency key. */
export class StripeClient {
  private readonly stripe: Stripe | undefined;
  /** A stranger's payment brings several events, and each would ask anew whose it is. */
  private readonly owners = new ShortMemory<StripeObject>({
    lifeMillis: 10 * 60_000,
    entriesMax: 2_000,
    nowMillis: Date.now,
  });

  /** @param secretKey `sk_…` or `rk_…`; anything else counts as not configured yet */
  constructor(
    private readonly secretKey: string | undefined,
    apiBase: URL,
  ) {
    if (!this.isConfigured) return;
    this.stripe = new Stripe(secretKey ?? '', {
      protocol: apiBase.protocol === 'http:' ? 'http' : 'https',
      host: apiBase.hostname,
      port: apiBase.port || (apiBase.protocol === 'http:' ? 80 : 443),
      timeout: timeoutMillis,
      maxNetworkRetries: networkRetriesMax,
      telemetry: false,
      httpClient: new StripeHttpClient(),
      appInfo: { name: 'tollgate' },
    });
  }

  get isConfigured(): boolean {
    return /^[sr]k_(test|live)_\S+$/.test(this.secretKey ?? '');
  }

  /**
   * Creates the Stripe customer of a user; asked twice at once, Stripe answers with the same one. An
   * e-mail address that Stripe does not take (such as `ann@localhost`) is left out: it is the
   * token's, and whoever has the token can do nothing about it.
   */
  async createCustomer(user: NewCustomer): Promise<string> {
    try {
      return await this.createCustomerAs(user);
    } catch (error) {
      if (user.email === undefined || !isInvalidEmail(error)) throw error;
      return this.createCustomerAs({ ...user, email: undefined });
    }
  }

  private async createCustomerAs({
    userId,
    environmentName,
    email,
    inPlaceOf = '',
  }: NewCustomer): Promise<string> {
    // Hashed: a key has at most 255 ASCII characters, a user id any.
    const hash = createHash('sha256')
      .update(
        `${environmentName}\n${inPlaceOf}\n${userId}${email === undefined ? '' : `\n${email}`}`,
      )
      .digest('hex');
    const customer = await this.call((stripe) =>
      stripe.customers.create(
        {
          ...(email !== undefined && { email }),
          metadata: {
            [metadataKeys.userId]: userId,
            [metadataKeys.environment]: environmentName,
          },
        },
        { idempotencyKey: `tollgate:customer:${hash}` },
      ),
    );
    return customer.id;
  }

  /**
   * Makes sure that somebody has deleted a customer whom Stripe says to be missing: of those Stripe
   * keeps the ids (https://docs.stripe.com/api/customers/delete), but of another account's none.
   * @throws Problem `stripe_account_mismatch`, or `missing` itself when the customer is there
   */
  async confirmDeleted(customerId: string, missing: Problem): Promise<void> {
    const customer = await this.call((stripe) =>
      stripe.customers.retrieve(customerId, {}, retrieveOptions),
    ).catch((error: unknown) => {
      if (!isResourceMissing(error)) throw error;
      throw new Problem(
        'stripe_account_mismatch',
        `Stripe answers our key that there never was a customer ${customerId}; expected it to be ` +
          'there, or deleted: the key is of another account than the one it was made in',
        { cause: error },
      );
    });
    if (customer.deleted !== true) throw missing;
  }

  createCheckoutSession(
    parameters: Stripe.Checkout.SessionCreateParams,
    idempotencyKey: string,
  ): Promise<Stripe.Checkout.Session> {
    return this.call((stripe) => stripe.checkout.sessions.create(parameters, { idempotencyKey }));
  }

  /** Closes a page that can be paid; Stripe refuses it for any other. */
  expireCheckoutSession(sessionId: string): Promise<Stripe.Checkout.Session> {
    return this.call((stripe) => stripe.checkout.sessions.expire(sessionId, {}, retrieveOptions));
  }

  /** With its payment, which says what came in. */
  retrieveCheckoutSession(sessionId: string): Promise<Stripe.Checkout.Session> {
    const withPayment = { expand: ['payment_intent'] };
    return this.call((stripe) =>
      stripe.checkout.sessions.retrieve(sessionId, withPayment, retrieveOptions),
    );
  }

  /** A session of Stripe's customer portal, where a user manages subscriptions and cards. */
  async createPortalSession(
    { customerId, returnUrl }: { readonly customerId: string; readonly returnUrl: string },
    idempotencyKey: string,
  ): Promise<string> {
    const session = await this.call((stripe) =>
      stripe.billingPortal.sessions.create(
        { customer: customerId, return_url: returnUrl },
        { idempotencyKey },
      ),
    );
    return session.url;
  }

  /**
   * Reads what a handler needs to see as it is now. A caller may hold locks meanwhile, so that it
   * is asked once and not for long. What is read for whose it is alone does not change in that, and
   * may be some minutes old.
   * @returns undefined when Stripe has no such object for our key
   */
  async read({ object, id }: StripeRead): Promise<StripeObject> {
    const known = this.owners.get(`${object} ${id}`);
    if (known !== undefined) return known;
    try {
      const read = await this.call<StripeObject>((stripe) => readers[object](stripe, id));
      if (sayingWhose.has(object)) this.owners.set(`${object} ${id}`, read);
      return read;
    } catch (error) {
      if (isResourceMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * Whether an event happened on the account of our key, which keeps it for 30 days.
   * @throws Problem `stripe_…`
   */
  async hasEvent(eventId: string): Promise<boolean> {
    try {
      await this.call((stripe) => stripe.events.retrieve(eventId, {}, retrieveOptions));
      return true;
    } catch (error) {
      if (isResourceMissing(error)) return false;
      throw error;
    }
  }

  /**
   * One call of the library, with Stripe's errors as ours: for the files of this room.
   * @throws Problem `stripe_…`
   */
  async call<Result>(use: (stripe: Stripe) => Promise<Result>): Promise<Result> {
    if (this.stripe === undefined)
      throw new Problem('stripe_secret_key_not_configured', keyHint(this.secretKey));
    try {
      return await use(this.stripe);
    } catch (error) {
      throw stripeProblem(error);
    }
  }
}

/** Ten times as many as a session may be made with. */
const lineItemsMax = 1_000;
const withCustomer = { expand: ['customer'] };
const readers: Readonly<
  Record<StripeRead['object'], (stripe: Stripe, id: string) => Promise<StripeObject>>
> = {
  subscription: readSubscription,
  invoice: (stripe, id) => readInvoice(stripe, id, retrieveOptions),
  credit_note: (stripe, id) => readCreditNote(stripe, id, retrieveOptions),
  'checkout.session': readSession,
  customer: (stripe, id) => stripe.customers.retrieve(id, {}, retrieveOptions),
  payment_intent: (stripe, id) => stripe.paymentIntents.retrieve(id, withCustomer, retrieveOptions),
  charge: (stripe, id) => stripe.charges.retrieve(id, withCustomer, retrieveOptions),
};

const sayingWhose: ReadonlySet<StripeRead['object']> = new Set([
  'customer',
  'payment_intent',
  'charge',
]);

async function readSession(stripe: Stripe, id: string): Promise<Stripe.Checkout.Session> {
  const { sessions } = stripe.checkout;
  const session = await sessions.retrieve(id, { expand: ['line_items'] }, retrieveOptions);
  const { line_items: shown } = session;
  if (shown?.has_more !== true) return session;
  const data = await sessions
    .listLineItems(id, { limit: 100 }, retrieveOptions)
    .autoPagingToArray({ limit: lineItemsMax });
  return { ...session, line_items: { ...shown, data, has_more: false } };
}

async function readSubscription(stripe: Stripe, id: string): Promise<Stripe.Subscription> {
  const subscription = await stripe.subscriptions.retrieve(id, {}, retrieveOptions);
  return withAllItems(stripe, subscription, retrieveOptions);
}

/** What is there instead of a key, without showing any of it. */
function keyHint(value: string | undefined): string {
  if (value === undefined) return 'STRIPE_SECRET_KEY is empty';
  if (value.startsWith('pk_')) return 'STRIPE_SECRET_KEY holds a publishable key (pk_…)';
  if (value.startsWith('whsec_')) return 'STRIPE_SECRET_KEY holds a webhook secret (whsec_…)';
  return 'STRIPE_SECRET_KEY holds a placeholder or something else that is not a key';
}
