import fc from 'fast-check';
import type Stripe from 'stripe';
import {
  checkoutSessionFactKeys,
  decideCheckoutSession,
  decideFailedPayment,
} from '../../../service/handlers/checkout-session';
import {
  type Checkout,
  type Decision,
  type Facts,
  noFacts,
} from '../../../service/handlers/decision';
import type { Grant, Payment } from '../../../service/ledger/payments';
import { buildSession, type SessionFields } from '../../support/stripe-objects';

const checkoutId = '00000000-0000-4000-8000-000000000001';

function buildCheckout(fields: Partial<Checkout> = {}): Checkout {
  return {
    checkoutId,
    sessionId: 'cs_test_1',
    userId: 'alice',
    kind: 'topup',
    mode: 'payment',
    reference: null,
    quantity: 1,
    credits: null,
    amountMinor: 1000n,
    currency: 'usd',
    status: 'open',
    paymentStatus: 'unpaid',
    ...fields,
  };
}

const decide = (session: Partial<SessionFields>, checkout: Partial<Checkout> = {}) =>
  decideCheckoutSession(buildSession(session), {
    ...noFacts,
    checkout: buildCheckout(checkout),
  });

const credit = {
  idempotencyKey: 'checkout_session:cs_test_1:credit',
  debitAccount: 'stripe_clearing',
  creditAccount: 'user:alice',
  unit: 'usd',
  amountMinor: 1000n,
  reason: 'topup',
  paymentId: 'pi_1',
  reverses: null,
};
const nothing = {
  transfers: [],
  checkouts: [],
  payments: [],
  subscriptions: [],
  invoices: [],
  messages: [],
};

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
    messages: [
      {
        key: 'checkout_session:cs_test_1:checkout.completed',
        type: 'checkout.completed',
        userId: 'alice',
        data: {
          sessionId: 'cs_test_1',
          kind: 'topup',
          reference: null,
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
    messages: [
      {
        key: 'checkout_session:cs_test_1:checkout.expired',
        type: 'checkout.expired',
        userId: 'alice',
        data: { sessionId: 'cs_test_1' },
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
  const decision = decideCheckoutSession(buildSession(), noFacts);
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

describe('S5, S6, S7: what is sold is revenue, and grants the credits that were agreed', () => {
  const revenue = { debitAccount: 'stripe_clearing', creditAccount: 'revenue', unit: 'usd' };
  const issued = { debitAccount: 'issued_credits', creditAccount: 'user:alice', unit: 'credits' };

  test.each([
    ['a package', { kind: 'package', reference: 'starter', credits: 1000n }, 'package'],
    ['a price', { kind: 'price', reference: 'pro', quantity: 3, credits: 30n }, 'purchase'],
  ] as const)('%s', (_name, checkout, reason) => {
    const { outcome, transfers, messages } = decide({}, checkout);
    expect(outcome).toBe('credited');
    expect(transfers).toMatchObject([
      { ...revenue, amountMinor: 1000n, reason, paymentId: 'pi_1' },
      { ...issued, amountMinor: checkout.credits, reason, paymentId: 'pi_1' },
    ]);
    expect(messages).toMatchObject([
      { type: 'checkout.completed', data: { ...json(checkout), amountMinor: 1000 } },
      { type: 'balance.credited', data: { unit: 'credits', reason } },
    ]);
  });

  test('an item grants nothing here', () => {
    const item = { kind: 'item', reference: 'message-7' } as const;
    const { outcome, transfers, messages } = decide({}, item);
    expect(outcome).toBe('sold');
    expect(transfers).toMatchObject([{ ...revenue, amountMinor: 1000n, reason: 'purchase' }]);
    expect(messages).toMatchObject([{ type: 'checkout.completed', data: item }]);
    expect(decide({}, { ...item, status: 'complete', paymentStatus: 'paid' })).toEqual({
      outcome: 'already_sold',
      ...nothing,
    });
  });

  test("a subscription's money is its invoices' matter", () => {
    const checkout = { kind: 'price', mode: 'subscription', amountMinor: null } as const;
    const decision = decide({ payment_intent: null, amount_total: 900 }, checkout);
    expect(decision).toMatchObject({ outcome: 'sold', transfers: [], payments: [] });
    expect(decision.checkouts).toMatchObject([{ paymentStatus: 'paid' }]);
  });

  test.each(['package', 'price', 'item'] as const)('S13: a %s paid with another amount', (kind) => {
    expect(() => decide({ amount_total: 1 }, { kind, credits: 5n })).toThrow(
      expect.objectContaining({ code: 'checkout_amount_mismatch' }),
    );
    expect(() => decide({ currency: 'eur' }, { kind, credits: 5n })).toThrow(
      expect.objectContaining({ code: 'checkout_amount_mismatch' }),
    );
  });

  const json = ({ credits: _credits, ...fields }: object & { credits: bigint }) => fields;
});

describe('S16: a delayed payment that does not arrive', () => {
  const fail = (session: Partial<SessionFields>, checkout: Partial<Checkout>) =>
    decideFailedPayment(buildSession(session), { ...noFacts, checkout: buildCheckout(checkout) });
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
    expect(decideFailedPayment(buildSession(unpaid), noFacts).outcome).toBe('not_ours');
  });

  test('of another session does not take a checkout away from its own, which may be paid yet', () => {
    expect(() => fail({ ...unpaid, id: 'cs_test_2' }, { status: 'open' })).toThrow(
      expect.objectContaining({ name: 'Refusal', code: 'checkout_session_mismatch' }),
    );
  });
});

describe('sessions that something else created in the same Stripe account', () => {
  const payment: Payment = {
    paymentId: 'pi_1',
    paid: undefined,
    chargeRefundedMinor: 0n,
    refunds: [],
    disputes: [],
    grants: [],
  };
  const metadata = { tollgate_user_id: 'alice' };
  const allowed = { creditsForeignSessions: true };
  const decideForeign = (
    session: Partial<SessionFields> = {},
    facts: Partial<Facts> = {},
    plans = allowed,
  ) =>
    decideCheckoutSession(
      buildSession({ mode: 'payment', metadata, ...session }),
      { ...noFacts, payment, ...facts },
      plans,
    );

  test('S13: one that names a user is credited as a top-up, where the deployer allows it', () => {
    expect(decideForeign()).toMatchObject({
      outcome: 'credited',
      transfers: [credit],
      checkouts: [],
      payments: [{ paymentId: 'pi_1', paid: { userId: 'alice', amountMinor: 1000n } }],
      messages: [
        { type: 'checkout.completed', userId: 'alice', data: { kind: 'foreign', reference: null } },
        { type: 'balance.credited', userId: 'alice', data: { reason: 'topup' } },
      ],
    });
  });

  test('S14: its payment keeps it from being credited again', () => {
    const grants = [{ transfer: credit, reversedMinor: 0n, corrections: 0 } as Grant];
    expect(decideForeign({}, { payment: { ...payment, grants } })).toEqual({
      outcome: 'already_credited',
      ...nothing,
    });
  });

  test('S15: what was refunded before is reversed at once', () => {
    const { transfers } = decideForeign({}, { payment: { ...payment, chargeRefundedMinor: 400n } });
    expect(transfers).toMatchObject([credit, { reason: 'reversal', amountMinor: 400n }]);
  });

  test.each([
    ['the deployer does not allow it', {}, {}, { creditsForeignSessions: false }],
    ['no user', { metadata: { order: '7' } }, {}, allowed],
    ['no metadata', { metadata: null }, {}, allowed],
    ['an empty user', { metadata: { tollgate_user_id: ' ' } }, {}, allowed],
    ['a user nobody can be', { metadata: { tollgate_user_id: 'a\u0000' } }, {}, allowed],
    [
      'a checkout of another environment',
      { metadata: { ...metadata, tollgate_checkout_id: checkoutId } },
      {},
      allowed,
    ],
    ['a subscription', { mode: 'subscription' as const }, {}, allowed],
    ['not complete', { status: 'open' as const }, {}, allowed],
    ['no payment', { payment_intent: null }, { payment: undefined }, allowed],
    ['nothing paid', { amount_total: 0 }, {}, allowed],
  ])('is ignored otherwise: %s', (_name, session, facts, plans) => {
    expect(decideForeign(session, facts, plans)).toEqual({ outcome: 'not_ours', ...nothing });
  });

  test('S16: is not credited before its money is there', () => {
    expect(decideForeign({ payment_status: 'unpaid' })).toEqual({
      outcome: 'awaiting_payment',
      ...nothing,
    });
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

describe('S14: whatever is delivered, in whatever order and however often', () => {
  const session = fc.record({
    status: fc.constantFrom('open', 'complete', 'expired', null),
    payment_status: fc.constantFrom('paid', 'unpaid', 'no_payment_required'),
    amount_total: fc.oneof(
      { weight: 4, arbitrary: fc.constant(1000) },
      fc.constantFrom(null, 0, 1, 999, 1001, -1000),
    ),
    currency: fc.oneof({ weight: 4, arbitrary: fc.constant('usd') }, fc.constantFrom('eur', null)),
    id: fc.oneof({ weight: 4, arbitrary: fc.constant('cs_test_1') }, fc.constant('cs_test_2')),
  });
  const deliveries = fc.array(session, { maxLength: 12 });

  /** What the store does with a decision; a Refusal is an event given up, without an effect. */
  function deliver(checkout: Checkout, fields: Partial<SessionFields>) {
    let decision: Decision;
    try {
      decision = decideCheckoutSession(buildSession(fields), { ...noFacts, checkout });
    } catch (error) {
      expect(error).toMatchObject({ name: 'Refusal' });
      return { checkout, decision: undefined };
    }
    const [change] = decision.checkouts;
    const changed = change === undefined ? checkout : { ...checkout, ...change };
    return { checkout: changed, decision };
  }

  test('a checkout is credited at most once, and exactly when its money came', () => {
    fc.assert(
      fc.property(deliveries, (sessions) => {
        let checkout = buildCheckout();
        const transfers = sessions.flatMap((fields) => {
          const next = deliver(checkout, fields);
          checkout = next.checkout;
          return next.decision?.transfers ?? [];
        });
        // Told without the code: somebody paid the right amount in a session that is this one's.
        const moneyCame = sessions.some(
          (fields) =>
            fields.id === 'cs_test_1' &&
            fields.status === 'complete' &&
            fields.payment_status !== 'unpaid' &&
            fields.amount_total === 1000 &&
            fields.currency === 'usd',
        );
        expect(transfers).toEqual(moneyCame ? [credit] : []);
        expect(checkout.paymentStatus).toBe(moneyCame ? 'paid' : 'unpaid');
      }),
      { numRuns: 2_000 },
    );
  });

  test('a checkout only moves forward, and every message is sent once', () => {
    const rank = { open: 0, expired: 1, complete: 2 };
    fc.assert(
      fc.property(deliveries, (sessions) => {
        let checkout = buildCheckout();
        const keys: string[] = [];
        for (const fields of sessions) {
          const next = deliver(checkout, fields);
          expect(rank[next.checkout.status]).toBeGreaterThanOrEqual(rank[checkout.status]);
          if (checkout.paymentStatus === 'paid') expect(next.checkout).toEqual(checkout);
          checkout = next.checkout;
          keys.push(...(next.decision?.messages ?? []).map(({ key }) => key));
        }
        expect(keys).toEqual([...new Set(keys)]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a decision is a function of its facts: asked twice, it is the same, and changes neither', () => {
    fc.assert(
      fc.property(session, (fields) => {
        const checkout = Object.freeze(buildCheckout());
        expect(deliver(checkout, fields)).toEqual(deliver(checkout, fields));
      }),
    );
  });
});
