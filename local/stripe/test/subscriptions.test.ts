import type Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import {
  customerWithCard,
  eventsOf,
  failingCard,
  idOf,
  monthlyPrice,
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

describe('creating', () => {
  test('S6: a subscription of a customer with a card is paid and active at once', async () => {
    const subscription = await subscribed(stripe, { metadata: { plan: 'team' } });
    expect(subscription).toMatchObject({
      status: 'active',
      metadata: { plan: 'team' },
      cancel_at_period_end: false,
      pause_collection: null,
      trial_end: null,
    });
    expect(periodOf(subscription)).toEqual(['2026-01-31', '2026-02-28']);
  });

  test('S6: with a card that fails it stays incomplete until its invoice is paid with another', async () => {
    const customer = await customerWithCard(stripe, failingCard);
    const incomplete = await subscribed(stripe, { customer });
    expect(incomplete.status).toBe('incomplete');
    const invoice = idOf(incomplete.latest_invoice);
    const refused = await errorOf(stripe.invoices.pay(invoice));
    expect(refused).toMatchObject({ type: 'StripeCardError', code: 'card_declined' });
    const paid = await stripe.invoices.pay(invoice, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'paid', attempt_count: 3 });
    expect((await stripe.subscriptions.retrieve(incomplete.id)).status).toBe('active');
  });

  test('L2: a subscription shows ten of its items, in events too, and the list shows all', async () => {
    const prices = await Promise.all(Array.from({ length: 12 }, () => monthlyPrice(stripe)));
    const { id, items } = await subscribed(stripe, {
      items: prices.map(({ id: price }) => ({ price })),
    });
    const ids = (shown: readonly Stripe.SubscriptionItem[]) => shown.map(({ price }) => price.id);
    const all = prices.map((price) => price.id);
    const firstTen = { has_more: true, data: { length: 10 } };
    expect(items).toMatchObject(firstTen);
    expect((await stripe.subscriptions.list()).data[0]?.items).toMatchObject(firstTen);
    const [created] = (await stripe.events.list({ type: 'customer.subscription.created' })).data;
    expect(created?.data.object).toMatchObject({ id, items: firstTen });
    const listed = stripe.subscriptionItems.list({ subscription: id, limit: 5 });
    expect(ids(await listed.autoPagingToArray({ limit: 100 }))).toEqual(all);
    expect(ids(items.data)).toEqual(all.slice(0, 10));
    const { code, param } = await errorOf(stripe.subscriptionItems.list({ subscription: 'sub_x' }));
    expect([code, param]).toEqual(['resource_missing', 'subscription']);
  });

  test('L2: an incomplete subscription can be left to expire', async () => {
    const customer = await customerWithCard(stripe, failingCard);
    const { id, latest_invoice } = await subscribed(stripe, { customer });
    expect(await control.expireSubscription(id)).toMatchObject({ status: 'incomplete_expired' });
    expect(await stripe.invoices.retrieve(idOf(latest_invoice))).toMatchObject({ status: 'void' });
  });

  test('S6: an incomplete subscription can wait for its buyer to confirm the payment', async () => {
    const { id: customer } = await stripe.customers.create({});
    const waiting = await subscribed(stripe, {
      customer,
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'],
    });
    expect(waiting.status).toBe('incomplete');
    const invoice = waiting.latest_invoice as Stripe.Invoice;
    const payment = idOf(invoice.payments?.data[0]?.payment.payment_intent);
    expect(invoice.confirmation_secret?.client_secret).toMatch(new RegExp(`^${payment}_secret_`));
    await stripe.paymentIntents.confirm(payment, { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(waiting.id)).status).toBe('active');
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid');
  });

  test.each<[string, Partial<Stripe.SubscriptionCreateParams>, object]>([
    ['for nobody', { customer: 'cus_none' }, { code: 'resource_missing', param: 'customer' }],
    ['of nothing', { items: [] }, { code: 'parameter_missing', param: 'items' }],
    [
      'at no price',
      { items: [{ price: 'price_none' }] },
      { code: 'resource_missing', param: 'items[0][price]' },
    ],
    ['with a trial that is over', { trial_end: 1 }, { param: 'trial_end' }],
  ])('L2: a subscription %s is refused', async (_what, change, expected) => {
    expect(await errorOf(subscribed(stripe, change))).toMatchObject({
      statusCode: 400,
      ...expected,
    });
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([]);
  });

  test('L2: neither a customer without a card nor a price paid once can be subscribed', async () => {
    const { id: customer } = await stripe.customers.create({});
    expect((await errorOf(subscribed(stripe, { customer }))).code).toBe('resource_missing');
    const once = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 100,
      product_data: { name: 'A' },
    });
    const refused = await errorOf(subscribed(stripe, { items: [{ price: once.id }] }));
    expect(refused.message).toMatch(/type=recurring/);
    const declined = subscribed(stripe, {
      customer: await customerWithCard(stripe, failingCard),
      payment_behavior: 'error_if_incomplete',
    });
    expect(await errorOf(declined)).toMatchObject({ code: 'card_declined', statusCode: 402 });
    expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([]);
  });
});

