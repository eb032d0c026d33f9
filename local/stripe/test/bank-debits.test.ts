import { setTimeout as sleep } from 'node:timers/promises';
import type Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import { payOnHostedPage } from '../visitors/buyer';
import {
  closeAll,
  createSession,
  errorOf,
  eventually,
  pageOf,
  type Running,
  start,
} from './running';

let local: Running;
let stripe: Stripe;
let control: RemoteControl;

async function startWith(options: Parameters<typeof start>[0] = {}): Promise<void> {
  local = await start(options);
  ({ stripe, control } = local);
}
beforeEach(() => startWith());
afterEach(closeAll);

async function moneyEvents(): Promise<Stripe.Event[]> {
  const types = ['charge.*', 'checkout.*', 'payment_intent.*'];
  const { data } = await stripe.events.list({ types, limit: 100 });
  return data.reverse();
}
const moneyTypes = async () => (await moneyEvents()).map(({ type }) => type);

const inEuro = {
  line_items: [
    {
      quantity: 1,
      price_data: { currency: 'eur', unit_amount: 1000, product_data: { name: 'Top-up' } },
    },
  ],
};

async function debit(
  method: 'sepa_debit' | 'us_bank_account' = 'us_bank_account',
  account?: string,
): Promise<Stripe.Checkout.Session> {
  const { id: customer } = await stripe.customers.create({ email: 'jenny@example.com' });
  const session = await createSession(stripe, {
    customer,
    payment_intent_data: { metadata: { user_id: 'u1' } },
    ...(method === 'sepa_debit' && inEuro),
  });
  const visit = await payOnHostedPage(pageOf(session), {
    method,
    ...(account !== undefined && { account }),
  });
  expect(visit.outcome).toBe('processing');
  return stripe.checkout.sessions.retrieve(session.id);
}

test.each(['us_bank_account', 'sepa_debit'] as const)(
  'S4: a session paid by %s completes unpaid, and is paid when the bank has paid',
  async (method) => {
    const session = await debit(method);
    expect(session).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      payment_method_types: ['card', method],
    });
    const intent = await stripe.paymentIntents.retrieve(String(session.payment_intent), {
      expand: ['latest_charge', 'payment_method'],
    });
    expect(intent).toMatchObject({
      status: 'processing',
      amount_received: 0,
      payment_method: { type: method, billing_details: { name: 'Jenny Rosen' } },
      latest_charge: {
        status: 'pending',
        paid: false,
        payment_method_details: { type: method },
      },
    });
    expect(await control.settleSession(session.id)).toMatchObject({ payment_status: 'paid' });
    const events = await moneyEvents();
    expect(events.map(({ type }) => type)).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'checkout.session.completed',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ]);
    for (const { type, data } of events.filter((event) => !event.type.startsWith('checkout'))) {
      expect([type, data.object]).toMatchObject([
        type,
        { customer: session.customer, metadata: { user_id: 'u1' } },
      ]);
    }
    expect(events[3]?.data.object).toMatchObject({ payment_status: 'unpaid' });
    expect(events[6]?.data.object).toMatchObject({ id: session.id, payment_status: 'paid' });
    await expect(control.settleSession(session.id)).rejects.toThrow(/waits for no bank/);
  },
);

test('S4: a debit that the bank refuses leaves the session complete and unpaid', async () => {
  const session = await debit('us_bank_account', '000333333335');
  expect(await control.failSession(session.id)).toMatchObject({
    status: 'complete',
    payment_status: 'unpaid',
  });
  expect(await stripe.paymentIntents.retrieve(String(session.payment_intent))).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { code: 'debit_not_authorized' },
  });
  expect((await moneyTypes()).slice(-3)).toEqual([
    'charge.failed',
    'payment_intent.payment_failed',
    'checkout.session.async_payment_failed',
  ]);
  const refund = stripe.refunds.create({ payment_intent: String(session.payment_intent) });
  expect((await errorOf(refund)).message).toMatch(/successful charge/);
});

