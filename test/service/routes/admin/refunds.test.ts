import { randomUUID } from 'node:crypto';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { eventOf } from '../../../support/running-service';
import { begin, card, deliverEvents, newUser, openShop, type Shop } from '../../../support/selling';
import { ask, availableMinor, messagesOf } from '../../../support/spending';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const scope = 'billing:admin';

/** A user who topped up, and the payment. */
async function buyer(amountMinor = 1000) {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { topup: { amountMinor, currency: 'usd' } });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, 'checkout.session.completed', id);
  const session = await shop.stripe.checkout.sessions.retrieve(id);
  return { userId, paymentId: String(session.payment_intent) };
}

const refund = (paymentId: string, body: object, key = randomUUID()) =>
  ask(shop.service, 'ann', `/admin/payments/${paymentId}/refunds`, body, { scope, key });
const refundsOf = async (payment_intent: string) =>
  (await shop.stripe.refunds.list({ payment_intent })).data.map(({ amount }) => amount);
const spend = (userId: string, amountMinor: number) =>
  ask(shop.service, userId, '/account/spend', { unit: 'usd', amountMinor, reason: 'a message' });

async function deliverRefunds(paymentId: string): Promise<void> {
  const events = await shop.stripe.events.list({ limit: 100 });
  for (const event of events.data) {
    const object = event.data.object as { payment_intent?: unknown };
    if (!/refund/.test(event.type) || object.payment_intent !== paymentId) continue;
    expect((await shop.service.deliver(event)).status).toBe(200);
  }
}

test('S31: a refund is made at Stripe and booked at once, and its events change nothing more', async () => {
  const { userId, paymentId } = await buyer();
  const { status, body } = await refund(paymentId, { amountMinor: 400, reason: 'damaged' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ paymentId, amountMinor: 400, currency: 'usd', requestedBy: 'ann' });
  expect(await refundsOf(paymentId)).toEqual([400]);
  expect(await availableMinor(shop.service, userId)).toBe(600);
  await deliverRefunds(paymentId);
  expect(await availableMinor(shop.service, userId)).toBe(600);
  expect((await messagesOf(shop.database, userId)).map(({ type }) => type).slice(-2)).toEqual([
    'payment.refunded',
    'balance.reversed',
  ]);
  const { body: history } = await ask(shop.service, userId, '/account/transactions');
  expect((history.transactions as object[])[0]).toMatchObject({
    amountMinor: -400,
    reason: 'reversal',
    paymentId,
    description: 'damaged',
  });
  const { body: ledger } = await ask(
    shop.service,
    'ann',
    `/admin/users/${userId}/ledger`,
    undefined,
    {
      scope,
    },
  );
  expect(ledger.payments).toMatchObject([
    { refunds: [{ refundId: body.refundId, requestedBy: 'ann', reason: 'damaged' }] },
  ]);
});

test('S31: the history has the reason of each refund by hand, and none of one from elsewhere', async () => {
  const { userId, paymentId } = await buyer();
  await refund(paymentId, { amountMinor: 100, reason: 'the first' });
  await deliverRefunds(paymentId);
  await shop.stripe.refunds.create({ payment_intent: paymentId, amount: 200 });
  await deliverRefunds(paymentId);
  await refund(paymentId, { amountMinor: 300, reason: 'the second' });
  await deliverRefunds(paymentId);
  const { body } = await ask(shop.service, userId, '/account/transactions');
  const seen = (body.transactions as { amountMinor: number; description: string | null }[]).map(
    ({ amountMinor, description }) => [amountMinor, description],
  );
  expect(seen).toEqual([
    [-300, 'the second'],
    [-200, null],
    [-100, 'the first'],
    [1000, null],
  ]);
});

