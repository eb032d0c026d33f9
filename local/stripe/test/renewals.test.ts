import type Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import {
  eventsOf,
  eventTypes,
  failingCard,
  idOf,
  oneDayMillis,
  periodOf,
  subscribed,
} from './billing';
import { closeAll, errorOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;
let control: RemoteControl;
let nowMillis: number;

beforeEach(async () => {
  nowMillis = Date.UTC(2026, 0, 31, 12);
  local = await start({ now: () => new Date(nowMillis) });
  ({ stripe, control } = local);
});
afterEach(closeAll);

describe('renewing', () => {
  test('S17: a renewal moves the period on, keeps the day of the month and is paid', async () => {
    const { id } = await subscribed(stripe);
    const events = await eventsOf(stripe, async () => {
      const renewed = await control.renewSubscription(id);
      expect(periodOf(renewed)).toEqual(['2026-02-28', '2026-03-31']);
    });
    expect(events).toEqual([
      'customer.subscription.updated',
      'invoice.created',
      'invoice.finalized',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
    ]);
    const { data } = await stripe.invoices.list({ subscription: id });
    expect(data).toMatchObject([
      { billing_reason: 'subscription_cycle', status: 'paid', amount_paid: 2000 },
      { billing_reason: 'subscription_create', status: 'paid' },
    ]);
    expect(periodOf(await control.renewSubscription(id))).toEqual(['2026-03-31', '2026-04-30']);
  });

  test('S17: a renewal whose card fails makes it past due, and a payment brings it back', async () => {
    const { id } = await subscribed(stripe);
    const events = await eventsOf(stripe, () => control.renewSubscription(id, failingCard));
    expect(events.slice(-5)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'invoice.updated',
      'invoice.payment_failed',
      'customer.subscription.updated',
    ]);
    const late = await stripe.subscriptions.retrieve(id);
    expect(late.status).toBe('past_due');
    const [open] = (await stripe.invoices.list({ subscription: id, status: 'open' })).data;
    expect(open).toMatchObject({ amount_remaining: 2000, attempt_count: 1 });
    expect(open?.next_payment_attempt).toBe(nowMillis / 1000 + 3 * 24 * 60 * 60);

    await control.failInvoice(open?.id ?? '');
    expect(await stripe.invoices.retrieve(open?.id ?? '')).toMatchObject({ attempt_count: 2 });
    expect(await control.payInvoice(open?.id ?? '')).toMatchObject({ status: 'paid' });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  test.each([
    ['cancel', { status: 'canceled', cancellation_details: { reason: 'payment_failed' } }],
    ['mark_unpaid', { status: 'unpaid' }],
  ] as const)(
    'S17: after the last attempt the account’s setting %s counts',
    async (how, expected) => {
      const { id } = await subscribed(stripe);
      const renewed = await control.renewSubscription(id, failingCard);
      await control.failInvoice(idOf(renewed.latest_invoice), how);
      expect(await stripe.subscriptions.retrieve(id)).toMatchObject(expected);
    },
  );

  test('S17: a renewal that needs the buyer says so, and goes through when they have authenticated', async () => {
    const { id } = await subscribed(stripe);
    const events = await eventsOf(stripe, () =>
      control.renewSubscription(id, 'pm_card_authenticationRequired'),
    );
    expect(events.slice(-5)).toEqual([
      'payment_intent.requires_action',
      'invoice.updated',
      'invoice.payment_action_required',
      'invoice.payment_failed',
      'customer.subscription.updated',
    ]);
    const late = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice.payments'] });
    expect(late.status).toBe('past_due');
    const invoice = late.latest_invoice as Stripe.Invoice;
    const refused = await errorOf(stripe.invoices.pay(invoice.id));
    expect(refused.code).toBe('invoice_payment_intent_requires_action');
    const payment = idOf(invoice.payments?.data[0]?.payment.payment_intent);
    await control.authenticatePayment(payment);
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid');
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  test('S17: paused collection still makes invoices, and takes no money', async () => {
    const { id } = await subscribed(stripe);
    const paused = await stripe.subscriptions.update(id, {
      pause_collection: { behavior: 'void' },
    });
    expect(paused).toMatchObject({ status: 'active', pause_collection: { behavior: 'void' } });
    const renewed = await control.renewSubscription(id);
    expect(await stripe.invoices.retrieve(idOf(renewed.latest_invoice))).toMatchObject({
      status: 'void',
      amount_paid: 0,
    });
    const resumed = await stripe.subscriptions.update(id, { pause_collection: '' });
    expect(resumed.pause_collection).toBeNull();
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });
});

describe('trials', () => {
  const onTrial = (change: Partial<Stripe.SubscriptionCreateParams> = {}) =>
    subscribed(stripe, { trial_period_days: 14, ...change });

  test('S17: a trial is announced, ends, and is paid from then on', async () => {
    const { id, status } = await onTrial();
    expect(status).toBe('trialing');
    expect(await eventTypes(stripe)).not.toContain('customer.subscription.trial_will_end');
    await control.announceTrialEnd(id);
    expect(await eventTypes(stripe)).toContain('customer.subscription.trial_will_end');
    nowMillis += 14 * oneDayMillis;
    const ended = await control.endTrial(id);
    expect(ended).toMatchObject({ status: 'active', trial_end: nowMillis / 1000 });
    expect(periodOf(ended)).toEqual(['2026-02-14', '2026-03-14']);
    const { data } = await stripe.invoices.list({ subscription: id });
    expect(data.map(({ amount_paid, status: paid }) => [amount_paid, paid])).toEqual([
      [2000, 'paid'],
      [0, 'paid'],
    ]);
  });

  test('S17: a trial of three days or less is announced at once', async () => {
    await onTrial({ trial_period_days: 3 });
    expect(await eventTypes(stripe)).toContain('customer.subscription.trial_will_end');
  });

  test('S17: a trial that ends without a card pauses or cancels, as was asked; resuming is paid', async () => {
    const { id: customer } = await stripe.customers.create({});
    const ending = (missing: 'cancel' | 'pause') =>
      onTrial({ customer, trial_settings: { end_behavior: { missing_payment_method: missing } } });
    const { id } = await ending('pause');
    expect((await stripe.subscriptions.update(id, { trial_end: 'now' })).status).toBe('paused');
    expect((await eventTypes(stripe)).at(-1)).toBe('customer.subscription.paused');
    await stripe.subscriptions.update(id, { default_payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.resume(id)).status).toBe('active');
    expect(await eventTypes(stripe)).toContain('customer.subscription.resumed');
    const other = await ending('cancel');
    expect((await control.endTrial(other.id)).status).toBe('canceled');
  });
});
