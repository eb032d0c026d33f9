import { payOnHostedPage } from '@tollgate/local-stripe';
import { ledgerOf } from '../../support/checkouts';
import { eventOf, startTestService } from '../../support/running-service';
import {
  begin,
  card,
  deliverEvents,
  eventsOf,
  newUser,
  openShop,
  readSession,
  type Shop,
  sessionsPath,
  untilSession,
} from '../../support/selling';
import { eventually } from '../../support/waiting';

const completed = 'checkout.session.completed';
const succeeded = 'checkout.session.async_payment_succeeded';
const failed = 'checkout.session.async_payment_failed';
const topup = { amountMinor: 1000, currency: 'usd' };
const bankDebit = { method: 'us_bank_account' } as const;
let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ FOREIGN_SESSIONS: 'credit' });
});
afterAll(() => shop.close());

const messagesTo = async (userId: string) =>
  (
    await shop.database.query<{ type: string }>(
      'select type from outbox where user_id = $1 order by position',
      [userId],
    )
  ).map(({ type }) => type);

/** How often Stripe was asked about a session so far. */
const asked = (id: string) =>
  shop.requests.filter((line) => line.includes(`GET /v1/checkout/sessions/${id}`)).length;

test('S11: a user who asks without end does not use up what Stripe allows', async () => {
  const userId = newUser();
  const { id } = await begin(shop, userId, { topup });
  const startedAt = Date.now();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => shop.service.get(`${sessionsPath}/${id}`, userId)),
  );
  const seconds = Math.ceil((Date.now() - startedAt) / 1000);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(asked(id)).toBeGreaterThanOrEqual(1);
  expect(asked(id)).toBeLessThanOrEqual(1 + seconds);
  // Another session is not kept waiting by it.
  const other = await begin(shop, userId, { topup });
  await readSession(shop, other.id, userId);
  expect(asked(other.id)).toBe(1);
});

test.each([
  ['a package', { package: 'starter' }, 'credits', 1000n],
  ['a top-up', { topup }, 'usd', 1000n],
])(
  'S11, S14: %s is granted once, whatever the interleaving of webhooks and landing pages on two services',
  async (_name, body, unit, amountMinor) => {
    const second = await startTestService(shop.database.url, {
      STRIPE_API_BASE: shop.localStripe.url,
    });
    for (let round = 0; round < 5; round += 1) {
      const userId = newUser();
      const { id, url } = await begin(shop, userId, body);
      await payOnHostedPage(url, card);
      const [event] = await eventsOf(shop, completed, id);
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_each, index) => {
          const service = index % 4 < 2 ? shop.service : second;
          return index % 2 === 0
            ? service.get(`${sessionsPath}/${id}`, userId)
            : service.deliver({ ...event, id: `${event?.id}_${index}` });
        }),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await ledgerOf(shop.database, userId)).toEqual({
        balances: [{ unit, amount_minor: amountMinor }],
        sums: [{ unit, amount_minor: amountMinor }],
        transfers: 1,
      });
      expect(await messagesTo(userId)).toEqual(['checkout.completed', 'balance.credited']);
    }
    await second.stop();
  },
);

test('I9: while processing is paused, a landing page credits nothing, and asks Stripe nothing', async () => {
  const paused = await startTestService(shop.database.url, {
    STRIPE_API_BASE: shop.localStripe.url,
    PROCESSING: 'paused',
  });
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { topup });
  await payOnHostedPage(url, card);
  expect(await readSession({ service: paused }, id, userId)).toMatchObject({
    status: 'open',
    paymentStatus: 'unpaid',
  });
  expect(asked(id)).toBe(0);
  expect(await ledgerOf(shop.database, userId)).toMatchObject({ transfers: 0 });
  await paused.stop();
  expect(await readSession(shop, id, userId)).toMatchObject({ paymentStatus: 'paid' });
});

