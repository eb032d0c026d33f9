import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { ledgerOf } from '../../support/checkouts';
import {
  begin,
  card,
  deliverEvents,
  newUser,
  openShop,
  readSession,
  type Shop,
} from '../../support/selling';
import { eventually } from '../../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-added-items-'));
const catalogueFile = join(folder, 'catalogue.json');
const boost = { lookupKey: 'boost', productName: 'Boost', currency: 'usd', unitAmountMinor: 300 };
writeFileSync(catalogueFile, JSON.stringify({ prices: [{ ...boost, credits: 40 }] }));

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ CATALOGUE_FILE: catalogueFile });
});

afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

/** Sells boosts, beside which Stripe's page sells this at 3.00 too, as a cross-sell does. */
async function sellWithCrossSell(boosts: number) {
  const { stripe, database } = shop;
  const userId = newUser();
  const begun = await begin(shop, userId, { price: 'boost', quantity: 2 });
  const asked = await stripe.checkout.sessions.retrieve(begun.id);
  const { data: prices } = await stripe.prices.list({ lookup_keys: ['boost'] });
  const added = { currency: 'usd', unit_amount: 300, product_data: { name: 'A mug' } };
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    customer: begun.customerId,
    metadata: asked.metadata ?? {},
    success_url: 'https://shop.example.com/',
    line_items: [
      { quantity: 1, price_data: added },
      { quantity: boosts, price: prices[0]?.id ?? '' },
    ],
  });
  await database.query('update checkouts set session_id = $1 where session_id = $2', [
    session.id,
    begun.id,
  ]);
  await payOnHostedPage(session.url ?? '', card);
  return { userId, id: session.id };
}

const creditsOf = async (userId: string) =>
  (await ledgerOf(shop.database, userId)).balances.find(({ unit }) => unit === 'credits')
    ?.amount_minor;

test.each([
  [2, 80n],
  [3, 120n],
])(
  'S13: %d of a price with a cross-sell of the same amount grants what was sold',
  async (boosts, credits) => {
    const { userId, id } = await sellWithCrossSell(boosts);
    await deliverEvents(shop, 'checkout.session.completed', id);
    await eventually('the credits', async () => (await creditsOf(userId)) === credits || undefined);
    expect(await readSession(shop, id, userId)).toMatchObject({ paymentStatus: 'paid' });
  },
);

test('S11, S13: the landing page reads what was sold, too', async () => {
  const { userId, id } = await sellWithCrossSell(3);
  expect(await readSession(shop, id, userId)).toMatchObject({ paymentStatus: 'paid' });
  expect(await creditsOf(userId)).toBe(120n);
});
