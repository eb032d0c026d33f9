import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { Problem } from '../errors';
import type { StripeObject, StripeRead } from '../handlers/decision';
import { stripeProblem } from './errors';

/** A call ends within some 11 s, its retry included: a first purchase takes two, and a caller waits. */
const timeoutMillis = 5_000;
const networkRetriesMax = 1;
/** A buyer's page waits for this one, and our own record will do when Stripe is slow. */
const retrieveOptions = { timeout: 3_000, maxNetworkRetries: 0 };

/** The version of Stripe's API that the library, and so this code, was written against. */
export const stripeApiVersion: string = Stripe.API_VERSION;

/** What a checkout needs of Stripe. Every call that creates something carries our idempotency key. */
export class StripeClient {
  private readonly stripe: Stripe | undefined;

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
      appInfo: { name: 'tollgate' },
    });
  }

  get isConfigured(): boolean {
    return /^[sr]k_(test|live)_\S+$/.test(this.secretKey ?? '');
  }

  /**
   * Creates the Stripe customer of a user; asked twice at once, Stripe answers with the same one.
   * @param inPlaceOf a customer of this user that Stripe no longer has
   */
  async createCustomer(userId: string, inPlaceOf = ''): Promise<string> {
    // Hashed: a key has at most 255 ASCII characters, a user id any.
    const hash = createHash('sha256').update(`${inPlaceOf}\n${userId}`).digest('hex');
    const customer = await this.call((stripe) =>
      stripe.customers.create(
        { metadata: { tollgate_user_id: userId } },
        { idempotencyKey: `tollgate:customer:${hash}` },
      ),
    );
    return customer.id;
  }

  createCheckoutSession(
    parameters: Stripe.Checkout.SessionCreateParams,
    idempotencyKey: string,
  ): Promise<Stripe.Checkout.Session> {
    return this.call((stripe) => stripe.checkout.sessions.create(parameters, { idempotencyKey }));
  }

  retrieveCheckoutSession(sessionId: string): Promise<Stripe.Checkout.Session> {
    return this.call((stripe) => stripe.checkout.sessions.retrieve(sessionId, {}, retrieveOptions));
  }

  /**
   * Reads what a handler needs to see as it is now. A caller holds locks meanwhile, so that it is
   * asked once and not for long.
   */
  read({ object, id }: StripeRead): Promise<StripeObject> {
    return this.call<StripeObject>((stripe) =>
      object === 'subscription'
        ? stripe.subscriptions.retrieve(id, {}, retrieveOptions)
        : stripe.invoices.retrieve(id, { expand: ['payments'] }, retrieveOptions),
    );
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

/** What is there instead of a key, without showing any of it. */
function keyHint(value: string | undefined): string {
  if (value === undefined) return 'STRIPE_SECRET_KEY is empty';
  if (value.startsWith('pk_')) return 'STRIPE_SECRET_KEY holds a publishable key (pk_…)';
  if (value.startsWith('whsec_')) return 'STRIPE_SECRET_KEY holds a webhook secret (whsec_…)';
  return 'STRIPE_SECRET_KEY holds a placeholder or something else that is not a key';
}
