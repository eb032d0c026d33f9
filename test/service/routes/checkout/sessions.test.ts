import { payOnHostedPage } from '@tollgate/local-stripe';
import type Stripe from 'stripe';
import { issueToken } from '../../../../ops/service/bearer-token';
import { ledgerOf } from '../../../support/checkouts';
import type { TestDatabase } from '../../../support/database';
import { jwtSecret, type TestService } from '../../../support/running-service';
import {
  begin as beginIn,
  card,
  newUser,
  openShop,
  readSession,
  type Shop,
  sessionsPath,
  untilSession,
} from '../../../support/selling';

let shop: Shop;
let database: TestDatabase;
let stripe: Stripe;
let service: TestService;

beforeAll(async () => {
  shop = await openShop({
    STRIPE_CURRENCY: 'usd,jpy',
    ALLOWED_ORIGINS: 'https://app.example.com',
  });
  ({ database, stripe, service } = shop);
});

afterAll(() => shop.close());

const topup = { amountMinor: 1000, currency: 'usd' };
const begin = (userId: string, body: object = { topup }) => beginIn(shop, userId, body);

test('S4: a top-up becomes a session that knows its user, its amount and its checkout', async () => {
  const userId = newUser();
  const session = await begin(userId);
  expect(session).toEqual({
    id: expect.stringMatching(/^cs_test_/),
    url: expect.stringMatching(/^http.*#/),
    expiresAt: expect.stringMatching(/^20\d\d-.*Z$/),
    customerId: expect.stringMatching(/^cus_/),
  });
  const atStripe = await stripe.checkout.sessions.retrieve(session.id);
  expect(atStripe).toMatchObject({
    mode: 'payment',
    amount_total: 1000,
    currency: 'usd',
    customer: session.customerId,
    metadata: { tollgate_user_id: userId },
    success_url: 'https://shop.example.com/?checkout=success&session_id={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example.com/?checkout=canceled',
  });
  expect(
    await database.query(
      'select user_id, amount_minor, status from checkouts where session_id = $1',
      [session.id],
    ),
  ).toEqual([{ user_id: userId, amount_minor: 1000n, status: 'open' }]);
});

test('S11: the landing page credits when the webhook is late, and only once', async () => {
  const userId = newUser();
  const session = await begin(userId);
  const read = () => readSession(shop, session.id, userId);
  expect(await read()).toMatchObject({ status: 'open', paymentStatus: 'unpaid', url: session.url });

  await payOnHostedPage(session.url, card);
  await untilSession(shop, session.id, userId, 'paid');
  for (const answer of await Promise.all(Array.from({ length: 20 }, read))) {
    expect(answer).toEqual({
      id: session.id,
      status: 'complete',
      paymentStatus: 'paid',
      amountMinor: 1000,
      currency: 'usd',
      kind: 'topup',
      reference: null,
      name: 'Top-up',
      quantity: 1,
      priceId: null,
      metadata: {},
      customerId: session.customerId,
      subscriptionId: null,
      granted: [{ unit: 'usd', amountMinor: 1000 }],
      url: null,
      expiresAt: session.expiresAt,
    });
  }
  expect(await ledgerOf(database, userId)).toMatchObject({
    balances: [{ unit: 'usd', amount_minor: 1000n }],
    transfers: 1,
  });

  const { data } = await stripe.events.list({ type: 'checkout.session.completed', limit: 1 });
  await service.deliver(data[0] ?? {});
  expect(await ledgerOf(database, userId)).toMatchObject({ transfers: 1 });
});

test('S11: webhooks and landing pages in any interleaving credit once', async () => {
  const userId = newUser();
  const session = await begin(userId);
  await payOnHostedPage(session.url, card);
  const { data } = await stripe.events.list({ type: 'checkout.session.completed', limit: 1 });
  const [event] = data;
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_each, index) =>
      index % 2
        ? service.get(`${sessionsPath}/${session.id}`, userId)
        : service.deliver({ ...event, id: `evt_${index}` }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await ledgerOf(database, userId)).toMatchObject({
    balances: [{ amount_minor: 1000n }],
    transfers: 1,
  });
});

test('a session that expired is told from one that is open', async () => {
  const userId = newUser();
  const session = await begin(userId);
  await stripe.checkout.sessions.expire(session.id);
  const answer = await service.get(`${sessionsPath}/${session.id}`, userId);
  expect(await answer.json()).toMatchObject({
    status: 'expired',
    paymentStatus: 'unpaid',
    url: null,
  });
});

test('S10: concurrent first purchases of one user end with one customer', async () => {
  const userId = newUser();
  const sessions = await Promise.all(Array.from({ length: 12 }, () => begin(userId)));
  expect(new Set(sessions.map((session) => session.customerId)).size).toBe(1);
  expect(
    await database.query('select customer_id from customers where user_id = $1', [userId]),
  ).toEqual([{ customer_id: sessions[0]?.customerId }]);
  const all = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
  expect(all.filter((each) => each.metadata.tollgate_user_id === userId)).toHaveLength(1);
});

test('S10: a customer that was deleted at Stripe is replaced, once for all who come at once', async () => {
  const userId = newUser();
  const { customerId } = await begin(userId);
  await stripe.customers.del(customerId);
  const later = await Promise.all(Array.from({ length: 8 }, () => begin(userId)));
  const successors = new Set(later.map((session) => session.customerId));
  expect(successors.size).toBe(1);
  expect(successors).not.toContain(customerId);
  expect(
    await database.query('select customer_id from customers where user_id = $1', [userId]),
  ).toEqual([{ customer_id: [...successors][0] }]);
});

test('S4: yen have no minor unit of their own', async () => {
  const { id } = await begin(newUser(), { topup: { amountMinor: 500, currency: 'JPY' } });
  expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
    amount_total: 500,
    currency: 'jpy',
  });
});

describe('S8: redirects', () => {
  test('the caller may name pages of an allowed origin', async () => {
    const { id } = await begin(newUser(), {
      topup,
      successUrl: 'https://app.example.com/thanks?session={CHECKOUT_SESSION_ID}',
      cancelUrl: 'https://app.example.com/basket',
    });
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
      success_url: 'https://app.example.com/thanks?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://app.example.com/basket',
    });
  });

  test('without names the calling origin is taken', async () => {
    const answer = await fetch(service.url + sessionsPath, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issueToken(jwtSecret, newUser())}`,
        'content-type': 'application/json',
        origin: 'https://app.example.com',
      },
      body: JSON.stringify({ topup }),
    });
    const { id } = (await answer.json()) as { id: string };
    const { success_url } = await stripe.checkout.sessions.retrieve(id);
    expect(success_url).toBe(
      'https://app.example.com/?checkout=success&session_id={CHECKOUT_SESSION_ID}',
    );
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });
});

test("S9: another user's session is not found, and neither is one that does not exist", async () => {
  const session = await begin(newUser());
  const other = await service.get(`${sessionsPath}/${session.id}`, newUser());
  const none = await service.get(`${sessionsPath}/cs_test_none`, newUser());
  expect(await other.json()).toMatchObject({ status: 404, code: 'checkout_session_not_found' });
  expect(await none.json()).toMatchObject({ status: 404, code: 'checkout_session_not_found' });
});
