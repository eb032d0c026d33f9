import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';
import { payOnHostedPage } from '../../../local/stripe/buyer';
import { type LocalStripe, startLocalStripe } from '../../../local/stripe/server';
import { issueToken } from '../../../local/token';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import {
  jwtSecret,
  startTestService,
  stripeKey,
  type TestService,
} from '../../support/running-service';

let database: TestDatabase;
let localStripe: LocalStripe;
let stripe: Stripe;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  localStripe = await startLocalStripe();
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  service = await startTestService(database.url, {
    STRIPE_API_BASE: localStripe.url,
    STRIPE_CURRENCY: 'usd,jpy',
    ALLOWED_ORIGINS: 'https://app.example.com',
  });
});

afterAll(async () => {
  await service.stop();
  await localStripe.close();
  await database.drop();
});

const sessionsPath = '/v1/checkout/sessions';
const topup = { amountMinor: 1000, currency: 'usd' };
const newUser = () => `user-${randomUUID()}`;
const card = '4242424242424242';

async function begin(userId: string, body: object = { topup }) {
  const answer = await service.post(sessionsPath, userId, body);
  expect(answer.status).toBe(201);
  return (await answer.json()) as {
    id: string;
    url: string;
    expiresAt: string;
    customerId: string;
  };
}

async function readSession(id: string, userId: string): Promise<Record<string, unknown>> {
  return (await (await service.get(`${sessionsPath}/${id}`, userId)).json()) as never;
}

