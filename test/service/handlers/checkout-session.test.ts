import type Stripe from 'stripe';
import { type Checkout, noFacts } from '../../../service/effects/records';
import {
  decideCheckoutSession,
  decideFailedPayment,
} from '../../../service/handlers/checkout-session';
import { checkoutSessionFactKeys } from '../../../service/handlers/session-keys';
import { noPlans } from '../../support/plans';
import { buildSession, type SessionFields } from '../../support/stripe-objects';
import { buildCheckout, checkoutId, credit, decide, nothing } from './checkout-decisions';

test('S1: a paid session credits what was paid, completes its checkout, and tells of both', () => {
  expect(decide({})).toEqual({
    outcome: 'credited',
    transfers: [credit],
    checkouts: [
      {
        checkoutId,
        sessionId: 'cs_test_1',
        status: 'complete',
        paymentStatus: 'paid',
        paymentIntentId: 'pi_1',
        subscriptionId: null,
      },
    ],
    payments: [
      { paymentId: 'pi_1', paid: { userId: 'alice', amountMinor: 1000n, currency: 'usd' } },
    ],
    subscriptions: [],
    invoices: [],
    creditNotes: [],
    customers: [],
    lostCheckouts: [],
    holds: [],
    messages: [
      {
        key: 'checkout_session:cs_test_1:checkout.completed',
        type: 'checkout.completed',
        userId: 'alice',
        data: {
          sessionId: 'cs_test_1',
          kind: 'topup',
          reference: null,
          name: null,
          priceId: null,
          metadata: {},
          quantity: 1,
          amountMinor: 1000,
          currency: 'usd',
          paymentId: 'pi_1',
          subscriptionId: null,
        },
      },
      {
        key: 'checkout_session:cs_test_1:balance.credited',
        type: 'balance.credited',
        userId: 'alice',
        data: {
          unit: 'usd',
          amountMinor: 1000,
          reason: 'topup',
          sessionId: 'cs_test_1',
          invoiceId: null,
          paymentId: 'pi_1',
        },
      },
    ],
  });
});

describe('every state of a session meets every state of its checkout', () => {
  const fresh = { status: 'open', paymentStatus: 'unpaid' } as const;
  const awaiting = { status: 'complete', paymentStatus: 'unpaid' } as const;
  const paid = { status: 'complete', paymentStatus: 'paid' } as const;
  const expired = { status: 'expired', paymentStatus: 'unpaid' } as const;

  test.each([
    // status, payment_status, then the outcome for a checkout that is fresh, awaiting, paid, expired
    ['open', 'unpaid', 'no_change', 'no_change', 'no_change', 'no_change'],
    // Paid and not complete is not a state of Stripe's; the event of completion will follow.
    ['open', 'paid', 'no_change', 'no_change', 'no_change', 'no_change'],
    ['complete', 'unpaid', 'awaiting_payment', 'no_change', 'already_credited', 'awaiting_payment'],
    ['complete', 'paid', 'credited', 'credited', 'already_credited', 'credited'],
    ['complete', 'no_payment_required', 'credited', 'credited', 'already_credited', 'credited'],
    ['expired', 'unpaid', 'expired', 'no_change', 'no_change', 'no_change'],
    [null, 'unpaid', 'no_change', 'no_change', 'no_change', 'no_change'],
  ] as const)('S14, S16: session %s and %s', (status, payment_status, ...outcomes) => {
    const session = { status, payment_status };
    const decisions = [fresh, awaiting, paid, expired].map((checkout) => decide(session, checkout));
    expect(decisions.map((decision) => decision.outcome)).toEqual(outcomes);
    for (const decision of decisions) {
      expect(decision.transfers).toEqual(decision.outcome === 'credited' ? [credit] : []);
      if (/no_change|already_credited/.test(decision.outcome)) {
        expect(decision).toMatchObject(nothing);
      }
    }
  });
});

test('S16: an expired session releases its checkout and tells of it, and takes nothing back', () => {
  expect(decide({ status: 'expired', payment_status: 'unpaid', payment_intent: null })).toEqual({
    outcome: 'expired',
    transfers: [],
    checkouts: [
      {
        checkoutId,
        sessionId: 'cs_test_1',
        status: 'expired',
        paymentStatus: 'unpaid',
        paymentIntentId: null,
        subscriptionId: null,
      },
    ],
    payments: [],
    subscriptions: [],
    invoices: [],
    creditNotes: [],
    customers: [],
    lostCheckouts: [],
    holds: [],
    messages: [
      {
        key: 'checkout_session:cs_test_1:checkout.expired',
        type: 'checkout.expired',
        userId: 'alice',
        data: { sessionId: 'cs_test_1', reference: null, metadata: {} },
      },
    ],
  });
});

test('S1: a session whose id was never recorded is credited by the checkout in its metadata', () => {
  const { outcome, checkouts } = decide({}, { sessionId: null });
  expect(outcome).toBe('credited');
  expect(checkouts).toMatchObject([{ checkoutId, sessionId: 'cs_test_1' }]);
});