test('L2: two accounts are answered for after three minutes, and no other by itself', async () => {
  let nowMillis = Date.now();
  await startWith({ now: () => new Date(nowMillis) });
  const pays = await debit('sepa_debit', 'AT321904300235473204');
  const fails = await debit('sepa_debit', 'AT051904300235473205');
  const waits = await debit('sepa_debit', 'AT861904300235473202');
  const answers = async () => (await moneyTypes()).filter((type) => type.includes('async'));
  nowMillis += 170_000;
  await sleep(1_500); // longer than the clock of the local Stripe takes to look
  expect(await answers()).toEqual([]);
  nowMillis += 11_000;
  await eventually('the answers of the banks', async () =>
    (await answers()).length === 2 ? true : undefined,
  );
  const statusOf = async ({ id }: Stripe.Checkout.Session) =>
    (await stripe.checkout.sessions.retrieve(id)).payment_status;
  expect(await answers()).toEqual([
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
  ]);
  expect([await statusOf(pays), await statusOf(fails)]).toEqual(['paid', 'unpaid']);
  expect(await control.failSession(waits.id)).toMatchObject({ payment_status: 'unpaid' });
});

test('L2: where banks answer by themselves, the account decides', async () => {
  let nowMillis = Date.now();
  await startWith({ now: () => new Date(nowMillis), settleAfterSeconds: 60 });
  const good = await debit();
  const bad = await debit('us_bank_account', '000222222227');
  const paid = await stripe.paymentIntents.create({
    amount: 500,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_refundFail',
  });
  const refund = await stripe.refunds.create({ payment_intent: paid.id });
  expect((await moneyTypes()).filter((type) => type.includes('async'))).toEqual([]);
  nowMillis += 61_000;
  await eventually('the answers of the banks', async () => {
    const { status } = await stripe.refunds.retrieve(refund.id);
    return status === 'failed' ? true : undefined;
  });
  expect((await moneyTypes()).filter((type) => type.includes('async'))).toEqual([
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
  ]);
  const sessions = await Promise.all(
    [good, bad].map(({ id }) => stripe.checkout.sessions.retrieve(id)),
  );
  expect(sessions.map(({ payment_status }) => payment_status)).toEqual(['paid', 'unpaid']);
});

describe('what a session offers', () => {
  test('L2: only cards where only cards were asked for', async () => {
    const session = await createSession(stripe, { allowed_payment_method_types: ['card'] });
    const text = await (await fetch(pageOf(session))).text();
    expect(text).not.toContain('bank account');
    const visit = await payOnHostedPage(pageOf(session), { method: 'us_bank_account' });
    expect(visit.outcome).toBe('invalid');
  });

  test('L2: what is excluded is not offered, and a session must offer something', async () => {
    const session = await createSession(stripe, {
      excluded_payment_method_types: ['us_bank_account', 'klarna'],
    });
    expect(session.payment_method_types).toEqual(['card']);
    const error = await errorOf(
      createSession(stripe, { allowed_payment_method_types: ['sepa_debit'] }),
    );
    expect(error).toMatchObject({ statusCode: 400, param: 'allowed_payment_method_types' });
    expect(error.message).toMatch(/there are card, us_bank_account, and the filters leave none/);
  });

  test('L2: each way to pay has a form with labels, and the links say which is shown', async () => {
    const session = await createSession(stripe);
    const address = new URL(pageOf(session));
    address.searchParams.set('method', 'us_bank_account');
    const text = await (await fetch(address)).text();
    expect(text).toContain(`?method=us_bank_account" aria-current="true">US bank account</a>`);
    for (const [, id] of text.matchAll(/<input id="([^"]+)"/g)) {
      expect(text).toContain(`<label for="${id}">`);
    }
    expect(text).not.toContain('cardNumber');
  });

  test.each([
    ['us_bank_account', '12', /Enter 4 to 17 digits/],
    ['sepa_debit', 'AT611904300234573202', /IBAN is invalid/],
  ] as const)(
    'L2: a mistyped account for %s is an error at its field',
    async (method, account, message) => {
      const session = await createSession(stripe, method === 'sepa_debit' ? inEuro : {});
      const visit = await payOnHostedPage(pageOf(session), { method, account });
      expect(visit.outcome).toBe('invalid');
      expect(visit.message).toMatch(message);
      expect((await stripe.paymentIntents.list()).data).toEqual([]);
    },
  );
});
