import type Stripe from 'stripe';
import { type Checkout, noFacts } from '../../../service/effects/records';
import { handlingOfObject } from '../../../service/handlers/objects';
import { noPlans } from '../../support/plans';
import { buildSession } from '../../support/stripe-objects';

const checkout: Checkout = {
  checkoutId: '00000000-0000-4000-8000-000000000001',
  sessionId: 'cs_test_1',
  userId: 'ann',
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
  status: 'complete',
  paymentStatus: 'unpaid',
};

function decide(session: Stripe.Checkout.Session) {
  const handling = handlingOfObject(session);
  if (handling === undefined || handling.read !== undefined) throw new Error('expected a decision');
  return handling.decide({ ...noFacts, checkout }, noPlans);
}

const awaited = { status: 'complete', payment_status: 'unpaid' } as const;
const intent = (status: Stripe.PaymentIntent.Status) =>
  ({ id: 'pi_1', object: 'payment_intent', status }) as Stripe.PaymentIntent;

test.each([
  ['processing', 'no_change'],
  ['requires_payment_method', 'payment_failed'],
  ['canceled', 'payment_failed'],
] as const)(
  'S16: a delayed payment whose intent is %s comes to %s without an event',
  (status, outcome) => {
    const session = buildSession({ ...awaited, payment_intent: intent(status) });
    expect(decide(session).outcome).toBe(outcome);
  },
);

test('S16: a delayed payment whose intent was not asked for is still awaited', () => {
  expect(decide(buildSession({ ...awaited, payment_intent: 'pi_1' })).outcome).toBe('no_change');
});

test('S24: an invoice that is void has no handling', () => {
  const invoice = { object: 'invoice', id: 'in_1', status: 'void' } as Stripe.Invoice;
  expect(handlingOfObject(invoice)).toBeUndefined();
});
