import type Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import { payOnHostedPage } from '../visitors/buyer';
import { closeAll, createSession, errorOf, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;
let control: RemoteControl;

beforeEach(async () => {
  local = await start();
  ({ stripe, control } = local);
});
afterEach(closeAll);

const card = '4000 0025 0000 3155';
const amount = { amount: 2000, currency: 'usd' } as const;

async function moneyEvents(): Promise<Stripe.Event[]> {
  const types = ['charge.*', 'checkout.*', 'payment_intent.*'];
  const { data } = await stripe.events.list({ types, limit: 100 });
  return data.reverse();
}
const moneyTypes = async () => (await moneyEvents()).map(({ type }) => type);

test('L1: a card with 3D Secure pays when the buyer authenticates', async () => {
  const session = await createSession(stripe, {
    customer_creation: 'always',
    payment_intent_data: { metadata: { user_id: 'u1' } },
  });
  const visit = await payOnHostedPage(pageOf(session), { card });
  expect(visit.outcome).toBe('paid');
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  expect(paid).toMatchObject({ payment_status: 'paid', customer: expect.stringMatching(/^cus_/) });
  const events = await moneyEvents();
  expect(events.map(({ type }) => type)).toEqual([
    'payment_intent.created',
    'payment_intent.requires_action',
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.completed',
  ]);
  for (const { type, data } of events.slice(0, 4)) {
    expect([type, data.object]).toMatchObject([
      type,
      { customer: paid.customer, metadata: { user_id: 'u1' } },
    ]);
  }
});

test('L1: a failed authentication charges nothing, and another card pays', async () => {
  const session = await createSession(stripe);
  const visit = await payOnHostedPage(pageOf(session), { card, authentication: 'fail' });
  expect(visit).toMatchObject({
    outcome: 'declined',
    message: expect.stringContaining('unable to authenticate'),
  });
  const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
  expect(open).toMatchObject({
    status: 'open',
    payment_intent: {
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    },
  });
  expect((await stripe.charges.list()).data).toEqual([]);
  await payOnHostedPage(pageOf(session), { card: '4242 4242 4242 4242' });
  expect(await moneyTypes()).toEqual([
    'payment_intent.created',
    'payment_intent.requires_action',
    'payment_intent.payment_failed',
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.completed',
  ]);
});

test('L1: a buyer who leaves the authentication can still pay with another card', async () => {
  const session = await createSession(stripe);
  const form = {
    method: 'card',
    cardNumber: card,
    cardExpiry: '12/40',
    cardCvc: '123',
    email: 'a@example.com',
  };
  const response = await fetch(pageOf(session), {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  const authentication = response.headers.get('location') ?? '';
  const page = await fetch(authentication);
  expect(await page.text()).toContain('who pays $10.00');
  const visit = await payOnHostedPage(pageOf(session), { card: '4242 4242 4242 4242' });
  expect(visit.outcome).toBe('paid');
  const late = await fetch(authentication, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'complete' }),
    redirect: 'manual',
  });
  expect(late.status).toBe(404);
  expect((await stripe.charges.list()).data).toHaveLength(1);
});

test('L1: a card may be declined after the authentication', async () => {
  const session = await createSession(stripe);
  const visit = await payOnHostedPage(pageOf(session), { card: '4000 0082 6000 3178' });
  expect(visit).toEqual({ outcome: 'declined', message: 'Your card has insufficient funds.' });
});

test('L1: another site cannot authenticate', async () => {
  const { id, next_action } = await stripe.paymentIntents.create({
    ...amount,
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
  });
  const response = await fetch(next_action?.redirect_to_url?.url ?? '', {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
    body: new URLSearchParams({ outcome: 'complete' }),
  });
  expect(response.status).toBe(404);
  expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_action');
});

test('L2: a payment by the API waits at its address and leads back to return_url', async () => {
  const intent = await stripe.paymentIntents.create({
    ...amount,
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
    return_url: 'https://shop.example/back',
  });
  expect(intent).toMatchObject({ status: 'requires_action', latest_charge: null });
  const response = await fetch(intent.next_action?.redirect_to_url?.url ?? '', {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'complete' }),
    redirect: 'manual',
  });
  expect(response.headers.get('location')).toBe('https://shop.example/back');
  expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    status: 'succeeded',
    next_action: null,
  });
});

test('L2: a waiting payment can be authenticated, failed or canceled from outside', async () => {
  const wait = () =>
    stripe.paymentIntents.create({
      ...amount,
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
    });
  const good = await control.authenticatePayment((await wait()).id);
  expect(good).toMatchObject({ status: 'succeeded', amount_received: 2000 });
  await expect(control.authenticatePayment(good.id)).rejects.toThrow(/waits for no authentication/);
  const bad = await control.failAuthentication((await wait()).id);
  expect(bad).toMatchObject({ status: 'requires_payment_method', payment_method: null });
  const canceled = await stripe.paymentIntents.cancel((await wait()).id);
  expect(canceled).toMatchObject({ status: 'canceled', next_action: null });
  await expect(control.authenticatePayment(canceled.id)).rejects.toThrow(/status is canceled/);
});

test('L2: a session that expires takes its unpaid payment with it', async () => {
  const session = await createSession(stripe);
  await payOnHostedPage(pageOf(session), { card: '4000 0000 0000 0002' });
  const { payment_intent: intent } = await stripe.checkout.sessions.expire(session.id);
  expect(await stripe.paymentIntents.retrieve(String(intent))).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'automatic',
  });
  expect((await moneyTypes()).slice(-2)).toEqual([
    'checkout.session.expired',
    'payment_intent.canceled',
  ]);
  expect(await errorOf(stripe.paymentIntents.cancel(String(intent)))).toMatchObject({
    code: 'payment_intent_unexpected_state',
  });
});

test('L1: a subscription whose card asks for 3D Secure begins when the buyer authenticates', async () => {
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    success_url: 'https://shop.example/thanks',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: 1000,
          product_data: { name: 'Plan' },
          recurring: { interval: 'month' },
        },
      },
    ],
  });
  const failed = await payOnHostedPage(pageOf(session), { card, authentication: 'fail' });
  expect(failed.outcome).toBe('declined');
  const visit = await payOnHostedPage(pageOf(session), { card });
  expect(visit.outcome).toBe('paid');
  const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
  expect(paid).toMatchObject({ payment_status: 'paid', subscription: { status: 'active' } });
  expect((await stripe.charges.list()).data).toHaveLength(1);
});
