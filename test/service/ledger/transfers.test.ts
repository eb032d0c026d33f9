import fc from 'fast-check';
import { topupTransfer, userAccount } from '../../../service/ledger/transfers';

const topup = { sessionId: 'cs_1', userId: 'alice', unit: 'usd', amountMinor: 1000n };

test("S13: a top-up moves the amount from Stripe's clearing account to the user's", () => {
  expect(topupTransfer(topup)).toEqual({
    idempotencyKey: 'checkout_session:cs_1:credit',
    debitAccount: 'stripe_clearing',
    creditAccount: 'user:alice',
    unit: 'usd',
    amountMinor: 1000n,
    reason: 'topup',
  });
});

test.each([0n, -1n])('a top-up of %s is refused', (amountMinor) => {
  expect(() => topupTransfer({ ...topup, amountMinor })).toThrow(RangeError);
});

test('S14: the key is of the session, so that no other fact can make it a second credit', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.bigInt({ min: 1n }), (userId, unit, amountMinor) => {
      const key = topupTransfer({ ...topup, userId, unit, amountMinor }).idempotencyKey;
      expect(key).toBe(topupTransfer(topup).idempotencyKey);
    }),
  );
});

test("a user can not be named so that the account is the system's", () => {
  expect(userAccount('stripe_clearing')).toBe('user:stripe_clearing');
});
