import type Stripe from 'stripe';
import { type Facts, noFacts, type Subscription } from '../../../service/effects/records';
import {
  handledEventTypes,
  handlingOf,
  messagesOf,
  stripeReadingEventTypes,
} from '../../../service/handlers/index';
import type { Payment } from '../../../service/ledger/payments';
import { noPlans } from '../../support/plans';
import {
  buildCreditNote,
  buildEvent,
  buildInvoice,
  buildPaymentIntent,
  buildSession,
  buildSubscription,
} from '../../support/stripe-objects';

const plans = { ...noPlans, creditsOf: () => 1000n };

const grant = {
  idempotencyKey: 'checkout_session:cs_test_1:credit',
  debitAccount: 'stripe_clearing',
  creditAccount: 'user:alice',
  unit: 'usd',
  amountMinor: 1000n,
  reason: 'topup',
  paymentId: 'pi_1',
  reverses: null,
} as const;
const paid = { userId: 'alice', amountMinor: 1000n, currency: 'usd' };
const refund = { refundId: 're_1', amountMinor: 500n, currency: 'usd', status: 'succeeded' };
const dispute = {
  disputeId: 'dp_1',
  amountMinor: 1000n,
  currency: 'usd',
  status: 'needs_response',
  fundsMovements: 1,
  moved: { withdrawnMinor: 1000n, reinstatedMinor: 0n, currency: 'usd' },
};

function payment(fields: Partial<Payment>, reversedMinor?: bigint): Payment {
  const grants =
    reversedMinor === undefined ? [] : [{ transfer: grant, reversedMinor, corrections: 1 }];
  const nothing = { chargeRefundedMinor: 0n, refunds: [], disputes: [] };
  return { paymentId: 'pi_1', paid: undefined, ...nothing, grants, ...fields };
}

/** What may be known when an event comes in. */
const payments: readonly Payment[] = [
  payment({}),
  payment({ refunds: [refund] }),
  payment({ paid }, 0n),
  payment({ paid }, 300n),
  payment({ paid, refunds: [refund] }, 500n),
  payment({ paid, disputes: [dispute] }, 1000n),
];
const checkout: NonNullable<Facts['checkout']> = {
  checkoutId: '00000000-0000-4000-8000-000000000001',
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
};
const subscription: Subscription = {
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  userId: 'alice',
  status: 'incomplete',
  items: [],
  cancelAtPeriodEnd: false,
  paused: false,
  trialEnd: null,
  currentPeriodEnd: null,
  endedAt: null,
  revision: 1,
};

const refundOf = (status: string) => ({
  object: 'refund',
  id: 're_1',
  amount: 500,
  currency: 'usd',
  payment_intent: 'pi_1',
  status,
});
const disputeOf = (status: string, movements: number) => ({
  object: 'dispute',
  id: 'dp_1',
  amount: 1000,
  currency: 'usd',
  payment_intent: 'pi_1',
  status,
  balance_transactions: Array.from({ length: movements }, (_, index) => ({
    amount: index % 2 === 0 ? -1000 : 1000,
    currency: 'usd',
  })),
});
const ended = (reason: string) =>
  buildSubscription({ status: 'canceled', cancellation_details: { reason } as never });
const trial = { status: 'trialing', trial_end: 1_795_000_000 } as const;

/** The objects that events of each family may be about, in all the states that matter. */
const objects: readonly (readonly [RegExp, readonly object[]])[] = [
  [
    /^checkout\./,
    [
      buildSession(),
      buildSession({ status: 'expired', payment_status: 'unpaid' }),
      buildSession({ payment_status: 'unpaid' }),
    ],
  ],
  [
    /^charge\.refunded$/,
    [
      {
        object: 'charge',
        id: 'ch_1',
        payment_intent: 'pi_1',
        amount_refunded: 300,
        currency: 'usd',
      },
    ],
  ],
  [/^(refund\.|charge\.refund\.)/, [refundOf('succeeded'), refundOf('failed')]],
  [
    /^charge\.dispute\./,
    [
      disputeOf('needs_response', 1),
      disputeOf('under_review', 1),
      disputeOf('won', 2),
      disputeOf('lost', 1),
    ],
  ],
  [/^credit_note\./, [buildCreditNote(), buildCreditNote({ status: 'void' })]],
  [/^payment_intent\./, [buildPaymentIntent()]],
  [
    /^customer\.subscription\./,
    [
      buildSubscription(),
      buildSubscription(trial),
      ended('cancellation_requested'),
      ended('payment_failed'),
    ],
  ],
  [/^invoice\.(paid|payment_succeeded)$/, [buildInvoice()]],
  [/^invoice\.payment_(failed|action_required)$/, [buildInvoice({ status: 'open' })]],
];

/** The types of all messages that come of an event type, whatever is known beforehand. */
function toldBy(type: Stripe.Event['type']): ReadonlySet<string> {
  const told = new Set<string>();
  const [, about = []] = objects.find(([family]) => family.test(type)) ?? [];
  for (const object of about) {
    const handling = handlingOf(buildEvent(type, object));
    if (handling === undefined) throw new Error(`${type} has no handling`);
    for (const each of payments) {
      for (const known of [undefined, subscription]) {
        const byPayment = { payment: each, payments: new Map([['pi_1', each]]) };
        const facts = { ...noFacts, ...byPayment, checkout, userId: 'alice', subscription: known };
        const { messages } =
          handling.read === undefined
            ? handling.decide(facts, plans)
            : handling.decide(facts, object as Stripe.Subscription, plans);
        for (const message of messages) told.add(message.type);
      }
    }
  }
  return told;
}

test.each(handledEventTypes)(
  'S17: %s leads to the messages that the map names, and no other',
  (type) => {
    expect([...toldBy(type)].sort()).toEqual([...messagesOf(type)].sort());
  },
);

test('the types whose handling reads from Stripe are those that wait while Stripe is away', () => {
  const reading = handledEventTypes.filter((type) => {
    const [, [object] = []] = objects.find(([family]) => family.test(type)) ?? [];
    return handlingOf(buildEvent(type, object ?? {}))?.read !== undefined;
  });
  expect(stripeReadingEventTypes).toEqual(reading);
});

test.each(['payment_intent.created', 'constructor', '__proto__'])(
  '%s leads to no message',
  (type) => {
    expect(messagesOf(type as Stripe.Event['type'])).toEqual([]);
  },
);
