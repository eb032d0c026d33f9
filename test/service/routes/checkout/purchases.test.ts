import { payOnHostedPage } from '@tollgate/local-stripe';
import {
  askToBegin,
  begin,
  card,
  deliverEvents,
  eventsOf,
  newUser,
  readSession,
  type Shop,
  untilSession,
} from '../../../support/selling';
import { ask, messagesOf } from '../../../support/spending';
import { eventually } from '../../../support/waiting';
import { openShopWithCatalogue } from './shop-with-catalogue';

const completed = 'checkout.session.completed';
const scope = 'accounts:write';
const message = { reference: 'message-17', amountMinor: 700, currency: 'usd', name: 'Message 17' };
let shop: Shop;

beforeAll(async () => {
  shop = await openShopWithCatalogue();
});
afterAll(() => shop.close());

/** As the host application sells it to a user. */
const sell = (userId: string, body: object, key?: string) =>
  askToBegin(shop, 'host', body, {
    scope,
    query: `?userId=${userId}`,
    ...(key !== undefined && { key }),
  });
const sellOnce = (userId: string, amountMinor = 700) =>
  sell(userId, { item: { ...message, amountMinor }, once: true });

async function pay({ body }: Awaited<ReturnType<typeof sell>>): Promise<string> {
  await payOnHostedPage(String(body.url), card);
  return String(body.id);
}

async function purchasesOf(userId: string, query = '') {
  const { body } = await ask(shop.service, userId, `/account/purchases${query}`);
  return body.purchases as Record<string, unknown>[];
}

test('S30: a buyer cannot name the price of an item, and a service can', async () => {
  const userId = newUser();
  const own = await askToBegin(shop, userId, { item: { ...message, amountMinor: 50 } });
  expect(own).toMatchObject({ status: 403, body: { code: 'scope_missing', scope } });
  expect((await sell(userId, { item: message })).status).toBe(201);
});

test("S30: an item of the catalogue is sold at the catalogue's price, by its reference alone", async () => {
  const userId = newUser();
  const { id } = await begin(shop, userId, { item: { reference: 'sticker' } });
  expect(await shop.stripe.checkout.sessions.retrieve(id)).toMatchObject({
    amount_total: 350,
    currency: 'usd',
  });
  expect(await askToBegin(shop, userId, { item: { reference: 'stickr' } })).toMatchObject({
    status: 422,
    body: {
      code: 'item_unknown',
      detail: expect.stringContaining('did you mean sticker?'),
    },
  });
});

test('S30: what was bought is found by its reference, with words, ids and metadata', async () => {
  const userId = newUser();
  const metadata = { creator: 'zoe', thread: '4' };
  const begun = await sell(userId, { item: message, metadata });
  const id = await pay(begun);
  expect(await purchasesOf(userId)).toEqual([]);
  await deliverEvents(shop, completed, id);
  const session = await shop.stripe.checkout.sessions.retrieve(id);
  const paymentId = String(session.payment_intent);
  expect(await purchasesOf(userId, '?reference=message-17')).toEqual([
    {
      sessionId: id,
      kind: 'item',
      reference: 'message-17',
      name: 'Message 17',
      quantity: 1,
      priceId: null,
      status: 'paid',
      amountMinor: 700,
      currency: 'usd',
      reversedMinor: 0,
      paymentId,
      subscriptionId: null,
      metadata,
      purchasedAt: expect.any(String),
    },
  ]);
  expect(await purchasesOf(userId, '?reference=message-18')).toEqual([]);
  expect(await readSession(shop, id, userId)).toMatchObject({ metadata, name: 'Message 17' });
  expect((await messagesOf(shop.database, userId))[0]).toMatchObject({
    type: 'checkout.completed',
    data: { reference: 'message-17', name: 'Message 17', metadata },
  });
  const refund = await ask(
    shop.service,
    'ann',
    `/admin/payments/${paymentId}/refunds`,
    { reason: 'not as described' },
    { scope: 'billing:admin' },
  );
  expect(refund.status).toBe(201);
  expect(await purchasesOf(userId)).toMatchObject([{ status: 'refunded', reversedMinor: 700 }]);
});

test('S17: payment.successful carries session, reference, price and metadata', async () => {
  const userId = newUser();
  const metadata = { campaign: 'spring' };
  const { id, url } = await begin(shop, userId, { price: 'boost', quantity: 2, metadata });
  await payOnHostedPage(url, card);
  const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(id);
  for (const event of await eventsOf(shop, 'payment_intent.succeeded', String(intent))) {
    expect((await shop.service.deliver(event)).status).toBe(200);
  }
  expect((await messagesOf(shop.database, userId))[0]).toMatchObject({
    type: 'payment.successful',
    data: {
      sessionId: id,
      kind: 'price',
      reference: 'boost',
      priceId: expect.stringMatching(/^price_/),
      quantity: 2,
      metadata,
    },
  });
});

test('S30: the history says what was bought, in words and ids', async () => {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { package: 'starter', metadata: { from: 'app' } });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, completed, id);
  const { body } = await ask(shop.service, userId, '/account/transactions');
  expect(body.transactions).toMatchObject([
    {
      reference: { type: 'checkout_session', id },
      purchase: {
        kind: 'package',
        reference: 'starter',
        name: 'Starter: 1,000 credits',
        quantity: 1,
        metadata: { from: 'app' },
      },
    },
  ]);
});

