import type Stripe from 'stripe';
import { handleDispute } from '../../../service/handlers/dispute';
import {
  corrections,
  type Dispute,
  type Payment,
  reversedTargetMinor,
  withDispute,
} from '../../../service/ledger/payments';

const paid = { userId: 'user_1', amountMinor: 1000n, currency: 'usd' };

interface Movement {
  readonly amount: number;
  readonly fee?: number;
  readonly currency?: string;
}

function disputeOf(movements: readonly Movement[], more: Partial<Stripe.Dispute> = {}) {
  return {
    object: 'dispute',
    id: 'dp_1',
    amount: 1000,
    currency: 'usd',
    payment_intent: 'pi_1',
    status: 'lost',
    balance_transactions: movements,
    ...more,
  } as Stripe.Dispute;
}

function paymentOf(refundedMinor = 0n, disputes: readonly Dispute[] = []): Payment {
  return {
    paymentId: 'pi_1',
    paid,
    chargeRefundedMinor: refundedMinor,
    refunds: [],
    disputes,
    grants: [
      {
        transfer: {
          idempotencyKey: 'checkout_session:cs_1:credit',
          debitAccount: 'stripe_clearing',
          creditAccount: 'user:user_1',
          unit: 'usd',
          amountMinor: 1000n,
          reason: 'topup',
          paymentId: 'pi_1',
          reverses: null,
        },
        reversedMinor: 0n,
        corrections: 0,
      },
    ],
  };
}

/** What the dispute's event makes stand reversed of 10.00, with what was refunded before. */
function reversed(dispute: Stripe.Dispute, refundedMinor = 0n): bigint {
  const facts = { payment: paymentOf(refundedMinor), told: new Set<string>() };
  const { payments, transfers } = handleDispute(dispute).decide(facts as never, {} as never);
  const known = payments[0]?.dispute;
  if (known === undefined) throw new Error('nothing was recorded of the dispute');
  const after = withDispute(paymentOf(refundedMinor), known);
  expect(transfers).toEqual(corrections(after));
  return reversedTargetMinor(after, paid);
}

const eur = { currency: 'eur', amount: 930 } as const;

test.each<[string, Stripe.Dispute, bigint, bigint]>([
  ['partly won after a refund', disputeOf([{ amount: -1000 }, { amount: 400 }]), 400n, 1000n],
  ['partly won', disputeOf([{ amount: -1000 }, { amount: 400 }]), 0n, 600n],
  ['reinstated while lost', disputeOf([{ amount: -1000 }, { amount: 1000 }]), 0n, 0n],
  ['the fee alone returned', disputeOf([{ amount: -1000, fee: 1500 }, { amount: 0 }]), 0n, 1000n],
  ['withdrawn in two', disputeOf([{ amount: -300 }, { amount: -200 }]), 0n, 500n],
  ['withdrawn again', disputeOf([{ amount: -9 }, { amount: 9 }, { amount: -9 }]), 0n, 9n],
  [
    'partly won by its status',
    disputeOf([{ amount: -1000 }, { amount: 400 }], { status: 'won' }),
    0n,
    600n,
  ],
  ['won, the money on its way', disputeOf([{ amount: -1000 }], { status: 'won' }), 0n, 0n],
  ["in the buyer's currency", disputeOf([{ amount: -500, currency: 'usd' }], eur), 0n, 500n],
  [
    'settled in another currency',
    disputeOf([
      { amount: -700, currency: 'gbp' },
      { amount: 350, currency: 'gbp' },
    ]),
    0n,
    500n,
  ],
  [
    'disputed and settled in others',
    disputeOf(
      [
        { amount: -700, currency: 'gbp' },
        { amount: 175, currency: 'gbp' },
      ],
      eur,
    ),
    0n,
    750n,
  ],
  ['lost before any funds moved', disputeOf([]), 0n, 1000n],
  ['an inquiry', disputeOf([], { status: 'warning_needs_response' }), 0n, 0n],
])('S15: reverses what a dispute took: %s', (_name, dispute, refundedMinor, expected) => {
  expect(reversed(dispute, refundedMinor)).toBe(expected);
});

test('S15: the amounts that an earlier version left out are learnt without telling twice', () => {
  const old: Dispute = {
    disputeId: 'dp_1',
    amountMinor: 1000n,
    currency: 'usd',
    status: 'lost',
    fundsMovements: 2,
    moved: undefined,
  };
  const payment = paymentOf(0n, [old]);
  expect(reversedTargetMinor(payment, paid)).toBe(0n);
  const facts = { payment, told: new Set<string>() };
  const partlyWon = disputeOf([{ amount: -1000 }, { amount: 400 }]);
  const decision = handleDispute(partlyWon).decide(facts as never, {} as never);
  expect(decision.transfers.map(({ amountMinor, reason }) => [amountMinor, reason])).toEqual([
    [600n, 'reversal'],
  ]);
  expect(decision.messages.map(({ type }) => type)).toEqual(['balance.reversed']);
});
