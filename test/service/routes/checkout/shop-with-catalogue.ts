import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openShop, type Shop } from '../../../support/selling';

const usd = { currency: 'usd' };
const starter = { id: 'starter', name: 'Starter', credits: 1000, ...usd, amountMinor: 1000 };
const catalogue = {
  topups: { jpy: { presetsMinor: [100, 500], minimumMinor: 100, maximumMinor: 10_000 } },
  packages: [starter, { ...starter, id: 'basic', name: 'Basic', credits: 5500 }],
  items: [{ reference: 'sticker', name: 'Sticker', ...usd, amountMinor: 350 }],
  prices: [
    { lookupKey: 'boost', productName: 'Boost', ...usd, unitAmountMinor: 250, credits: 40 },
    {
      lookupKey: 'club',
      productName: 'Club',
      ...usd,
      unitAmountMinor: 900,
      recurring: { interval: 'month' },
      credits: 100,
      entitlements: ['club'],
    },
  ],
};

/** A shop that sells top-ups in two currencies, two packages, a price and a subscription. */
export async function openShopWithCatalogue(): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-selling-'));
  const catalogueFile = join(folder, 'catalogue.json');
  writeFileSync(catalogueFile, JSON.stringify(catalogue));
  const shop = await openShop({ CATALOGUE_FILE: catalogueFile, STRIPE_CURRENCY: 'usd,jpy' });
  return {
    ...shop,
    async close() {
      await shop.close();
      rmSync(folder, { recursive: true });
    },
  };
}
