import { startTestService } from '../../../support/running-service';
import {
  askToBegin,
  begin,
  newUser,
  openShop,
  type Shop,
  sessionsPath,
} from '../../../support/selling';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});

afterAll(() => shop.close());

const topup = { amountMinor: 1000, currency: 'usd' };

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
    const other = await startTestService(shop.database.url, {
      STRIPE_API_BASE: shop.localStripe.url,
      STRIPE_SECRET_KEY: key,
    });
    const answer = await other.post(sessionsPath, newUser(), { topup });
    expect(await answer.json()).toMatchObject({ status: 503, code, title });
    await other.stop();
  });

  test('S21: a key pasted with spaces and newlines works, and so does a restricted one', async () => {
    const other = await startTestService(shop.database.url, {
      STRIPE_API_BASE: shop.localStripe.url,
      STRIPE_SECRET_KEY: '  rk_test_tollgateTests000000000000\n',
    });
    expect((await other.post(sessionsPath, newUser(), { topup })).status).toBe(201);
    await other.stop();
  });

  test('Stripe being away is no fault of the caller, and loses nothing', async () => {
    const userId = newUser();
    const session = await begin(shop, userId, { topup });
    const offline = await startTestService(shop.database.url);
    const answer = await offline.post(sessionsPath, userId, { topup });
    expect(await answer.json()).toMatchObject({ status: 503, code: 'stripe_unavailable' });
    const read = await offline.get(`${sessionsPath}/${session.id}`, userId);
    expect(await read.json()).toMatchObject({ status: 'open', paymentStatus: 'unpaid' });
    await offline.stop();
  });

  test.each([
    ['is lost', { kind: 'lost_answer', times: 2 }],
    ['says not now', { kind: 'status', status: 503, times: 2 }],
  ] as const)(
    'S12: what may have been sold stays written down when the answer %s',
    async (_name, fault) => {
      const userId = newUser();
      await shop.control.addFault({ ...fault, method: 'POST', path: '/v1/checkout/sessions' });
      const key = `kept ${userId}`;
      const lost = await askToBegin(shop, userId, { topup }, { key });
      expect(lost).toMatchObject({ status: 503, body: { code: 'stripe_unavailable' } });
      const rows = () =>
        shop.database.query<{ session_id: string | null }>(
          'select session_id from checkouts where user_id = $1',
          [userId],
        );
      expect(await rows()).toEqual([{ session_id: null }]);
      const { id } = await begin(shop, userId, { topup }, { key });
      expect(await rows()).toEqual([{ session_id: id }]);
    },
  );
});
