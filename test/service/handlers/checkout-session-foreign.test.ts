import { type Facts, noFacts } from '../../../service/effects/records';
import { decideCheckoutSession } from '../../../service/handlers/checkout-session';
import type { Grant, Payment } from '../../../service/ledger/payments';
import { noPlans } from '../../support/plans';
import { buildSession, type SessionFields } from '../../support/stripe-objects';
import { checkoutId, credit, nothing } from './checkout-decisions';

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
  const allowed = { ...noPlans, creditsForeignSessions: true };
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
    ['the deployer does not allow it', {}, {}, noPlans],
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

  test.each<[string, Partial<SessionFields>]>([
    ['credits for a currency', { currency: 'credits' }],
    ['a currency in capitals', { currency: 'USD' }],
    ['a part of a minor unit', { amount_total: 1.5 }],
    ['an amount that JSON rounds', { amount_total: 1e17 }],
    ['an amount below nothing', { amount_total: -1000 }],
  ])('S13: is refused, and kept, with %s', (_name, session) => {
    expect(() => decideForeign(session)).toThrow(
      expect.objectContaining({ code: 'checkout_amount_mismatch' }),
    );
  });

  test('S16: is not credited before its money is there', () => {
    expect(decideForeign({ payment_status: 'unpaid' })).toEqual({
      outcome: 'awaiting_payment',
      ...nothing,
    });
  });
});
