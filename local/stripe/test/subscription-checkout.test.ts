import type Stripe from 'stripe';
import { payOnHostedPage } from '../visitors/buyer';
import { boughtSubscription, eventTypes, goodCard, idOf, monthlyPrice } from './billing';
import { closeAll, createSession, errorOf, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;
let nowMillis = Date.now();

beforeEach(async () => {
  nowMillis = Date.now();
  local = await start({ now: () => new Date(nowMillis) });
  ({ stripe } = local);
});
afterEach(closeAll);

async function openSession(
  change: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session> {
  return createSession(stripe, {
    mode: 'subscription',
    line_items: [{ price: (await monthlyPrice(stripe)).id, quantity: 2 }],
    ...change,
  });
}

test('S6: a subscription bought on the hosted page runs, its first invoice paid by an ordinary payment', async () => {
  const session = await boughtSubscription(stripe, {
    metadata: { user: 'u1' },
    subscription_data: { metadata: { user: 'u1' } },
  });
  expect(session).toMatchObject({
    mode: 'subscription',
    status: 'complete',
    payment_status: 'paid',
    amount_total: 2000,
    payment_intent: null,
    customer: expect.stringMatching(/^cus_/),
    subscription: expect.stringMatching(/^sub_1\w{23}$/),
    invoice: expect.stringMatching(/^in_1\w{23}$/),
  });
  const subscription = await stripe.subscriptions.retrieve(idOf(session.subscription), {
    expand: ['latest_invoice', 'default_payment_method', 'items.data.price.product'],
  });
  expect(subscription).toMatchObject({
    status: 'active',
    customer: session.customer,
    metadata: { user: 'u1' },
    latest_invoice: {
      id: session.invoice,
      status: 'paid',
      number: expect.stringMatching(/-0001$/),
    },
    default_payment_method: { card: { last4: '4242' }, customer: session.customer },
    items: { data: [{ quantity: 1, price: { product: { name: 'Team plan' } } }] },
  });
  const [item] = subscription.items.data;
  expect(item?.current_period_start).toBe(subscription.created);
  const days = ((item?.current_period_end ?? 0) - subscription.created) / 86_400;
  expect([28, 29, 30, 31]).toContain(days);
});

test('S17: the events of a bought subscription come in Stripe’s order', async () => {
  await boughtSubscription(stripe);
  expect((await eventTypes(stripe)).slice(2)).toEqual([
    'customer.created',
    'customer.subscription.created',
    'invoice.created',
    'invoice.finalized',
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'invoice.updated',
    'invoice.paid',
    'invoice.payment_succeeded',
    'invoice_payment.paid',
    'customer.subscription.updated',
    'payment_method.attached',
    'customer.subscription.updated',
    'checkout.session.completed',
  ]);
  const { data } = await stripe.events.list({ type: 'customer.subscription.created' });
  expect(data[0]?.data.object).toMatchObject({
    status: 'incomplete',
    latest_invoice: expect.stringMatching(/^in_/),
  });
});

test('S6: the invoice tells its lines, prices and payments as this API version does', async () => {
  const price = await monthlyPrice(stripe);
  const session = await boughtSubscription(stripe, {
    line_items: [{ price: price.id, quantity: 3 }],
  });
  const invoice = await stripe.invoices.retrieve(idOf(session.invoice), {
    expand: ['payments.data.payment.payment_intent', 'lines'],
  });
  expect(invoice).toMatchObject({
    billing_reason: 'subscription_create',
    amount_due: 6000,
    amount_paid: 6000,
    amount_remaining: 0,
    attempt_count: 1,
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: session.subscription },
    },
    lines: {
      data: [
        {
          amount: 6000,
          quantity: 3,
          pricing: { price_details: { price: price.id, product: price.product } },
          parent: { subscription_item_details: { subscription: session.subscription } },
        },
      ],
    },
    payments: {
      data: [
        {
          status: 'paid',
          amount_paid: 6000,
          payment: {
            type: 'payment_intent',
            payment_intent: { status: 'succeeded', customer: session.customer },
          },
        },
      ],
    },
  });
  expect(invoice).not.toHaveProperty('payment_intent');
  const payment = idOf(invoice.payments?.data[0]?.payment.payment_intent);
  const found = await stripe.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: payment },
  });
  expect(found.data.map((row) => row.invoice)).toEqual([invoice.id]);
  const lines = await stripe.invoices.listLineItems(invoice.id);
  expect(lines.data.map(({ amount }) => amount)).toEqual([6000]);
});

test('S6: a declined first payment leaves one subscription incomplete, which the next card activates', async () => {
  const session = await openSession();
  const declined = await payOnHostedPage(pageOf(session), { card: '4000 0000 0000 0002' });
  expect(declined.outcome).toBe('declined');
  const [incomplete] = (await stripe.subscriptions.list({ status: 'incomplete' })).data;
  expect(incomplete).toMatchObject({ status: 'incomplete', default_payment_method: null });
  expect(await eventTypes(stripe)).toContain('invoice.payment_failed');

  expect((await payOnHostedPage(pageOf(session), goodCard)).outcome).toBe('paid');
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  expect(paid).toMatchObject({ status: 'complete', subscription: incomplete?.id });
  expect((await stripe.subscriptions.list({ status: 'all' })).data).toMatchObject([
    { id: incomplete?.id, status: 'active' },
  ]);
  expect((await stripe.invoices.list()).data).toMatchObject([{ attempt_count: 2, status: 'paid' }]);
});

