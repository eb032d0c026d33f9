import type Stripe from 'stripe';
import { payOnHostedPage } from '../visitors/buyer';
import { closeReceivers, startReceiver } from './receiver';
import { closeAll, createSession, eventually, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;
let nowMillis: number;

beforeEach(async () => {
  nowMillis = Date.UTC(2026, 0, 1);
  local = await start({ now: () => new Date(nowMillis), webhookRetryDelaysMillis: [20] });
  ({ stripe } = local);
});
afterEach(async () => {
  await closeAll();
  await closeReceivers();
});

interface Day {
  readonly second: number;
  readonly customer: string;
  readonly intent: string;
  readonly charge: string;
  readonly session: string;
}

/** A day with a paid session, a refund and a dispute. */
async function day(): Promise<Day> {
  nowMillis += 24 * 60 * 60 * 1000;
  const { id: customer } = await stripe.customers.create({ email: 'jenny@example.com' });
  const session = await createSession(stripe, { customer });
  await payOnHostedPage(pageOf(session), { card: '4242424242424242', expiry: '12 / 40' });
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
  const paid = await stripe.paymentIntents.retrieve(String(intent));
  const charge = String(paid.latest_charge);
  await stripe.refunds.create({ charge, amount: 100 });
  await stripe.rawRequest('POST', `/_local/charges/${charge}/dispute`);
  return {
    second: nowMillis / 1000,
    customer,
    intent: String(intent),
    charge,
    session: session.id,
  };
}

test('L2: everything with money in it can be listed by the time of its making', async () => {
  const first = await day();
  const second = await day();
  const lists = {
    'checkout.session': (params: object) => stripe.checkout.sessions.list(params),
    payment_intent: (params: object) => stripe.paymentIntents.list(params),
    charge: (params: object) => stripe.charges.list(params),
    refund: (params: object) => stripe.refunds.list(params),
    dispute: (params: object) => stripe.disputes.list(params),
    balance_transaction: (params: object) => stripe.balanceTransactions.list(params),
  };
  for (const [object, list] of Object.entries(lists)) {
    const seconds = async (created: Stripe.RangeQueryParam | number) => {
      const { data } = await list({ created });
      expect(data.every((row) => row.object === object)).toBe(true);
      return [...new Set(data.map((row) => row.created))];
    };
    expect([object, await seconds({ gte: second.second })]).toEqual([object, [second.second]]);
    expect([object, await seconds({ gt: second.second })]).toEqual([object, []]);
    expect([object, await seconds({ lt: second.second })]).toEqual([object, [first.second]]);
    const both = await seconds({ gte: first.second, lte: second.second });
    expect([object, both]).toEqual([object, [second.second, first.second]]);
    expect([object, await seconds(first.second)]).toEqual([object, [first.second]]);
  }
});

test('L2: by customer and by payment, with what they refer to in their place', async () => {
  await day();
  const { customer, intent, charge, session } = await day();
  const sessions = await stripe.checkout.sessions.list({
    payment_intent: intent,
    expand: ['data.payment_intent.latest_charge', 'data.line_items'],
  });
  expect(sessions.data).toMatchObject([
    {
      id: session,
      payment_intent: { latest_charge: { id: charge, amount_refunded: 100, disputed: true } },
      line_items: { data: [{ amount_total: 1000 }] },
    },
  ]);
  expect((await stripe.checkout.sessions.list({ customer })).data).toMatchObject([{ id: session }]);
  const intents = await stripe.paymentIntents.list({ customer, expand: ['data.customer'] });
  expect(intents.data).toMatchObject([{ id: intent, customer: { id: customer } }]);
  const charges = await stripe.charges.list({ customer, expand: ['data.payment_intent'] });
  expect(charges.data).toMatchObject([{ id: charge, payment_intent: { id: intent } }]);
  const refunds = await stripe.refunds.list({ payment_intent: intent, expand: ['data.charge'] });
  expect(refunds.data).toMatchObject([{ charge: { id: charge } }]);
});

test('L2: pages lead through a list without a gap, forwards and backwards', async () => {
  for (let count = 0; count < 5; count += 1) await stripe.customers.create();
  const all = await stripe.events.list({ type: 'customer.created' });
  const seen: string[] = [];
  for await (const event of stripe.events.list({ types: ['customer.created'], limit: 2 })) {
    seen.push(event.id);
  }
  expect(seen).toEqual(all.data.map(({ id }) => id));
  const last = seen.at(-1) ?? '';
  const before = await stripe.events.list({ ending_before: last, limit: 2 });
  expect(before).toMatchObject({ has_more: true, data: seen.slice(2, 4).map((id) => ({ id })) });
});

test('L2: undelivered events are told from delivered ones, by type and time', async () => {
  let isUp = false;
  const receiver = await startReceiver(() => (isUp ? 200 : 500));
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
  const missed = await stripe.customers.create();
  await eventually('both attempts', () => (receiver.received.length === 2 ? true : undefined));
  isUp = true;
  nowMillis += 5000;
  await stripe.customers.create();
  const undelivered = (params: Stripe.EventListParams) =>
    stripe.events.list({ delivery_success: false, ...params });
  const { data } = await eventually('one failed event', async () => {
    const found = await undelivered({ types: ['customer.created', 'product.created'] });
    return found.data.length === 1 ? found : undefined;
  });
  expect(data).toMatchObject([{ data: { object: { id: missed.id } } }]);
  expect((await undelivered({ created: { gt: missed.created } })).data).toEqual([]);
  expect((await undelivered({ created: { lte: missed.created } })).data).toHaveLength(1);
  expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(1);
});
