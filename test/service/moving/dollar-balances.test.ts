import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../../support/connected-service';
import { card, newUser } from '../../support/selling';
import { untilHolds } from '../../support/waiting';
import { clientOf } from './client';

const webhookPath = '/billing/webhook';
const frontEnd = 'https://app.example.com';
let shop: ConnectedService;
beforeAll(async () => {
  shop = await connectService(
    { ADAPTERS: 'checkout-session', WEBHOOK_PATHS: webhookPath, ALLOWED_ORIGINS: frontEnd },
    undefined,
    webhookPath,
  );
});
afterAll(() => shop.close());

test('M3: the API is reachable before anything is set up', async () => {
  expect((await fetch(`${shop.service.url}/version`)).status).toBe(200);
});

test('M3: a top-up in dollars leads back to the front end, and is credited to the cent, once', async () => {
  const userId = newUser();
  const { status, body } = await clientOf(shop.service, userId, frontEnd).post(
    '/billing/checkout-session',
    { amount: 20.05 },
  );
  expect(status).toBe(200);
  const session = await shop.stripe.checkout.sessions.retrieve(String(body.id));
  expect(session.amount_total).toBe(2005);
  expect(session.success_url).toMatch(/^https:\/\/app\.example\.com\//);
  await payOnHostedPage(String(body.url), card);
  const balances = () =>
    shop.read<{ balances: object[] }>('/v1/account', userId).then((account) => account.balances);
  const credited = [{ unit: 'usd', amountMinor: 2005 }];
  await untilHolds(balances, (seen) => expect(seen).toEqual(credited));
  for (const event of (await shop.stripe.events.list({ type: 'checkout.session.completed' }))
    .data) {
    const again = await shop.service.deliver(event, { secret: shop.secret, path: webhookPath });
    expect(again.status).toBe(200);
  }
  expect(await balances()).toEqual(credited);
});

test.each([0.5, 5, 10, 20, 50, 100])('M3: the preset of %p dollars is sold', async (amount) => {
  const { body } = await clientOf(shop.service, newUser(), frontEnd).post(
    '/billing/checkout-session/',
    { amount },
  );
  const session = await shop.stripe.checkout.sessions.retrieve(String(body.id));
  expect(session.amount_total).toBe(Math.round(amount * 100));
});

test.each([
  ['less than half a dollar', { amount: 0.49 }, 422, 'amount_below_minimum'],
  ['finer than a cent', { amount: 1.005 }, 400, 'validation_failed'],
  ['no amount', { amount: 'five' }, 400, 'validation_failed'],
])('M3: %s is refused', async (_name, asked, status, code) => {
  const answer = await clientOf(shop.service, newUser(), frontEnd).post(
    '/billing/checkout-session',
    asked,
  );
  expect(answer).toMatchObject({ status, body: { code } });
});

test('M3: a front end that is not allowed gets no session', async () => {
  const stranger = clientOf(shop.service, newUser(), 'https://evil.example');
  expect(await stranger.post('/billing/checkout-session', { amount: 5 })).toMatchObject({
    status: 422,
    body: { code: 'redirect_url_not_allowed' },
  });
  const preflight = await fetch(`${shop.service.url}/billing/checkout-session`, {
    method: 'OPTIONS',
    headers: { origin: frontEnd, 'access-control-request-method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBe(frontEnd);
});