describe('S16: a payment that takes days', () => {
  async function payByBank() {
    const userId = newUser();
    const { id, url } = await begin(shop, userId, { topup });
    expect(await payOnHostedPage(url, bankDebit)).toMatchObject({ outcome: 'processing' });
    await deliverEvents(shop, completed, id);
    expect(await readSession(shop, id, userId)).toMatchObject({
      status: 'complete',
      paymentStatus: 'unpaid',
    });
    expect(await ledgerOf(shop.database, userId)).toMatchObject({ balances: [], transfers: 0 });
    expect(await messagesTo(userId)).toEqual([]);
    return { userId, id };
  }

  test('is credited when the money is there', async () => {
    const { userId, id } = await payByBank();
    await shop.control.settleSession(id);
    await deliverEvents(shop, succeeded, id);
    await deliverEvents(shop, completed, id);
    expect(await ledgerOf(shop.database, userId)).toMatchObject({
      balances: [{ unit: 'usd', amount_minor: 1000n }],
      transfers: 1,
    });
    expect(await readSession(shop, id, userId)).toMatchObject({ paymentStatus: 'paid' });
  });

  test('is credited by the landing page too, when no event of it comes', async () => {
    const { userId, id } = await payByBank();
    await shop.control.settleSession(id);
    await untilSession(shop, id, userId, 'paid');
    expect(await ledgerOf(shop.database, userId)).toMatchObject({ transfers: 1 });
  });

  test('is marked failed and told of once when it does not come', async () => {
    const { userId, id } = await payByBank();
    await shop.control.failSession(id);
    await deliverEvents(shop, failed, id);
    const [event] = await eventsOf(shop, failed, id);
    await shop.service.deliver({ ...event, id: `${event?.id}_again` });
    expect(await readSession(shop, id, userId)).toMatchObject({
      status: 'complete',
      paymentStatus: 'failed',
    });
    expect(await ledgerOf(shop.database, userId)).toMatchObject({ balances: [], transfers: 0 });
    expect(await messagesTo(userId)).toEqual(['checkout.payment_failed']);
  });
});

test.each([
  ['a package', { package: 'starter' }, { currency: 'eur' }],
  [
    'an item',
    { item: { reference: 'x', amountMinor: 1000, currency: 'usd' } },
    { currency: 'eur' },
  ],
  // A price may have an amount in another currency.
  ['a price', { price: 'lifetime-access' }, { currency: 'EUR' }],
])('S13: %s that is paid with another amount is refused and kept', async (_name, body, other) => {
  const userId = newUser();
  const { id } = await begin(shop, userId, body, { scope: 'accounts:write' });
  const session = await shop.stripe.checkout.sessions.retrieve(id);
  for (const change of [{ amount_total: 1 }, other]) {
    const paid = { ...session, status: 'complete', payment_status: 'paid', ...change };
    const answer = await shop.service.deliver(
      eventOf(completed, paid, `evt_${id}_${JSON.stringify(change)}`),
    );
    expect(answer.status).toBe(200);
  }
  const failures = await eventually('both refused', async () => {
    const rows = await shop.database.query<{ status: string; last_error: string }>(
      "select status, last_error from stripe_events where event_id like $1 and status = 'failed'",
      [`evt_${id}%`],
    );
    return rows.length === 2 ? rows : undefined;
  });
  for (const { last_error: reason } of failures) expect(reason).toContain('nothing was credited');
  expect(await ledgerOf(shop.database, userId)).toMatchObject({ balances: [], transfers: 0 });
  expect(await messagesTo(userId)).toEqual([]);
});

describe('sessions that something else created in the same Stripe account', () => {
  async function paidElsewhere(metadata: Record<string, string>) {
    const created = await shop.stripe.checkout.sessions.create({
      mode: 'payment',
      success_url: 'https://elsewhere.example/',
      metadata,
      line_items: [
        {
          quantity: 1,
          price_data: { currency: 'usd', unit_amount: 1500, product_data: { name: 'Elsewhere' } },
        },
      ],
    });
    await payOnHostedPage(created.url ?? '', card);
    const [event] = await eventsOf(shop, completed, created.id);
    return { event, id: created.id };
  }

  test('S14: FOREIGN_SESSIONS=credit credits the user whom the metadata names, once', async () => {
    const userId = newUser();
    const { event, id } = await paidElsewhere({ tollgate_user_id: userId });
    await Promise.all(
      Array.from({ length: 10 }, (_each, index) =>
        shop.service.deliver({ ...event, id: `${event?.id}_${index}` }),
      ),
    );
    expect(
      await shop.database.query(
        'select distinct status, last_error from stripe_events where event_id like $1',
        [`${event?.id}_%`],
      ),
    ).toEqual([{ status: 'processed', last_error: null }]);
    expect(await ledgerOf(shop.database, userId)).toMatchObject({
      balances: [{ unit: 'usd', amount_minor: 1500n }],
      transfers: 1,
    });
    expect(await messagesTo(userId)).toEqual(['checkout.completed', 'balance.credited']);
    expect(await readSession(shop, id, userId)).toMatchObject({ status: 404 });
  });

  test('otherwise they are recorded and ignored', async () => {
    const userId = newUser();
    const { event } = await paidElsewhere({ tollgate_user_id: userId });
    const other = await startTestService(shop.database.url);
    const answer = await other.deliver(event ?? {});
    await other.stop();
    expect(answer.status).toBe(200);
    expect(
      await shop.database.query('select status from stripe_events where event_id = $1', [
        event?.id,
      ]),
    ).toEqual([{ status: 'processed' }]);
    expect(await ledgerOf(shop.database, userId)).toMatchObject({ transfers: 0 });
  });
});
