import type Stripe from 'stripe';

/** The fields of a checkout session that decisions are made from. */
export type SessionFields = Pick<
  Stripe.Checkout.Session,
  'id' | 'status' | 'payment_status' | 'amount_total' | 'currency' | 'payment_intent' | 'metadata'
>;

/** A session that was paid as asked: 10.00 USD for the checkout with this metadata. */
export function buildSession(fields: Partial<SessionFields> = {}): Stripe.Checkout.Session {
  const session: SessionFields & { readonly object: 'checkout.session' } = {
    object: 'checkout.session',
    id: 'cs_test_1',
    status: 'complete',
    payment_status: 'paid',
    amount_total: 1000,
    currency: 'usd',
    payment_intent: 'pi_1',
    metadata: { tollgate_checkout_id: '00000000-0000-4000-8000-000000000001' },
    ...fields,
  };
  // A cast, because Stripe's type has some sixty further fields: a decision that reads one of them
  // finds it undefined here and is to add it above.
  return session as Stripe.Checkout.Session;
}

/** An event around an object; the cast because the types of the two must fit, which tests vary. */
export function buildEvent(type: string, object: object): Stripe.Event {
  return {
    id: 'evt_1',
    object: 'event',
    api_version: '2025-01-01',
    created: 1_790_000_000,
    livemode: false,
    pending_webhooks: 1,
    request: null,
    type,
    data: { object },
  } as Stripe.Event;
}
