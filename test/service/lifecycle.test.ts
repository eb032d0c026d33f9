import { randomUUID } from 'node:crypto';
import { payOnHostedPage } from '@tollgate/local-stripe';
import type Stripe from 'stripe';
import { type ConnectedService, connectService } from '../support/connected-service';
import { jwtSecret, stripeKey } from '../support/running-service';
import { untilHolds } from '../support/waiting';

/**
 * Whole lives of payments: sold by the API, paid on the hosted page, and whatever comes of them
 * afterwards, told by the local Stripe's own signed deliveries.
 */

let connected: ConnectedService;
/** All that the service logs, at its most talkative. */
const log: string[] = [];

beforeAll(async () => {
  connected = await connectService({ LOG_LEVEL: 'trace' }, log);
});

afterAll(() => connected.close());

const newUser = () => `user-${randomUUID()}`;
const good = { card: '4242424242424242', email: 'jane.planted@example.com' };

const read = (path: string, userId: string) =>
  connected.read<Record<string, unknown>>(path, userId);

/** Sells, lets the buyer pay, and returns what Stripe has of the session then. */
async function buy(userId: string, body: object, paying: Parameters<typeof payOnHostedPage>[1]) {
  const answer = await connected.service.post('/v1/checkout/sessions', userId, body);
  expect([answer.status, await answer.clone().json()]).toEqual([
    201,
    expect.objectContaining({ id: expect.any(String) }),
  ]);
  const { id, url } = (await answer.json()) as { id: string; url: string };
  await payOnHostedPage(url, paying);
  return connected.stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
}

/** Waits until the user's balances are these; says what they are if they never are. */
async function expectBalances(userId: string, expected: Record<string, number>): Promise<void> {
  const look = async () => {
    const account = (await read('/v1/account', userId)) as {
      balances: { unit: string; amountMinor: number }[];
    };
    return Object.fromEntries(account.balances.map((each) => [each.unit, each.amountMinor]));
  };
  await untilHolds(look, (balances) => expect(balances).toEqual(expected));
}

function chargeOf(session: Stripe.Checkout.Session): string {
  const intent = session.payment_intent as Stripe.PaymentIntent;
  return String(intent.latest_charge);
}

test('S5, S15: a package is credited, and refunds in part and in full take their share', async () => {
  const userId = newUser();
  const session = await buy(userId, { package: 'basic' }, good);
  await expectBalances(userId, { credits: 5500 });
  const charge = chargeOf(session);
  await connected.stripe.refunds.create({ charge, amount: 900 }); // a fifth of 45.00
  await expectBalances(userId, { credits: 4400 });
  await connected.stripe.refunds.create({ charge });
  await expectBalances(userId, { credits: 0 });
});

test('S15: a refund that fails later gives the balance back', async () => {
  const userId = newUser();
  const session = await buy(
    userId,
    { topup: { amountMinor: 2000, currency: 'usd' } },
    { card: '4000000000007726' },
  );
  await expectBalances(userId, { usd: 2000 });
  const refund = await connected.stripe.refunds.create({ charge: chargeOf(session) });
  await expectBalances(userId, { usd: 0 });
  await connected.control.failRefund(refund.id);
  await expectBalances(userId, { usd: 2000 });
});

test('S15: a dispute takes the balance, and gives it back when it is won', async () => {
  const userId = newUser();
  const session = await buy(userId, { topup: { amountMinor: 2000, currency: 'usd' } }, good);
  await expectBalances(userId, { usd: 2000 });
  const dispute = await connected.control.disputeCharge(chargeOf(session));
  await expectBalances(userId, { usd: 0 });
  await connected.control.winDispute(dispute.id);
  await expectBalances(userId, { usd: 2000 });
});

