import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../../support/connected-service';
import { card, newUser } from '../../support/selling';
import { ask } from '../../support/spending';
import { untilHolds } from '../../support/waiting';

let shop: ConnectedService;
beforeAll(async () => {
  shop = await connectService();
});
afterAll(() => shop.close());

const scope = 'accounts:write';

test('M2: the runbook verifies the path without Stripe: 200, and 400 or 405, never 404', async () => {
  const { url } = shop.service;
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/webhooks/stripe`)).status).toBe(405);
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
    const probe = await fetch(`${url}/webhooks/stripe/`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{}',
    });
    expect([type, probe.status]).toEqual([type, 400]);
  }
  expect((await fetch(`${url}/webhooks/stripe`, { method: 'POST' })).status).toBe(400);
});

test('M2: a message is unlocked once, at the price of its creator, and the events table says what came in', async () => {
  const userId = newUser();
  const item = { reference: 'message-7', amountMinor: 300, currency: 'usd', name: 'Message 7' };
  const sell = () =>
    ask(
      shop.service,
      'api',
      `/checkout/sessions?userId=${userId}`,
      { item, once: true },
      { scope },
    );
  const { status, body } = await sell();
  expect(status).toBe(201);
  await payOnHostedPage(String(body.url), card);
  const bought = () =>
    ask(shop.service, userId, '/account/purchases?reference=message-7').then(
      (answer) => answer.body.purchases,
    );
  await untilHolds(bought, (purchases) => expect(purchases).toMatchObject([{ status: 'paid' }]));
  expect(await sell()).toMatchObject({ status: 409, body: { code: 'already_purchased' } });
  const rows = await untilHolds(
    () =>
      shop.database.query(
        `select event_id, event_type, received_at, processed_at
           from stripe_events order by received_at desc limit 20`,
      ),
    (seen) =>
      expect(seen.map(({ event_type }) => event_type)).toContain('payment_intent.succeeded'),
  );
  expect(rows.every(({ processed_at }) => processed_at !== null)).toBe(true);
});