test('a session of another system in the same Stripe account is none of ours', () => {
  const decision = decideCheckoutSession(buildSession(), noFacts, noPlans);
  expect(decision).toEqual({ outcome: 'not_ours', ...nothing });
});

test.each([
  ['as its id', 'pi_1', 'pi_1'],
  ['expanded', { id: 'pi_2' } as Stripe.PaymentIntent, 'pi_2'],
  ['absent', null, null],
])('the payment is recorded, whether it is given %s', (_name, payment_intent, recorded) => {
  expect(decide({ payment_intent }).checkouts).toMatchObject([{ paymentIntentId: recorded }]);
});

describe('S13: what contradicts the checkout is refused, and nothing changes', () => {
  test.each([
    ['less than asked', { amount_total: 999 }],
    ['more than asked', { amount_total: 1001 }],
    ['nothing', { amount_total: 0 }],
    [
      'nothing, as by a coupon',
      { amount_total: 0, payment_status: 'no_payment_required' as const },
    ],
    ['a negative amount', { amount_total: -1000 }],
    ['no amount', { amount_total: null }],
    ['a fraction', { amount_total: 1000.5 }],
    ['no number', { amount_total: Number.NaN }],
    ['more than a number holds', { amount_total: 2 ** 53 }],
    ['another currency', { currency: 'eur' }],
    ['a currency in capitals', { currency: 'USD' }],
    ['no currency', { currency: null }],
  ])('paid with %s', (_name, session) => {
    expect(() => decide(session)).toThrow(
      expect.objectContaining({
        name: 'Refusal',
        code: 'checkout_amount_mismatch',
        message: expect.stringMatching(/cs_test_1 .*1000 usd.*nothing was credited/),
      }),
    );
  });

  test.each(['complete', 'open'] as const)(
    "a session that names another session's checkout: %s",
    (status) => {
      expect(() => decide({ id: 'cs_test_2', status })).toThrow(
        expect.objectContaining({
          name: 'Refusal',
          code: 'checkout_session_mismatch',
          message: expect.stringMatching(/cs_test_1.*cs_test_2/),
        }),
      );
    },
  );
});

test("S14: another session of a checkout that expired unpaid changes nothing, and is nobody's fault", () => {
  const session = { id: 'cs_test_2', status: 'expired', payment_status: 'unpaid' } as const;
  expect(decide(session)).toEqual({ outcome: 'no_change', ...nothing });
});

describe('S16: a delayed payment that does not arrive', () => {
  const fail = (session: Partial<SessionFields>, checkout: Partial<Checkout>) =>
    decideFailedPayment(
      buildSession(session),
      { ...noFacts, checkout: buildCheckout(checkout) },
      noPlans,
    );
  const unpaid = { payment_status: 'unpaid' } as const;

  test.each(['open', 'complete'] as const)('is told of once: %s', (status) => {
    const { outcome, checkouts, messages, transfers } = fail(unpaid, { status });
    expect([outcome, transfers]).toEqual(['payment_failed', []]);
    expect(checkouts).toMatchObject([{ status: 'complete', paymentStatus: 'failed' }]);
    expect(messages).toMatchObject([{ type: 'checkout.payment_failed', userId: 'alice' }]);
    const after = { status: 'complete', paymentStatus: 'failed' } as const;
    expect(fail(unpaid, after)).toEqual({ outcome: 'no_change', ...nothing });
  });

  test('changes nothing of what was paid after all, in either order', () => {
    const paid = { status: 'complete', paymentStatus: 'paid' } as const;
    expect(fail(unpaid, paid)).toEqual({ outcome: 'no_change', ...nothing });
    expect(decide({}, { status: 'complete', paymentStatus: 'failed' })).toMatchObject({
      outcome: 'credited',
      checkouts: [{ paymentStatus: 'paid' }],
    });
  });

  test('of a session of others is none of ours', () => {
    expect(decideFailedPayment(buildSession(unpaid), noFacts, noPlans).outcome).toBe('not_ours');
  });

  test('of another session does not take a checkout away from its own, which may be paid yet', () => {
    expect(() => fail({ ...unpaid, id: 'cs_test_2' }, { status: 'open' })).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'checkout_session_mismatch' }),
    );
  });
});

describe('which rows are asked for', () => {
  test.each([
    ['ours', { tollgate_checkout_id: checkoutId }, checkoutId],
    ['no metadata', null, undefined],
    ['metadata of others', { order: '7' }, undefined],
    [
      'what is not a UUID, and would break the query',
      { tollgate_checkout_id: "x' or 1=1" },
      undefined,
    ],
    ['a UUID and more', { tollgate_checkout_id: `${checkoutId}\n` }, undefined],
  ])('%s', (_name, metadata, expected) => {
    expect(checkoutSessionFactKeys(buildSession({ metadata }))).toEqual({
      sessionId: 'cs_test_1',
      checkoutId: expected,
      paymentId: 'pi_1',
    });
  });
});
