import type Stripe from 'stripe';
import { decideAtOnce } from '../../../service/bookkeeping/handling-work';
import { type Facts, noFacts, type Subscription } from '../../../service/effects/records';
import { handlingOf } from '../../../service/handlers/index';
import type { Payment } from '../../../service/ledger/payments';
import { noPlans } from '../../support/plans';
import { buildEvent, buildInvoice, buildLine, buildPrice } from '../../support/stripe-objects';

const plans = {
  ...noPlans,
  creditsOf: (key: string) => (key === 'membership-monthly' ? 1000n : 0n),
};
const payment: Payment = {
  paymentId: 'pi_1',
  paid: undefined,
  chargeRefundedMinor: 0n,
  refunds: [],
  disputes: [],
  grants: [],
};

/** Stripe's answer, or the event itself where Stripe has no such object. */
function decide(type: string, event: object, read?: object, facts: Partial<Facts> = {}) {
  const handling = handlingOf(buildEvent(type, event));
  if (handling === undefined) throw new Error('there is no handling');
  const known = { ...noFacts, userId: 'alice', payment, ...facts };
  if (handling.read === undefined) return handling.decide(known, plans);
  return handling.decide(known, read as Stripe.Invoice | undefined, plans);
}

const subscription2022 = {
  object: 'subscription',
  id: 'sub_1',
  status: 'canceled',
  customer: 'cus_1',
  cancel_at_period_end: false,
  ended_at: 1_795_000_000,
  cancellation_details: { reason: null },
  metadata: {},
  items: {
    object: 'list',
    has_more: false,
    data: [{ id: 'si_1', quantity: 2, price: buildPrice(), plan: { id: 'price_1' } }],
  },
  current_period_end: 1_795_000_100,
};

test('S16: an end that an earlier version told of is recorded with the period it names', () => {
  const { subscriptions, messages } = decide('customer.subscription.deleted', subscription2022);
  expect(subscriptions).toMatchObject([
    {
      currentPeriodEnd: 1_795_000_100,
      cancelAtPeriodEnd: false,
      paused: false,
      trialEnd: null,
      items: [{ priceId: 'price_1', quantity: 2, currentPeriodEnd: 1_795_000_100 }],
    },
  ]);
  expect(messages.at(-1)).toMatchObject({
    type: 'subscription.canceled',
    data: { currentPeriodEnd: new Date(1_795_000_100_000).toISOString() },
  });
});

test('S16: an end without any period, of a plan instead of a price, is recorded all the same', () => {
  const item = { id: 'si_1', plan: { id: 'plan_1', metadata: {}, amount: 900 } };
  const { current_period_end: _end, ...rest } = subscription2022;
  const shown = { ...rest, items: { ...rest.items, data: [item] } };
  const { subscriptions } = decide('customer.subscription.deleted', shown);
  expect(subscriptions).toMatchObject([
    { currentPeriodEnd: null, items: [{ priceId: 'plan_1', currentPeriodEnd: null }] },
  ]);
});

/** As a version before basil shows it. */
const earlierInvoice = (fields: object) => {
  const { parent: _parent, payments: _payments, ...rest } = buildInvoice();
  return { ...rest, ...fields };
};

test.each([
  ['on the invoice', earlierInvoice({ subscription: 'sub_1' })],
  ['expanded', earlierInvoice({ subscription: { id: 'sub_1' } })],
  ['on its line', earlierInvoice({ lines: { data: [{ id: 'il_1', subscription: 'sub_1' }] } })],
  ['on its line now', earlierInvoice({})],
])('S17: a failed payment names its subscription, which stands %s', (_where, invoice) => {
  const { messages } = decide('invoice.payment_failed', { ...invoice, status: 'open' });
  expect(messages).toMatchObject([{ data: { subscriptionId: 'sub_1' } }]);
});

test('S17: a failed payment names the user whom an earlier version keeps in the details', () => {
  const metadata = { tollgate_environment: 'local', tollgate_user_id: 'bob' };
  const invoice = earlierInvoice({ subscription_details: { metadata }, status: 'open' });
  const handling = handlingOf(buildEvent('invoice.payment_failed', invoice));
  if (handling === undefined || handling.read !== undefined) throw new Error('is not immediate');
  expect(decideAtOnce(handling, noFacts, plans)?.messages).toMatchObject([{ userId: 'bob' }]);
});

const earlierLine = (fields: object) => ({ id: 'il_1', amount: 900, quantity: 1, ...fields });

test.each<[string, object, object, readonly bigint[]]>([
  ['a price', { payment_intent: 'pi_1' }, { price: buildPrice() }, [900n, 1000n]],
  [
    'a plan',
    { charge: 'ch_1' },
    {
      plan: { id: 'price_1', amount: 900, metadata: { tollgate_lookup_key: 'membership-monthly' } },
    },
    [900n, 1000n],
  ],
  [
    'a proration',
    { payment_intent: 'pi_1' },
    { price: buildPrice(), proration: true },
    [900n, 1000n],
  ],
  [
    'nothing through Stripe',
    { payment_intent: 'pi_1', paid_out_of_band: true },
    { price: buildPrice() },
    [1000n],
  ],
])('S17: an invoice of an earlier version books and grants: %s', (_name, paidBy, line, amounts) => {
  const invoice = earlierInvoice({ ...paidBy, lines: { data: [earlierLine(line)] } });
  const { transfers } = decide('invoice.paid', invoice, invoice);
  expect(transfers.map(({ amountMinor }) => amountMinor)).toEqual(amounts);
});

const deleted = buildInvoice({ lines: [buildLine({ price: 'plan_deleted_long_ago' })] });

test('S17: an invoice whose plan was deleted is booked, though nobody knows what it grants', () => {
  const { outcome, transfers, invoices } = decide('invoice.paid', deleted, deleted);
  expect(outcome).toBe('sold');
  expect(transfers.map(({ reason, unit }) => [reason, unit])).toEqual([['subscription', 'usd']]);
  expect(invoices).toHaveLength(1);
});

test('S17: a plan that was deleted grants what our record of the subscription knows it as', () => {
  const subscription = {
    items: [
      {
        priceId: 'plan_deleted_long_ago',
        lookupKey: 'membership-monthly',
        quantity: 1,
        currentPeriodEnd: null,
      },
    ],
  } as unknown as Subscription;
  const { transfers } = decide('invoice.paid', deleted, deleted, { subscription });
  expect(transfers.at(-1)).toMatchObject({ unit: 'credits', amountMinor: 1000n });
});
