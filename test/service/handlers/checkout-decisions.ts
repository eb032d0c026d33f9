import { type Checkout, noFacts } from '../../../service/effects/records';
import { decideCheckoutSession } from '../../../service/handlers/checkout-session';
import { noPlans } from '../../support/plans';
import { buildSession, type SessionFields } from '../../support/stripe-objects';

export const checkoutId = '00000000-0000-4000-8000-000000000001';

/** Alice's top-up of 10.00 USD, whose page is open. */
export function buildCheckout(fields: Partial<Checkout> = {}): Checkout {
  return {
    checkoutId,
    sessionId: 'cs_test_1',
    userId: 'alice',
    kind: 'topup',
    mode: 'payment',
    reference: null,
    quantity: 1,
    name: null,
    priceId: null,
    once: false,
    metadata: {},
    credits: null,
    amountMinor: 1000n,
    currency: 'usd',
    status: 'open',
    paymentStatus: 'unpaid',
    ...fields,
  };
}

/** What a session means for that checkout, each changed as the test says. */
export const decide = (session: Partial<SessionFields>, checkout: Partial<Checkout> = {}) =>
  decideCheckoutSession(
    buildSession(session),
    { ...noFacts, checkout: buildCheckout(checkout) },
    noPlans,
  );

/** The transfer that credits the top-up. */
export const credit = {
  idempotencyKey: 'checkout_session:cs_test_1:credit',
  debitAccount: 'stripe_clearing',
  creditAccount: 'user:alice',
  unit: 'usd',
  amountMinor: 1000n,
  reason: 'topup',
  paymentId: 'pi_1',
  reverses: null,
};

/** A decision without an effect, besides its outcome. */
export const nothing = {
  transfers: [],
  lostCheckouts: [],
  checkouts: [],
  payments: [],
  subscriptions: [],
  invoices: [],
  creditNotes: [],
  customers: [],
  holds: [],
  messages: [],
};