test('S6: a session that expires after a decline ends its subscription and voids the invoice', async () => {
  const session = await openSession();
  await payOnHostedPage(pageOf(session), { card: '4000 0000 0000 0002' });
  await stripe.checkout.sessions.expire(session.id);
  expect((await stripe.subscriptions.list({ status: 'all' })).data).toMatchObject([
    { status: 'incomplete_expired' },
  ]);
  expect((await stripe.invoices.list()).data).toMatchObject([{ status: 'void' }]);
});

test('S6: a trial asks for a card and for no money, and a card that cannot be kept is declined', async () => {
  const session = await openSession({ subscription_data: { trial_period_days: 14 } });
  expect(session.amount_total).toBe(0);
  const declined = await payOnHostedPage(pageOf(session), { card: '4000 0000 0000 0002' });
  expect(declined).toEqual({ outcome: 'declined', message: 'Your card was declined.' });
  expect((await payOnHostedPage(pageOf(session), goodCard)).outcome).toBe('paid');
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription', 'invoice'],
  });
  expect(paid).toMatchObject({
    payment_status: 'no_payment_required',
    subscription: { status: 'trialing' },
    invoice: { amount_due: 0, status: 'paid' },
  });
  expect((await stripe.paymentIntents.list()).data).toEqual([]);
});

test('S6: a first payment that the buyer has to authenticate subscribes once they have', async () => {
  const session = await openSession();
  const visit = await payOnHostedPage(pageOf(session), { card: '4000 0027 6000 3184' });
  expect(visit.outcome).toBe('paid');
  expect(await eventTypes(stripe)).toEqual(
    expect.arrayContaining(['payment_intent.requires_action', 'invoice.payment_action_required']),
  );
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
  expect(paid).toMatchObject({ status: 'complete', subscription: { status: 'active' } });
  expect((await stripe.charges.list()).data).toHaveLength(1);
});

test('S6: what is sold once is on the first invoice beside what recurs', async () => {
  const session = await boughtSubscription(stripe, {
    line_items: [
      { price: (await monthlyPrice(stripe)).id, quantity: 1 },
      {
        price_data: { currency: 'usd', unit_amount: 500, product_data: { name: 'Set-up' } },
        quantity: 1,
      },
    ],
  });
  const { items } = await stripe.subscriptions.retrieve(idOf(session.subscription));
  expect(items.data).toHaveLength(1);
  const invoice = await stripe.invoices.retrieve(idOf(session.invoice));
  expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([2000, 500]);
  expect(invoice.total).toBe(2500);
});

test('S15: the payment of a subscription is refunded like any other', async () => {
  const { customer } = await boughtSubscription(stripe);
  const [payment] = (await stripe.paymentIntents.list({ customer: idOf(customer) })).data;
  const refund = await stripe.refunds.create({ payment_intent: payment?.id ?? '', amount: 500 });
  expect(refund).toMatchObject({ amount: 500, status: 'succeeded' });
  const charge = await stripe.charges.retrieve(idOf(payment?.latest_charge));
  expect(charge).toMatchObject({ amount: 2000, amount_refunded: 500, refunded: false });
});

const monthly = { currency: 'usd', unit_amount: 100, product_data: { name: 'A' } };
test.each<[string, Partial<Stripe.Checkout.SessionCreateParams>, object]>([
  [
    'without a recurring price',
    { line_items: [{ price_data: monthly, quantity: 1 }] },
    { message: expect.stringContaining('at least one recurring price') },
  ],
  [
    'with two intervals',
    {
      line_items: [
        { price_data: { ...monthly, recurring: { interval: 'month' } }, quantity: 1 },
        { price_data: { ...monthly, recurring: { interval: 'year' } }, quantity: 1 },
      ],
    },
    { message: expect.stringContaining('different billing intervals') },
  ],
  [
    'with the data of a payment',
    { payment_intent_data: { description: 'x' } },
    { param: 'payment_intent_data' },
  ],
  [
    'with two ends of the trial',
    { subscription_data: { trial_period_days: 3, trial_end: 4_000_000_000 } },
    { param: 'subscription_data[trial_end]' },
  ],
])(
  'L2: a subscription session %s is refused and leaves nothing behind',
  async (_what, change, expected) => {
    const recurring = { ...monthly, recurring: { interval: 'month' as const } };
    const error = await errorOf(
      createSession(stripe, {
        mode: 'subscription',
        line_items: [{ price_data: recurring, quantity: 1 }],
        ...change,
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, ...expected });
    expect(await eventTypes(stripe)).toEqual([]);
  },
);
