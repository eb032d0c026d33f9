import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../../support/connected-service';
import { card, newUser } from '../../support/selling';
import { messagesOf } from '../../support/spending';
import { untilHolds } from '../../support/waiting';
import { clientOf } from './client';

const webhookPath = '/stripe/webhook';
const folder = mkdtempSync(join(tmpdir(), 'tollgate-moving-'));
const usd = { currency: 'usd' };
let shop: ConnectedService;
beforeAll(async () => {
  const catalogueFile = join(folder, 'catalogue.json');
  writeFileSync(
    catalogueFile,
    JSON.stringify({
      prices: [
        { lookupKey: 'course', productName: 'Course', ...usd, unitAmountMinor: 4900 },
        {
          lookupKey: 'monthly',
          productName: 'Monthly',
          ...usd,
          unitAmountMinor: 900,
          recurring: { interval: 'month' },
          entitlements: ['all-courses'],
        },
      ],
    }),
  );
  shop = await connectService(
    {
      ADAPTERS: 'payment-intent',
      WEBHOOK_PATHS: webhookPath,
      CATALOGUE_FILE: catalogueFile,
      ALLOWED_ORIGINS: 'https://example.com',
    },
    undefined,
    webhookPath,
  );
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const urls = { successUrl: 'https://example.com/success', cancelUrl: 'https://example.com/cancel' };
const begin = (userId: string, priceId: string) =>
  clientOf(shop.service, userId).post('/stripe/payment-intent', { priceId, ...urls });
const told = async (userId: string) =>
  (await messagesOf(shop.database, userId)).map(({ type }) => type);

test('M4: a price is bought by its priceId, and payment.successful is published with it', async () => {
  const userId = newUser();
  const { status, body } = await begin(userId, 'course');
  expect([status, body]).toEqual([
    200,
    {
      checkoutUrl: expect.stringMatching(/^http/),
      paymentIntentId: null,
      sessionId: expect.stringMatching(/^cs_/),
      customerId: expect.stringMatching(/^cus_/),
    },
  ]);
  await payOnHostedPage(String(body.checkoutUrl), card);
  await untilHolds(
    () => messagesOf(shop.database, userId),
    (messages) =>
      expect(messages).toContainEqual({
        type: 'payment.successful',
        data: expect.objectContaining({
          reference: 'course',
          priceId: expect.stringMatching(/^price_/),
          sessionId: body.sessionId,
          customerId: body.customerId,
          paymentIntentId: expect.stringMatching(/^pi_/),
        }),
      }),
  );
});

test('M4: an id of Stripe does as well, and the user keeps one customer', async () => {
  const userId = newUser();
  const price = await shop.stripe.prices.create({
    ...usd,
    unit_amount: 1500,
    product_data: { name: 'Workbook' },
  });
  const first = await begin(userId, price.id);
  const second = await begin(userId, 'course');
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body.customerId).toBe(first.body.customerId);
});

test('M4: a subscription is created, updated, and canceled or expired, each with its message', async () => {
  const userId = newUser();
  const { body } = await begin(userId, 'monthly');
  await payOnHostedPage(String(body.checkoutUrl), card);
  await untilHolds(
    () => told(userId),
    (types) => expect(types).toContain('subscription.created'),
  );
  const entitled = () =>
    shop.read<Record<string, unknown>>('/v1/entitlements', userId).then((answer) => answer);
  await untilHolds(entitled, (answer) => expect(JSON.stringify(answer)).toContain('all-courses'));
  const { data } = await shop.stripe.subscriptions.list({ customer: String(body.customerId) });
  await shop.stripe.subscriptions.cancel(String(data[0]?.id));
  await untilHolds(
    () => told(userId),
    (types) => expect(types).toContain('subscription.canceled'),
  );
});

test('M4: an unsigned delivery is refused, and so is a caller without a token', async () => {
  const unsigned = await fetch(shop.service.url + webhookPath, { method: 'POST', body: '{}' });
  expect(unsigned.status).toBe(400);
  const anonymous = await fetch(`${shop.service.url}/stripe/payment-intent`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ priceId: 'course', ...urls }),
  });
  expect(anonymous.status).toBe(401);
});