describe('changing and ending', () => {
  test('S17: a cancellation at the period’s end can be taken back, or comes about', async () => {
    const { id } = await subscribed(stripe);
    const asked = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect(asked).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancel_at: asked.items.data[0]?.current_period_end,
      canceled_at: nowMillis / 1000,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    const back = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    expect(back).toMatchObject({
      cancel_at: null,
      canceled_at: null,
      cancellation_details: { reason: null },
    });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const events = await eventsOf(stripe, () => control.renewSubscription(id));
    expect(events).toEqual(['customer.subscription.deleted']);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'canceled',
      ended_at: nowMillis / 1000,
    });
  });

  test('S17: an immediate cancellation ends it; it can be neither changed nor ended again', async () => {
    const { id } = await subscribed(stripe);
    const ended = await stripe.subscriptions.cancel(id, {
      cancellation_details: { comment: 'Too much', feedback: 'too_expensive' },
    });
    expect(ended).toMatchObject({
      status: 'canceled',
      cancellation_details: {
        comment: 'Too much',
        feedback: 'too_expensive',
        reason: 'cancellation_requested',
      },
    });
    expect(await errorOf(stripe.subscriptions.cancel(id))).toMatchObject({ statusCode: 404 });
    const update = stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect((await errorOf(update)).code).toBe('invalid_canceled_subscription_fields');
    expect((await stripe.subscriptions.list()).data).toEqual([]);
    expect((await stripe.subscriptions.list({ status: 'canceled' })).data).toHaveLength(1);
  });

  test('S17: another price is credited and charged by the time that is left, on the next invoice', async () => {
    const subscription = await subscribed(stripe);
    const [item] = subscription.items.data;
    const dearer = await monthlyPrice(stripe, { unit_amount: 4000 });
    nowMillis += 14 * oneDayMillis; // Half of the period, which has 28 days.
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', price: dearer.id }],
    });
    expect(changed.items.data).toMatchObject([{ id: item?.id, price: { id: dearer.id } }]);
    const [event] = (await stripe.events.list({ type: 'customer.subscription.updated' })).data;
    expect(event?.data.previous_attributes).toMatchObject({
      items: { data: [{ price: { id: item?.price.id } }] },
    });
    const renewed = await control.renewSubscription(subscription.id);
    const invoice = await stripe.invoices.retrieve(idOf(renewed.latest_invoice));
    expect(
      invoice.lines.data.map(({ amount, parent }) => [
        amount,
        parent?.subscription_item_details?.proration,
      ]),
    ).toEqual([
      [-1000, true],
      [2000, true],
      [4000, false],
    ]);
    expect(invoice.amount_paid).toBe(5000);
  });

  test('S17: a change can be invoiced at once, and another interval begins a new cycle', async () => {
    const subscription = await subscribed(stripe);
    const item = subscription.items.data[0]?.id ?? '';
    const dearer = await monthlyPrice(stripe, { unit_amount: 4000 });
    nowMillis += 14 * oneDayMillis;
    const upgraded = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: dearer.id }],
      proration_behavior: 'always_invoice',
    });
    expect(await stripe.invoices.retrieve(idOf(upgraded.latest_invoice))).toMatchObject({
      billing_reason: 'subscription_update',
      amount_paid: 1000,
    });
    const yearly = await monthlyPrice(stripe, {
      unit_amount: 30_000,
      recurring: { interval: 'year' },
    });
    const other = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: yearly.id }],
    });
    expect(periodOf(other)).toEqual(['2026-02-14', '2027-02-14']);
    expect(await stripe.invoices.retrieve(idOf(other.latest_invoice))).toMatchObject({
      amount_paid: 28_000,
    });
  });

  test('L2: lists are narrowed by customer, price and status', async () => {
    const one = await subscribed(stripe);
    const other = await subscribed(stripe);
    const byCustomer = await stripe.subscriptions.list({ customer: idOf(other.customer) });
    expect(byCustomer.data.map(({ id }) => id)).toEqual([other.id]);
    const price = one.items.data[0]?.price.id ?? '';
    expect((await stripe.subscriptions.list({ price })).data.map(({ id }) => id)).toEqual([one.id]);
    const invoices = await stripe.invoices.list({ customer: idOf(one.customer), status: 'paid' });
    expect(invoices.data.map(({ id }) => id)).toEqual([one.latest_invoice]);
    expect((await stripe.invoices.list({ created: { lt: nowMillis / 1000 } })).data).toEqual([]);
  });
});
