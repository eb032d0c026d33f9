import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../../support/connected-service';
import { card, newUser } from '../../support/selling';
import { untilHolds } from '../../support/waiting';
import { clientOf } from './client';

let shop: ConnectedService;
beforeAll(async () => {
  shop = await connectService(
    { ADAPTERS: 'topups', WEBHOOK_PATHS: '/api/webhooks/stripe' },
    undefined,
    '/api/webhooks/stripe',
  );
});
afterAll(() => shop.close());

test('M1: a buyer tops up by the paths of before, and the balance rises by the webhook', async () => {
  const buyer = clientOf(shop.service, newUser());
  expect((await buyer.get('/api/billing/account')).body).toMatchObject({ balanceCents: 0 });
  const { status, body } = await buyer.post('/api/billing/topups/checkout', { amountCents: 2500 });
  expect([status, body]).toEqual([
    200,
    {
      checkoutUrl: expect.stringMatching(/^http/),
      checkoutSessionId: expect.stringMatching(/^cs_/),
    },
  ]);
  const session = await shop.stripe.checkout.sessions.retrieve(String(body.checkoutSessionId));
  expect(session).toMatchObject({
    amount_total: 2500,
    currency: 'usd',
    success_url: expect.stringMatching(/^https:\/\/shop\.example\.com\//),
  });
  await payOnHostedPage(String(body.checkoutUrl), card);
  await untilHolds(
    () => buyer.get('/api/billing/account'),
    (account) => expect(account.body).toMatchObject({ balanceCents: 2500, currency: 'usd' }),
  );
});

test('M1: the caller may name the redirects, of allowed origins alone, and a trailing slash counts for nothing', async () => {
  const buyer = clientOf(shop.service, newUser());
  const named = {
    successUrl: 'https://shop.example.com/ok',
    cancelUrl: 'https://shop.example.com/no',
  };
  const { body } = await buyer.post('/api/billing/topups/checkout/', {
    amountCents: 500,
    ...named,
  });
  const session = await shop.stripe.checkout.sessions.retrieve(String(body.checkoutSessionId));
  expect(session).toMatchObject({ success_url: named.successUrl, cancel_url: named.cancelUrl });
  const elsewhere = { amountCents: 500, successUrl: 'https://evil.example/' };
  expect(await buyer.post('/api/billing/topups/checkout', elsewhere)).toMatchObject({
    status: 422,
    body: { code: 'redirect_url_not_allowed' },
  });
});

test('M1: a secret that does not match says so in the words of the runbook', async () => {
  const forged = await fetch(`${shop.service.url}/api/webhooks/stripe`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'stripe-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`,
    },
    body: '{}',
  });
  expect([forged.status, ((await forged.json()) as { code: string }).code]).toEqual([
    400,
    'stripe_signature_mismatch',
  ]);
});

test('M1: whoever has no token has no account', async () => {
  const answer = await fetch(`${shop.service.url}/api/billing/account`);
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect((await fetch(`${shop.service.url}/billing/checkout-session`)).status).toBe(404);
});