describe('S30: what is sold once', () => {
  test('is one page, however many ask for it at once', async () => {
    const userId = newUser();
    const answers = await Promise.all(Array.from({ length: 8 }, () => sellOnce(userId)));
    for (const { status, body } of answers) {
      if (status !== 201) expect([status, body.code]).toEqual([409, 'purchase_under_way']);
    }
    const again = await sellOnce(userId);
    const ids = [...answers, again].flatMap(({ status, body }) => (status === 201 ? body.id : []));
    expect(new Set(ids)).toEqual(new Set([again.body.id]));
  });

  test('is refused to who has it, and sold again when all was refunded', async () => {
    const userId = newUser();
    const id = await pay(await sellOnce(userId));
    await deliverEvents(shop, completed, id);
    expect(await sellOnce(userId)).toMatchObject({
      status: 409,
      body: { code: 'already_purchased', sessionId: id },
    });
    expect((await sellOnce(newUser())).status).toBe(201);
    const [purchase] = await purchasesOf(userId);
    await ask(
      shop.service,
      'ann',
      `/admin/payments/${purchase?.paymentId}/refunds`,
      { reason: 'sent back' },
      { scope: 'billing:admin' },
    );
    expect((await sellOnce(userId)).status).toBe(201);
  });

  test('is refused while a payment that takes days is awaited', async () => {
    const userId = newUser();
    const begun = await sellOnce(userId);
    await payOnHostedPage(String(begun.body.url), { method: 'us_bank_account' });
    await deliverEvents(shop, completed, String(begun.body.id));
    expect(await sellOnce(userId)).toMatchObject({
      status: 409,
      body: { code: 'already_purchased' },
    });
  });

  test('is refused to whose payment was refused, until that was refunded', async () => {
    const userId = newUser();
    const id = await pay(await sellOnce(userId));
    const rows = 'update checkouts set amount_minor = amount_minor - 1 where session_id = $1';
    await shop.database.query(rows, [id]);
    await deliverEvents(shop, completed, id);
    expect(await sellOnce(userId)).toMatchObject({ body: { code: 'already_purchased' } });
    const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(id);
    await shop.stripe.refunds.create({ payment_intent: String(intent) });
    const events = await shop.stripe.events.list({ type: 'charge.refunded', limit: 1 });
    for (const event of events.data) await shop.service.deliver(event);
    await eventually('it is sold', async () => {
      return (await sellOnce(userId)).status === 201 ? true : undefined;
    });
  });

  test('has one page at another price: the one before is closed', async () => {
    const userId = newUser();
    const before = await sellOnce(userId);
    const after = await sellOnce(userId, 900);
    expect(after.status).toBe(201);
    expect(after.body.id).not.toBe(before.body.id);
    const closed = await shop.stripe.checkout.sessions.retrieve(String(before.body.id));
    expect(closed.status).toBe('expired');
    await pay(after);
    await untilSession(shop, String(after.body.id), userId, 'paid');
  });

  test('a page that was paid unseen is found when another price is asked for', async () => {
    const userId = newUser();
    const id = await pay(await sellOnce(userId));
    expect(await sellOnce(userId, 900)).toMatchObject({
      status: 409,
      body: { code: 'already_purchased', sessionId: id },
    });
    expect(await purchasesOf(userId)).toMatchObject([{ sessionId: id, amountMinor: 700 }]);
  });

  test('is begun again when whoever began it died before its page was known', async () => {
    const userId = newUser();
    const first = await sellOnce(userId);
    await shop.database.query(
      `update checkouts set session_id = null, url = null, expires_at = null,
              updated_at = now() - interval '2 minutes' where session_id = $1`,
      [first.body.id],
    );
    expect((await sellOnce(userId)).status).toBe(201);
  });

  test.each([
    ['a top-up', { topup: { amountMinor: 500, currency: 'usd' } }],
    ['a subscription', { price: 'club' }],
  ])('is not %s', async (_name, order) => {
    const answer = await askToBegin(shop, newUser(), { ...order, once: true });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

test.each([
  ['a name of ours', { tollgate_user_id: 'bob' }],
  ['a number', { count: 1 }],
  ['too long a name', { ['k'.repeat(41)]: 'v' }],
  ['too many names', Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`k${at}`, 'v']))],
])('S30: metadata with %s is refused', async (_name, metadata) => {
  const answer = await askToBegin(shop, newUser(), { package: 'starter', metadata });
  expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});

test('S11: a subscription whose webhooks are late is granted by the landing page, once', async () => {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { price: 'club' });
  expect(await readSession(shop, id, userId)).toMatchObject({ granted: [], subscriptionId: null });
  await payOnHostedPage(url, card);
  await untilSession(shop, id, userId, 'paid');
  const granted = [{ unit: 'credits', amountMinor: 100 }];
  expect(await readSession(shop, id, userId)).toMatchObject({
    granted,
    subscriptionId: expect.stringMatching(/^sub_/),
  });
  const { body } = await ask(shop.service, userId, '/entitlements');
  expect(body.entitlements).toEqual([{ name: 'club', quantity: 1 }]);
  const { customer } = await shop.stripe.checkout.sessions.retrieve(id);
  const late = (await shop.stripe.events.list({ limit: 100 })).data.filter(
    ({ data: { object } }) => 'customer' in object && object.customer === customer,
  );
  expect(late.length).toBeGreaterThan(3);
  for (const event of late) expect((await shop.service.deliver(event)).status).toBe(200);
  expect(await readSession(shop, id, userId)).toMatchObject({ granted });
  const account = await ask(shop.service, userId, '/account');
  expect(account.body.balances).toEqual(granted);
});

test('S11: a subscription that its own event marked as paid is still granted by the landing page', async () => {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { price: 'club' });
  await payOnHostedPage(url, card);
  await deliverEvents(shop, completed, id);
  expect(await readSession(shop, id, userId)).toMatchObject({
    paymentStatus: 'paid',
    granted: [{ unit: 'credits', amountMinor: 100 }],
  });
});