test('S31: what was taken back while a refund by hand was on its way is not given its reason', async () => {
  const { userId, paymentId } = await buyer();
  await shop.stripe.refunds.create({ payment_intent: paymentId, amount: 200 });
  await deliverRefunds(paymentId);
  const dispute = {
    object: 'dispute',
    id: `du_${paymentId}`,
    payment_intent: paymentId,
    charge: null,
    amount: 150,
    currency: 'usd',
    status: 'needs_response',
    reason: 'fraudulent',
    balance_transactions: [],
    metadata: {},
  };
  const disputed = eventOf('charge.dispute.created', dispute);
  expect((await shop.service.deliver(disputed)).status).toBe(200);
  const { body: asked } = await refund(paymentId, { amountMinor: 300, reason: 'by hand' });
  // As if Stripe had answered only now what was asked for before all of it.
  await shop.database.query(
    "update refund_requests set created_at = created_at - interval '1 hour' where refund_id = $1",
    [asked.refundId],
  );
  const { body } = await ask(shop.service, userId, '/account/transactions');
  const seen = (body.transactions as { amountMinor: number; description: string | null }[]).map(
    ({ amountMinor, description }) => [amountMinor, description],
  );
  expect(seen).toEqual([
    [-300, 'by hand'],
    [-150, null],
    [-200, null],
    [1000, null],
  ]);
});

test('S31: without an amount all that is left goes back, and then nothing more', async () => {
  const { userId, paymentId } = await buyer();
  expect((await refund(paymentId, { amountMinor: 300, reason: 'part' })).status).toBe(201);
  expect(await refund(paymentId, { amountMinor: 701, reason: 'too much' })).toMatchObject({
    status: 422,
    body: { code: 'refund_exceeds_payment', refundableMinor: 700 },
  });
  expect((await refund(paymentId, { reason: 'rest' })).body).toMatchObject({ amountMinor: 700 });
  expect(await availableMinor(shop.service, userId)).toBe(0);
  expect(await refund(paymentId, { reason: 'again' })).toMatchObject({
    status: 409,
    body: { code: 'nothing_to_refund' },
  });
});

test('S31: what is unused of a payment goes back, and what was spent does not', async () => {
  const { userId, paymentId } = await buyer();
  expect((await spend(userId, 600)).status).toBe(201);
  const answers = await Promise.all([
    refund(paymentId, { part: 'unused', reason: 'leaves us' }),
    refund(paymentId, { part: 'unused', reason: 'leaves us' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(await refundsOf(paymentId)).toEqual([400]);
  expect(await availableMinor(shop.service, userId)).toBe(0);
});

test('S31: a refund is repeated under its key once, whatever races or was forgotten', async () => {
  const { userId, paymentId } = await buyer();
  const key = randomUUID();
  const body = { part: 'unused', reason: 'once' };
  await Promise.all([refund(paymentId, body, key), refund(paymentId, body, key)]);
  await shop.database.query('delete from idempotency_keys where key = $1', [key]);
  expect(await refund(paymentId, body, key)).toMatchObject({
    status: 201,
    body: { amountMinor: 1000 },
  });
  expect(await refundsOf(paymentId)).toEqual([1000]);
  expect(await availableMinor(shop.service, userId)).toBe(0);
});

test('S31: a refund whose answer was lost is of the same amount when it is repeated', async () => {
  const { userId, paymentId } = await buyer();
  const key = randomUUID();
  const body = { part: 'unused', reason: 'an outage' };
  await shop.control.addFault({ path: '/v1/refunds', kind: 'lost_answer', times: 2 });
  expect((await refund(paymentId, body, key)).status).toBe(503);
  expect((await spend(userId, 100)).status).toBe(201);
  expect((await refund(paymentId, body, key)).body).toMatchObject({ amountMinor: 1000 });
  expect(await refundsOf(paymentId)).toEqual([1000]);
  expect(await availableMinor(shop.service, userId)).toBe(-100);
});

test('S31: a payment that is not booked is not refunded here', async () => {
  expect(await refund('pi_unknown', { reason: 'whose?' })).toMatchObject({
    status: 404,
    body: { code: 'payment_not_found' },
  });
  const both = { amountMinor: 1, part: 'unused', reason: 'both' };
  expect((await refund('pi_unknown', both)).body).toMatchObject({ code: 'validation_failed' });
});
