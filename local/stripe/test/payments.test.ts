import type Stripe from 'stripe';
import { payOnHostedPage } from '../visitors/buyer';
import { goodCard } from './billing';
import { closeAll, createSession, errorOf, pageOf, type Running, start } from './running';

let local: Running;
let stripe: Stripe;

beforeEach(async () => {
  local = await start();
  ({ stripe } = local);
});
afterEach(closeAll);

const amount = { amount: 2000, currency: 'usd' } as const;

test('L2: a payment that is confirmed with a good card succeeds with a charge', async () => {
  const intent = await stripe.paymentIntents.create({
    ...amount,
    confirm: true,
    payment_method: 'pm_card_visa',
    metadata: { order: '1' },
    expand: ['latest_charge'],
  });
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2000, livemode: false });
  expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w{25}$`));
  expect(intent.latest_charge).toMatchObject({
    object: 'charge',
    status: 'succeeded',
    paid: true,
    amount: 2000,
    payment_intent: intent.id,
    metadata: { order: '1' },
    payment_method_details: { card: { brand: 'visa', last4: '4242' } },
    outcome: { type: 'authorized' },
  });
  expect((await stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(1);
});

test('L2: a decline is answered 402 with the payment, which can be tried again', async () => {
  const error = await errorOf(
    stripe.paymentIntents.create({
      ...amount,
      confirm: true,
      payment_method: 'pm_card_chargeDeclined',
    }),
  );
  expect(error).toMatchObject({
    type: 'StripeCardError',
    statusCode: 402,
    code: 'card_declined',
    decline_code: 'generic_decline',
    message: 'Your card was declined.',
  });
  const { id } = error.payment_intent ?? {};
  const failed = await stripe.paymentIntents.retrieve(id ?? '');
  expect(failed).toMatchObject({
    status: 'requires_payment_method',
    last_payment_error: { code: 'card_declined', charge: failed.latest_charge },
  });
  expect(await stripe.charges.retrieve(error.charge ?? '')).toMatchObject({
    status: 'failed',
    failure_code: 'card_declined',
    amount_captured: 0,
  });
  const paid = await stripe.paymentIntents.confirm(id ?? '', { payment_method: 'pm_card_visa' });
  expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
  const { data } = await stripe.events.list();
  expect(data.map(({ type }) => type).reverse()).toEqual([
    'payment_intent.created',
    'charge.failed',
    'payment_intent.payment_failed',
    'charge.succeeded',
    'payment_intent.succeeded',
  ]);
});

test('L2: a payment waits for its method, is confirmed once, and then cannot be canceled', async () => {
  const { id, status } = await stripe.paymentIntents.create(amount);
  expect(status).toBe('requires_payment_method');
  expect(await errorOf(stripe.paymentIntents.confirm(id))).toMatchObject({
    code: 'parameter_missing',
    param: 'payment_method',
  });
  const method = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  await stripe.paymentIntents.confirm(id, { payment_method: method.id });
  for (const again of [
    stripe.paymentIntents.confirm(id, { payment_method: method.id }),
    stripe.paymentIntents.cancel(id),
  ]) {
    expect(await errorOf(again)).toMatchObject({ code: 'payment_intent_unexpected_state' });
  }
});

test('L2: an unpaid payment can be canceled', async () => {
  const { id } = await stripe.paymentIntents.create(amount);
  const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
  expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
});

test('L2: card numbers are not taken by the API, nor is an unknown token', async () => {
  const create = (card: Stripe.PaymentMethodCreateParams.Card) =>
    errorOf(stripe.paymentMethods.create({ type: 'card', card }));
  expect(await create({ number: '4242424242424242' })).toMatchObject({ param: 'card[number]' });
  expect(await create({ token: 'tok_none' })).toMatchObject({ code: 'resource_missing' });
});

test('L2: what is captured by hand is captured in part, and the rest is let go', async () => {
  const session = await createSession(local.stripe, {
    payment_intent_data: { capture_method: 'manual' },
  });
  await payOnHostedPage(pageOf(session), goodCard);
  const held = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
  expect(held).toMatchObject({
    status: 'complete',
    payment_status: 'unpaid',
    payment_intent: { status: 'requires_capture', amount_capturable: 1000, amount_received: 0 },
  });
  const { id } = held.payment_intent as Stripe.PaymentIntent;
  const tooMuch = stripe.paymentIntents.capture(id, { amount_to_capture: 1001 });
  expect((await errorOf(tooMuch)).message).toMatch(/can be captured/);
  const captured = await stripe.paymentIntents.capture(id, { amount_to_capture: 600 });
  expect(captured).toMatchObject({ status: 'succeeded', amount_received: 600 });
  expect(await stripe.charges.retrieve(String(captured.latest_charge))).toMatchObject({
    amount: 1000,
    amount_captured: 600,
    amount_refunded: 400,
    captured: true,
  });
  expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    payment_status: 'paid',
  });
  expect((await errorOf(stripe.paymentIntents.capture(id))).code).toBe(
    'payment_intent_unexpected_state',
  );
});