test('S15: a lost dispute leaves it taken, and an inquiry takes nothing', async () => {
  const userId = newUser();
  const lost = await buy(userId, { topup: { amountMinor: 2000, currency: 'usd' } }, good);
  const asked = await buy(userId, { topup: { amountMinor: 500, currency: 'usd' } }, good);
  await expectBalances(userId, { usd: 2500 });
  await connected.control.disputeCharge(chargeOf(asked), { reason: 'inquiry' });
  const dispute = await connected.control.disputeCharge(chargeOf(lost));
  await expectBalances(userId, { usd: 500 });
  await connected.control.loseDispute(dispute.id);
  // Told after the loss, so that it is known to have been handled: nothing has changed by it.
  await connected.stripe.refunds.create({ charge: chargeOf(asked), amount: 100 });
  await expectBalances(userId, { usd: 400 });
});

test('S15: a charge that is disputed before its session completes is never spendable', async () => {
  const userId = newUser();
  await buy(
    userId,
    { topup: { amountMinor: 2000, currency: 'usd' } },
    { card: '4000000000000259' },
  );
  await expectBalances(userId, { usd: 0 });
});

test('S16: a bank debit credits when the bank has paid, and not before', async () => {
  const userId = newUser();
  const debit = { method: 'us_bank_account' } as const;
  const session = await buy(userId, { topup: { amountMinor: 2000, currency: 'usd' } }, debit);
  expect(session).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
  const path = `/v1/checkout/sessions/${session.id}`;
  expect(await read(path, userId)).toMatchObject({ paymentStatus: 'unpaid' });
  expect(await read('/v1/account', userId)).toMatchObject({ balances: [] });
  await connected.control.settleSession(session.id);
  await expectBalances(userId, { usd: 2000 });
});

test('S16: a bank debit that the bank refuses credits nothing, and says so', async () => {
  const userId = newUser();
  const debit = { method: 'us_bank_account' } as const;
  const session = await buy(userId, { topup: { amountMinor: 2000, currency: 'usd' } }, debit);
  await connected.control.failSession(session.id);
  const path = `/v1/checkout/sessions/${session.id}`;
  await untilHolds(
    () => read(path, userId),
    (seen) => expect(seen.paymentStatus).toBe('failed'),
  );
  expect(await read('/v1/account', userId)).toMatchObject({ balances: [] });
});

test('S6, S15: a subscription grants its credits each paid period, and a refund takes them', async () => {
  const userId = newUser();
  const session = await buy(userId, { price: 'membership-monthly' }, good);
  await expectBalances(userId, { credits: 1000 });
  const subscriptionId = String(session.subscription);
  await connected.control.renewSubscription(subscriptionId);
  await expectBalances(userId, { credits: 2000 });
  const { data } = await connected.stripe.invoicePayments.list({ status: 'paid' });
  const invoices = await connected.stripe.invoices.list({ subscription: subscriptionId });
  const first = invoices.data.at(-1)?.id;
  const payment = data.find((each) => each.invoice === first)?.payment.payment_intent;
  await connected.stripe.refunds.create({ payment_intent: String(payment) });
  await expectBalances(userId, { credits: 1000 });
});

test('S13: after all that, the books balance and every balance is the sum of its transfers', async () => {
  const differences = await connected.database.query(
    `select b.account, b.unit from balances b
      where b.amount_minor <> (
        select sum(case when t.credit_account = b.account then t.amount_minor
                        else -t.amount_minor end)
          from transfers t
         where t.unit = b.unit and b.account in (t.credit_account, t.debit_account))`,
  );
  expect(differences).toEqual([]);
  const failed = await connected.database.query(
    "select event_id, event_type, last_error from stripe_events where status = 'failed'",
  );
  expect(failed).toEqual([]);
});

test('S22: nothing of all that put a card, an address, a token or a secret into the log', () => {
  const logged = log.join('');
  expect(logged).toContain('checkout.session.completed');
  expect(logged).toContain('charge.dispute.created');
  for (const secret of [stripeKey, connected.secret, jwtSecret])
    expect(logged).not.toContain(secret);
  expect(logged).not.toMatch(
    /planted|@example|4242 ?4242|4000 ?0000|Bearer |eyJ|whsec_|client_secret/,
  );
});
