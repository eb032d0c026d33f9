import { decide, nothing } from './checkout-decisions';

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