/** Stripe is asked about one session once a second at most, so that it may take that long. */
async function untilPaid(read: () => Promise<Record<string, unknown>>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if ((await read()).paymentStatus === 'paid') return;
    await sleep(25);
  }
  throw new Error('the session was not seen paid');
}

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
  const read = () => readSession(session.id, userId);
  expect(await read()).toMatchObject({ status: 'open', paymentStatus: 'unpaid', url: session.url });

  await payOnHostedPage(session.url, { card });
  await untilPaid(read);
  for (const answer of await Promise.all(Array.from({ length: 20 }, read))) {
    expect(answer).toEqual({
      id: session.id,
      status: 'complete',
      paymentStatus: 'paid',
      amountMinor: 1000,
      currency: 'usd',
      kind: 'topup',
      reference: null,
      quantity: 1,
      customerId: session.customerId,
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
  await payOnHostedPage(session.url, { card });
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

describe('what is refused writes nothing, neither here nor at Stripe', () => {
  const count = async () => {
    const [row] = await database.query('select count(*) from checkouts');
    const sessions = await stripe.checkout.sessions.list({ limit: 1 });
    return [row?.count, sessions.data[0]?.id];
  };

  test.each([
    ['too little', { topup: { amountMinor: 49, currency: 'usd' } }, 422, 'amount_below_minimum'],
    ['nothing', { topup: { amountMinor: 0, currency: 'usd' } }, 422, 'amount_below_minimum'],
    [
      'less than nothing',
      { topup: { amountMinor: -5, currency: 'usd' } },
      422,
      'amount_below_minimum',
    ],
    ['too much', { topup: { amountMinor: 1e8, currency: 'usd' } }, 422, 'amount_above_maximum'],
    [
      'far too much',
      { topup: { amountMinor: 1e300, currency: 'usd' } },
      422,
      'amount_above_maximum',
    ],
    ['a fraction', { topup: { amountMinor: 10.5, currency: 'usd' } }, 400, 'validation_failed'],
    ['a text', { topup: { amountMinor: '1000', currency: 'usd' } }, 400, 'validation_failed'],
    ['no amount', { topup: { currency: 'usd' } }, 400, 'validation_failed'],
    ['null', { topup: null }, 400, 'validation_failed'],
    ['a list', [], 400, 'validation_failed'],
    ['nothing at all', {}, 400, 'validation_failed'],
    ['an unknown key', { topup, sucessUrl: 'https://x' }, 400, 'validation_failed'],
    [
      'a currency not sold',
      { topup: { amountMinor: 1000, currency: 'eur' } },
      422,
      'currency_not_supported',
    ],
    [
      'no currency',
      { topup: { amountMinor: 1000, currency: 'dollars' } },
      400,
      'validation_failed',
    ],
    [
      'a foreign page',
      { topup, successUrl: 'https://evil.example' },
      422,
      'redirect_url_not_allowed',
    ],
    ['a script', { topup, cancelUrl: 'javascript:alert(1)' }, 422, 'redirect_url_not_allowed'],
    [
      'a page that browsers and others read differently',
      { topup, cancelUrl: 'https://shop.example.com\\@evil.example' },
      422,
      'redirect_url_not_allowed',
    ],
  ])('%s', async (_name, body, status, code) => {
    const before = await count();
    const answer = await service.post(sessionsPath, newUser(), body);
    expect(await answer.json()).toMatchObject({
      status,
      code,
      detail: expect.any(String),
      fix: expect.any(String),
    });
    expect(await count()).toEqual(before);
  });

  test.each([
    ['malformed JSON', '{"topup":', 'application/json', 400, 'malformed_json'],
    ['no body', '', 'application/json', 400, 'malformed_json'],
    ['a form', 'topup=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['a huge body', `{"x":"${'y'.repeat(70_000)}"}`, 'application/json', 413, 'body_too_large'],
  ])('%s', async (_name, body, contentType, status, code) => {
    const answer = await fetch(service.url + sessionsPath, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await issueToken(jwtSecret, newUser())}`,
        'content-type': contentType,
      },
      body,
    });
    expect(await answer.json()).toMatchObject({ status, code });
  });

  test('S9: no token, and the token of another secret', async () => {
    const body = JSON.stringify({ topup });
    const send = (headers: Record<string, string>) =>
      fetch(service.url + sessionsPath, { method: 'POST', headers, body });
    const missing = await send({ 'content-type': 'application/json' });
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const forged = await send({ authorization: `Bearer ${await issueToken('other', 'user')}` });
    expect(await forged.json()).toMatchObject({ status: 401, code: 'token_invalid' });
  });
});

test("S9: another user's session is not found, and neither is one that does not exist", async () => {
  const session = await begin(newUser());
  const other = await service.get(`${sessionsPath}/${session.id}`, newUser());
  const none = await service.get(`${sessionsPath}/cs_test_none`, newUser());
  expect(await other.json()).toMatchObject({ status: 404, code: 'checkout_session_not_found' });
  expect(await none.json()).toMatchObject({ status: 404, code: 'checkout_session_not_found' });
});

test('an id or a user with a control character is refused before the database sees it', async () => {
  const odd = await service.get(`${sessionsPath}/cs_%00`, newUser());
  expect(await odd.json()).toMatchObject({ status: 400, code: 'validation_failed' });
  const oddUser = await service.get('/v1/account', 'user\u0000');
  expect(await oddUser.json()).toMatchObject({ status: 401, code: 'token_invalid' });
});

describe('S20, S21: what is wrong with our side of Stripe is named', () => {
  test.each([
    ['no key', '', 'stripe_secret_key_not_configured', 'STRIPE_SECRET_KEY not configured'],
    [
      'a placeholder',
      'generated',
      'stripe_secret_key_not_configured',
      'STRIPE_SECRET_KEY not configured',
    ],
    [
      'a publishable key',
      'pk_test_1234567890',
      'stripe_secret_key_not_configured',
      'STRIPE_SECRET_KEY not configured',
    ],
    [
      'a key that Stripe does not know',
      'sk_test_x',
      'stripe_secret_key_rejected',
      'Stripe rejected STRIPE_SECRET_KEY',
    ],
  ])('%s', async (_name, key, code, title) => {
    const other = await startTestService(database.url, {
      STRIPE_API_BASE: localStripe.url,
      STRIPE_SECRET_KEY: key,
    });
    const answer = await other.post(sessionsPath, newUser(), { topup });
    expect(await answer.json()).toMatchObject({ status: 503, code, title });
    await other.stop();
  });

  test('S21: a key pasted with spaces and newlines works, and so does a restricted one', async () => {
    const other = await startTestService(database.url, {
      STRIPE_API_BASE: localStripe.url,
      STRIPE_SECRET_KEY: '  rk_test_tollgateTests000000000000\n',
    });
    expect((await other.post(sessionsPath, newUser(), { topup })).status).toBe(201);
    await other.stop();
  });

  test('Stripe being away is no fault of the caller, and loses nothing', async () => {
    const userId = newUser();
    const session = await begin(userId);
    const offline = await startTestService(database.url);
    const answer = await offline.post(sessionsPath, userId, { topup });
    expect(await answer.json()).toMatchObject({ status: 503, code: 'stripe_unavailable' });
    const read = await offline.get(`${sessionsPath}/${session.id}`, userId);
    expect(await read.json()).toMatchObject({ status: 'open', paymentStatus: 'unpaid' });
    await offline.stop();
  });
});
