import fc from 'fast-check';
import { topupTransfer, userAccount } from '../../../service/ledger/transfers';

const topup = {
  key: 'checkout_session:cs_1',
  userId: 'alice',
  paymentId: 'pi_1',
  paidMinor: 1000n,
  currency: 'usd',
};

test("S13: a top-up moves the amount from Stripe's clearing account to the user's", () => {
  expect(topupTransfer(topup)).toEqual({
    idempotencyKey: 'checkout_session:cs_1:credit',
    debitAccount: 'stripe_clearing',
    creditAccount: 'user:alice',
    unit: 'usd',
    amountMinor: 1000n,
    reason: 'topup',
    paymentId: 'pi_1',
    reverses: null,
  });
});

test.each([0n, -1n])('a top-up of %s is refused', (paidMinor) => {
  expect(() => topupTransfer({ ...topup, paidMinor })).toThrow(RangeError);
});

test('S14: the key is of the session, so that no other fact can make it a second credit', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.bigInt({ min: 1n }), (userId, currency, paidMinor) => {
      const key = topupTransfer({ ...topup, userId, currency, paidMinor }).idempotencyKey;
      expect(key).toBe(topupTransfer(topup).idempotencyKey);
    }),
  );
});

test("a user cannot be named so that the account is the system's", () => {
  expect(userAccount('stripe_clearing')).toBe('user:stripe_clearing');
});
