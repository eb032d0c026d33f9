import {
  corrections,
  type Dispute,
  type Payment,
  type Refund,
  refundedMinor,
  reversedTargetMinor,
  withChargeRefunded,
  withRefund,
} from '../../../service/ledger/payments';

const paid = { userId: 'u', amountMinor: 1_000n, currency: 'usd' };
const grant = {
  transfer: {
    idempotencyKey: 'checkout_session:cs_1:credit',
    debitAccount: 'issued_credits',
    creditAccount: 'user:u',
    unit: 'credits',
    amountMinor: 5_500n,
    reason: 'package',
    paymentId: 'pi_1',
    reverses: null,
  },
  reversedMinor: 0n,
  corrections: 0,
} as const;
const bare: Payment = {
  paymentId: 'pi_1',
  paid,
  chargeRefundedMinor: 0n,
  refunds: [],
  disputes: [],
  grants: [grant],
};
const refund = (amountMinor: bigint, status = 'succeeded', refundId = 're_1'): Refund => ({
  refundId,
  amountMinor,
  currency: 'usd',
  status,
});
const dispute = (amountMinor: bigint, over: Partial<Dispute> = {}): Dispute => ({
  disputeId: 'dp_1',
  amountMinor,
  currency: 'usd',
  status: 'lost',
  fundsMovements: 1,
  moved: { withdrawnMinor: amountMinor, reinstatedMinor: 0n, currency: 'usd' },
  ...over,
});

test('S15: a refund and a dispute together take back what was paid, and never more', () => {
  const payment = { ...bare, refunds: [refund(400n)], disputes: [dispute(1_000n)] };
  expect(reversedTargetMinor(payment, paid)).toBe(1_000n);
  expect(corrections(payment)).toEqual([
    expect.objectContaining({ reason: 'reversal', amountMinor: 5_500n }),
  ]);
});

test('S15: a refund that failed takes back nothing, and what it took is restored', () => {
  const before = {
    ...bare,
    refunds: [refund(400n)],
    grants: [{ ...grant, reversedMinor: 2_200n, corrections: 1 }],
  };
  expect(corrections(before)).toEqual([]);
  const after = withRefund(before, refund(400n, 'failed'));
  expect(refundedMinor(after)).toBe(0n);
  expect(corrections(after)).toEqual([
    expect.objectContaining({ reason: 'restoration', amountMinor: 2_200n }),
  ]);
  // The charge, whose figure only grows, counts a refund that has failed since.
  expect(refundedMinor(withChargeRefunded(after, 400n))).toBe(0n);
});

test('S15: a refund is not taken back to what an earlier event said of it', () => {
  const failed = { ...bare, refunds: [refund(400n, 'failed')] };
  expect(withRefund(failed, refund(400n, 'pending'))).toBe(failed);
  expect(withRefund(failed, refund(400n))).toBe(failed);
});

test('S15: what the charge counts beyond the refunds that were told of is refunded too', () => {
  const payment = withChargeRefunded({ ...bare, refunds: [refund(100n)] }, 400n);
  expect(refundedMinor(payment)).toBe(400n);
  expect(withChargeRefunded(payment, 300n)).toBe(payment);
});

test('S15: a dispute that was won holds nothing, though its funds are still on their way', () => {
  const payment = { ...bare, disputes: [dispute(1_000n, { status: 'won' })] };
  expect(reversedTargetMinor(payment, paid)).toBe(0n);
});

test('S15: a share that does not divide is rounded in favour of the user', () => {
  const [first] = corrections({ ...bare, refunds: [refund(333n)] });
  expect(first?.amountMinor).toBe(1_831n); // of 1831.5
});
