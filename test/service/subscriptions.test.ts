import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import type Stripe from 'stripe';
import { type ConnectedService, connectService } from '../support/connected-service';
import { eventOf } from '../support/running-service';
import { untilHolds } from '../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-subscriptions-'));
const catalogueFile = join(folder, 'catalogue.json');
const monthly = { interval: 'month' };
writeFileSync(
  catalogueFile,
  JSON.stringify({
    prices: [
      {
        lookupKey: 'membership-monthly',
        productName: 'Membership',
        currency: 'usd',
        unitAmountMinor: 900,
        recurring: monthly,
        credits: 1000,
        entitlements: ['forum', 'membership'],
      },
      {
        lookupKey: 'extra-monthly',
        productName: 'Extra credits',
        currency: 'usd',
        unitAmountMinor: 100,
        recurring: monthly,
        credits: 10,
      },
    ],
  }),
);

let connected: ConnectedService;
let stripe: Stripe;

beforeAll(async () => {
  connected = await connectService({ CATALOGUE_FILE: catalogueFile });
  ({ stripe } = connected);
});

afterAll(async () => {
  await connected.close();
  rmSync(folder, { recursive: true });
});

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly cancelAtPeriodEnd: boolean;
  readonly paused: boolean;
  readonly items: readonly object[];
}

const subscriptionsOf = async (userId: string) =>
  (await connected.read<{ subscriptions: Shown[] }>('/v1/subscriptions', userId)).subscriptions;
const entitlementsOf = async (userId: string) =>
  (await connected.read<{ entitlements: object[] }>('/v1/entitlements', userId)).entitlements;
const creditsOf = async (userId: string) => {
  const path = '/v1/account';
  const { balances } = await connected.read<{ balances: { unit: string; amountMinor: number }[] }>(
    path,
    userId,
  );
  return balances.find(({ unit }) => unit === 'credits')?.amountMinor ?? 0;
};
const toldOf = async (userId: string) => {
  const rows = await connected.database.query<{ type: string }>(
    'select type from outbox where user_id = $1 order by position',
    [userId],
  );
  return rows.map(({ type }) => type);
};
const timesTold = async (userId: string, type: string) =>
  (await toldOf(userId)).filter((each) => each === type).length;
const untilTold = (userId: string, type: string, times = 1) =>
  untilHolds(
    () => timesTold(userId, type),
    (seen) => expect([type, seen]).toEqual([type, times]),
  );
const untilCredits = (userId: string, credits: number) =>
  untilHolds(
    () => creditsOf(userId),
    (seen) => expect(seen).toBe(credits),
  );
/** Nothing of what has come in waits to be handled. */
const untilHandled = () =>
  untilHolds(
    () =>
      connected.database.query(
        "select event_id from stripe_events where status in ('pending', 'failed')",
      ),
    (waiting) => expect(waiting).toEqual([]),
  );

/** Buys a membership on the hosted page. @returns the subscription, once it is known here */
async function subscribe(userId: string): Promise<Stripe.Subscription> {
  const body = { price: 'membership-monthly' };
  const answer = await connected.service.post('/v1/checkout/sessions', userId, body);
  expect(answer.status).toBe(201);
  const { url } = (await answer.json()) as { url: string };
  expect(await payOnHostedPage(url, { card: '4242424242424242' })).toMatchObject({
    outcome: 'paid',
  });
  const [shown] = await untilHolds(
    () => subscriptionsOf(userId),
    (seen) => expect(seen).toMatchObject([{ status: 'active' }]),
  );
  return stripe.subscriptions.retrieve(shown?.id ?? '');
}

const newUser = () => `user-${randomUUID()}`;

test('S6, S17: a subscription is sold, renewed, refunded and ended, and all of it is told', async () => {
  const userId = newUser();
  const { id } = await subscribe(userId);
  await untilCredits(userId, 1000);
  expect(await subscriptionsOf(userId)).toMatchObject([
    {
      id,
      status: 'active',
      cancelAtPeriodEnd: false,
      paused: false,
      items: [
        {
          lookupKey: 'membership-monthly',
          quantity: 1,
          entitlements: ['forum', 'membership'],
        },
      ],
    },
  ]);
  expect(await entitlementsOf(userId)).toEqual([
    { name: 'forum', quantity: 1 },
    { name: 'membership', quantity: 1 },
  ]);

  await connected.control.renewSubscription(id);
  await untilCredits(userId, 2000);
  await untilTold(userId, 'invoice.paid', 2);

  const { latest_invoice: latest } = await stripe.subscriptions.retrieve(id);
  const { data } = await stripe.invoicePayments.list({ invoice: String(latest) });
  const refund = { payment_intent: String(data[0]?.payment.payment_intent), amount: 450 };
  await stripe.refunds.create(refund);
  await untilCredits(userId, 1500);

  await stripe.subscriptions.cancel(id);
  await untilTold(userId, 'subscription.canceled');
  expect(await subscriptionsOf(userId)).toEqual([]);
  expect(await entitlementsOf(userId)).toEqual([]);
  await untilHandled();
  for (const type of ['subscription.created', 'subscription.canceled', 'balance.reversed']) {
    expect([type, await timesTold(userId, type)]).toEqual([type, 1]);
  }
  for (const type of ['invoice.paid', 'balance.credited', 'payment.successful']) {
    expect([type, await timesTold(userId, type)]).toEqual([type, 2]);
  }
});

