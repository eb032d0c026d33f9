import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../../support/connected-service';
import { card, newUser } from '../../support/selling';
import { untilHolds } from '../../support/waiting';
import { clientOf } from './client';

const webhookPath = '/api/credits/webhook';
const folder = mkdtempSync(join(tmpdir(), 'tollgate-moving-'));
const sold = [
  ['starter', 1_000, 1_000],
  ['basic', 5_500, 4_500],
  ['pro', 13_500, 10_000],
  ['business', 35_000, 22_500],
  ['enterprise', 120_000, 70_000],
] as const;
const lines: string[] = [];
let shop: ConnectedService;

beforeAll(async () => {
  const catalogueFile = join(folder, 'catalogue.json');
  const packages = sold.map(([id, credits, amountMinor], index) => ({
    id,
    name: id,
    credits,
    currency: 'usd',
    amountMinor,
    foreign: { metadata: { package_id: String(index + 1) } },
  }));
  writeFileSync(catalogueFile, JSON.stringify({ packages }));
  shop = await connectService(
    {
      ADAPTERS: 'credits',
      WEBHOOK_PATHS: webhookPath,
      CATALOGUE_FILE: catalogueFile,
      FOREIGN_SESSIONS: 'credit',
      FOREIGN_USER_KEYS: 'user_id',
      LOG_LEVEL: 'info',
    },
    lines,
    webhookPath,
  );
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const creditsOf = async (userId: string) =>
  (await shop.read<{ balances: object[] }>('/v1/account', userId)).balances;

test('M5: a package is purchased by its number, its session is asked for, and its credits are there', async () => {
  const user = newUser();
  const client = clientOf(shop.service, user);
  const { status, body } = await client.post('/api/credits/purchase', {
    package_id: 1,
    payment_method: 'stripe',
  });
  expect([status, body]).toEqual([
    200,
    {
      success: true,
      message: 'Checkout session created',
      payment_url: expect.stringMatching(/^http/),
      session_id: expect.stringMatching(/^cs_/),
    },
  ]);
  const session = () => client.get(`/api/credits/session/${body.session_id}`);
  expect((await session()).body).toMatchObject({ session: { payment_status: 'unpaid' } });
  await payOnHostedPage(String(body.payment_url), card);
  await untilHolds(session, (answer) =>
    expect(answer.body).toEqual({
      success: true,
      session: {
        id: body.session_id,
        payment_status: 'paid',
        amount_total: 1000,
        metadata: { package_id: '1' },
      },
    }),
  );
  expect(await creditsOf(user)).toEqual([{ unit: 'credits', amountMinor: 1000 }]);
  const credited = lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg, userId }) => msg === 'credited' && userId === user);
  expect(credited).toMatchObject([
    { unit: 'credits', amountMinor: 1000, paymentId: expect.stringMatching(/^pi_/) },
  ]);
});

test.each(sold.map((each, index) => [index + 1, ...each] as const))(
  'M5: package %i is %s: %i credits for %i cents',
  async (package_id, _id, _credits, amountMinor) => {
    const { body } = await clientOf(shop.service, newUser()).post('/api/credits/purchase', {
      package_id,
      payment_method: 'stripe',
    });
    const session = await shop.stripe.checkout.sessions.retrieve(String(body.session_id));
    expect(session.amount_total).toBe(amountMinor);
  },
);

test('M5: a package that there is not is refused with a problem', async () => {
  const client = clientOf(shop.service, newUser());
  expect(await client.post('/api/credits/purchase', { package_id: 9 })).toMatchObject({
    status: 422,
    body: { code: 'package_unknown' },
  });
});

test('M5, M7: a session that the system of before made is credited as its package', async () => {
  const user = newUser();
  const session = await shop.stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Starter' } },
      },
    ],
    metadata: { user_id: user, package_id: '1' },
    success_url: 'https://shop.example.com/credits/success',
  });
  await payOnHostedPage(String(session.url), card);
  await untilHolds(
    () => creditsOf(user),
    (balances) => expect(balances).toEqual([{ unit: 'credits', amountMinor: 1000 }]),
  );
});
