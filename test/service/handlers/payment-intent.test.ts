import type Stripe from 'stripe';
import { decideAtOnce } from '../../../service/bookkeeping/handling-work';
import { type Facts, noFacts } from '../../../service/effects/records';
import { handlingOf } from '../../../service/handlers/index';
import { noPlans } from '../../support/plans';
import {
  buildEvent,
  buildPaymentIntent,
  type PaymentIntentFields,
} from '../../support/stripe-objects';

const events = {
  succeeded: 'payment_intent.succeeded',
  failed: 'payment_intent.payment_failed',
  actionRequired: 'payment_intent.requires_action',
  canceled: 'payment_intent.canceled',
} as const;

function handle(type: string, fields: Partial<PaymentIntentFields> = {}) {
  const handling = handlingOf(buildEvent(type, buildPaymentIntent(fields)));
  if (handling === undefined || handling.read !== undefined) throw new Error('is not immediate');
  return handling;
}

const decide = (type: string, fields: Partial<PaymentIntentFields> = {}, facts?: Partial<Facts>) =>
  handle(type, fields).decide({ ...noFacts, ...facts }, noPlans);

/** Handles one after the other, with the outbox remembering what was told. */
function deliver(...deliveries: readonly (readonly [string, Partial<PaymentIntentFields>])[]) {
  const told = new Set<string>();
  return deliveries.flatMap(([type, fields]) => {
    const handling = handle(type, fields);
    const asked = new Set(handling.factKeys.messageKeys?.filter((key) => told.has(key)));
    const { messages } = handling.decide({ ...noFacts, told: asked }, noPlans);
    for (const { key } of messages) {
      expect(told).not.toContain(key);
      told.add(key);
    }
    return messages.map((message) => message.type);
  });
}

const declined = (charge: string) => ({
  amount_received: 0,
  last_payment_error: { code: 'card_declined', charge } as Stripe.PaymentIntent.LastPaymentError,
});

test.each([
  [events.succeeded, 'payment.successful'],
  [events.failed, 'payment.failed'],
  [events.actionRequired, 'payment.action_required'],
  [events.canceled, 'payment.canceled'],
])('S17: %s is published as %s', (event, type) => {
  const { outcome, messages, transfers } = decide(event, {}, { userId: 'alice' });
  expect({ outcome, transfers }).toEqual({ outcome: 'published', transfers: [] });
  expect(messages).toEqual([
    {
      key: expect.stringMatching(/^payment_intent:pi_1:payment\./),
      type,
      userId: 'alice',
      data: {
        paymentIntentId: 'pi_1',
        customerId: 'cus_1',
        amountMinor: 1000,
        currency: 'usd',
        errorCode: null,
        sessionId: null,
        kind: null,
        reference: null,
        priceId: null,
        quantity: null,
        metadata: {},
      },
    },
  ]);
});

test('S17: a failure says why, and what was to be paid', () => {
  expect(decide(events.failed, declined('ch_1')).messages).toMatchObject([
    { data: { amountMinor: 1000, errorCode: 'card_declined' } },
  ]);
});

test.each([
  ['the customer map', { userId: 'alice' }, { tollgate_user_id: 'bob' }, 'alice'],
  ['our own metadata', {}, { tollgate_environment: 'local', tollgate_user_id: 'bob' }, 'bob'],
  ['nobody, without a customer', {}, {}, null],
  ['nobody, where no environment is named', {}, { tollgate_user_id: 'bob' }, null],
])('S17: the user is known by %s', (_from, facts, metadata, userId) => {
  const handling = handle(events.succeeded, { metadata, customer: null });
  const decision = decideAtOnce(handling, { ...noFacts, ...facts }, noPlans);
  expect(decision?.messages).toMatchObject([{ userId }]);
});

test('S17: a payment without a customer is told as nobody’s', () => {
  const handling = handle(events.succeeded, { customer: null });
  expect(handling.factKeys.customerId).toBeUndefined();
  expect(handling.decide(noFacts, noPlans).messages).toMatchObject([
    { userId: null, data: { customerId: null } },
  ]);
});

test('S14: two events of one change are told once', () => {
  for (const event of Object.values(events)) {
    expect(deliver([event, declined('ch_1')], [event, declined('ch_1')])).toHaveLength(1);
  }
});

test('S14: two attempts that fail are two failures, with or without a charge', () => {
  expect(
    deliver([events.failed, declined('ch_1')], [events.failed, declined('ch_2')]),
  ).toHaveLength(2);
  const unauthenticated = (id: string) => ({
    latest_charge: null,
    last_payment_error: {
      code: 'payment_intent_authentication_failure',
      payment_method: { id },
    } as Stripe.PaymentIntent.LastPaymentError,
  });
  expect(
    deliver([events.failed, unauthenticated('pm_1')], [events.failed, unauthenticated('pm_2')]),
  ).toHaveLength(2);
});

test('S14: a failure that comes in after the success is no news any more', () => {
  expect(
    deliver([events.succeeded, {}], [events.failed, declined('ch_1')], [events.actionRequired, {}]),
  ).toEqual(['payment.successful']);
  expect(deliver([events.canceled, {}], [events.failed, declined('ch_1')])).toEqual([
    'payment.canceled',
  ]);
});