test('S14: all events of a subscription again, reversed, at once and as other events, change nothing', async () => {
  const userId = newUser();
  const { id, customer } = await subscribe(userId);
  await connected.control.renewSubscription(id);
  await untilCredits(userId, 2000);
  await untilHandled();
  const before = { told: await toldOf(userId), subscriptions: await subscriptionsOf(userId) };

  const { data } = await stripe.events.list({ limit: 100 });
  const own = data.filter((event) => JSON.stringify(event.data.object).includes(String(customer)));
  expect(own.length).toBeGreaterThan(10);
  const { secret, service } = connected;
  const again = own.flatMap(({ type, data: { object } }) => [
    eventOf(type, object),
    eventOf(type, object),
  ]);
  const answers = await Promise.all(again.map((event) => service.deliver(event, { secret })));
  expect(answers.map(({ status }) => status)).toEqual(again.map(() => 200));
  await untilHandled();
  expect(await toldOf(userId)).toEqual(before.told);
  expect(await subscriptionsOf(userId)).toEqual(before.subscriptions);
  expect(await creditsOf(userId)).toBe(2000);
});

test('S17: a renewal that is not paid takes the entitlements away until it is', async () => {
  const userId = newUser();
  const { id } = await subscribe(userId);
  await connected.control.renewSubscription(id, 'pm_card_chargeCustomerFail');
  await untilTold(userId, 'invoice.payment_failed');
  await untilHolds(
    () => subscriptionsOf(userId),
    (seen) => expect(seen).toMatchObject([{ id, status: 'past_due' }]),
  );
  expect(await entitlementsOf(userId)).toEqual([]);
  await untilTold(userId, 'payment.failed');
  expect(await creditsOf(userId)).toBe(1000);

  const { latest_invoice: latest } = await stripe.subscriptions.retrieve(id);
  await connected.control.payInvoice(String(latest));
  await untilCredits(userId, 2000);
  await untilHolds(
    () => entitlementsOf(userId),
    (seen) => expect(seen).toHaveLength(2),
  );

  await connected.control.renewSubscription(id, 'pm_card_chargeCustomerFail');
  await untilTold(userId, 'invoice.payment_failed', 2);
  const { latest_invoice: unpaid } = await stripe.subscriptions.retrieve(id);
  await connected.control.failInvoice(String(unpaid), 'cancel');
  await untilTold(userId, 'subscription.expired');
  expect(await timesTold(userId, 'subscription.canceled')).toBe(0);
});

test('S17: a trial entitles and grants nothing, and its end is announced once', async () => {
  const userId = newUser();
  const { customer } = await subscribe(userId);
  await untilCredits(userId, 1000);
  const { data: prices } = await stripe.prices.list({ lookup_keys: ['membership-monthly'] });
  const trial = await stripe.subscriptions.create({
    customer: String(customer),
    items: [{ price: prices[0]?.id ?? '', quantity: 2 }],
    trial_period_days: 14,
  });
  await untilHolds(
    () => subscriptionsOf(userId),
    (seen) => expect(seen).toContainEqual(expect.objectContaining({ status: 'trialing' })),
  );
  await connected.control.announceTrialEnd(trial.id);
  await connected.control.announceTrialEnd(trial.id);
  await untilTold(userId, 'subscription.trial_ending');
  await untilTold(userId, 'invoice.paid', 2);
  await untilHandled();
  expect(await timesTold(userId, 'subscription.trial_ending')).toBe(1);
  expect(await entitlementsOf(userId)).toContainEqual({ name: 'membership', quantity: 3 });
  expect(await creditsOf(userId)).toBe(1000);
});

test('S17: every line of an invoice grants, those beyond its first page too', async () => {
  const userId = newUser();
  const { customer, default_payment_method: card } = await subscribe(userId);
  const items = await Promise.all(
    Array.from({ length: 14 }, async () => {
      const price = await stripe.prices.create({
        currency: 'usd',
        unit_amount: 100,
        recurring: { interval: 'month' },
        metadata: { tollgate_lookup_key: 'extra-monthly' },
        product_data: { name: 'Extra credits' },
      });
      return { price: price.id, quantity: 2 };
    }),
  );
  const { id, latest_invoice: latest } = await stripe.subscriptions.create({
    customer: String(customer),
    default_payment_method: String(card),
    items,
  });
  const invoice = await stripe.invoices.retrieve(String(latest));
  expect([invoice.lines.data.length, invoice.lines.has_more]).toEqual([10, true]);
  await untilCredits(userId, 1000 + 14 * 2 * 10);
  expect(await subscriptionsOf(userId)).toContainEqual(
    expect.objectContaining({ id, items: Array.from({ length: 14 }, () => expect.anything()) }),
  );
});

test('S9, S17: a user sees only their own subscriptions; a host application may see others’', async () => {
  const userId = newUser();
  await subscribe(userId);
  const path = `/v1/subscriptions?userId=${userId}`;
  expect(await connected.read(path, 'somebody')).toMatchObject({ code: 'scope_missing' });
  expect(await connected.read(path, 'shop', 'accounts:write')).toMatchObject({
    userId,
    subscriptions: [{ status: 'active' }],
  });
  expect(await connected.read('/v1/entitlements', newUser())).toMatchObject({ entitlements: [] });
});
