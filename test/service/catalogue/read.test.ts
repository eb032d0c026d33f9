import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '../../../service/catalogue/catalogue';
import { readCatalogue } from '../../../service/catalogue/read';
import { ConfigError } from '../../../service/config';
import { defaultCatalogueFile } from '../../../service/contract';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-catalogue-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: unknown): Catalogue {
  const file = join(folder, 'catalogue.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readCatalogue(file);
}

/** The faults, without the name of the file. */
function faultsOf(content: unknown): string[] {
  try {
    read(content);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.faults.map((fault) => fault.replace(/^.*catalogue\.json at /, ''));
    }
    throw error;
  }
  return [];
}

const starter = { id: 'starter', name: 'Starter', credits: 1, currency: 'usd', amountMinor: 100 };
const price = { lookupKey: 'pro', productName: 'Pro', currency: 'usd', unitAmountMinor: 100 };

test('the catalogue that docs/configuration.md shows can be read as it stands', () => {
  const document = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
  const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(document) ?? [];
  expect(read(shown).packages).toMatchObject([{ id: 'starter' }]);
});

test('S5: the default catalogue has the five packages', () => {
  const { packages } = readCatalogue(defaultCatalogueFile);
  expect(
    packages.map(({ id, name, credits, amountMinor, currency }) => [
      id,
      name,
      credits,
      amountMinor,
      currency,
    ]),
  ).toEqual([
    ['starter', 'Starter', 1_000, 10_00, 'usd'],
    ['basic', 'Basic', 5_500, 45_00, 'usd'],
    ['pro', 'Pro', 13_500, 100_00, 'usd'],
    ['business', 'Business', 35_000, 225_00, 'usd'],
    ['enterprise', 'Enterprise', 120_000, 700_00, 'usd'],
  ]);
});

test('S4: the default catalogue offers 0.50, 5, 10, 20, 50 and 100 USD, from 0.50 USD on', () => {
  expect(readCatalogue(defaultCatalogueFile).topupTerms('usd')).toEqual({
    currency: 'usd',
    presetsMinor: [50n, 500n, 1000n, 2000n, 5000n, 10_000n],
    minimumMinor: 50n,
    maximumMinor: 99_999_999n,
  });
});

test('S4: a currency that the file does not name is bounded as Stripe bounds a charge', () => {
  const catalogue = read({ topups: { jpy: { minimumMinor: 500 } } });
  expect(catalogue.topupTerms('gbp')).toMatchObject({ presetsMinor: [], minimumMinor: 30n });
  expect(catalogue.topupTerms('jpy')).toMatchObject({ minimumMinor: 500n });
  expect(catalogue.topupTerms('xau')).toBeUndefined();
  expect(catalogue.topupTerms('constructor')).toBeUndefined();
});

test('S6: credits and entitlements are found by lookup key; who is not there has none', () => {
  const monthly = { ...price, recurring: { interval: 'month' } };
  const catalogue = read({ prices: [{ ...monthly, credits: 7, entitlements: ['pro'] }] });
  expect([catalogue.creditsOf('pro'), catalogue.entitlementsOf('pro')]).toEqual([7n, ['pro']]);
  expect([catalogue.creditsOf('x'), catalogue.entitlementsOf('toString')]).toEqual([0n, []]);
});

test('S20: all faults of the shape are told at once, each with its place and its fix', () => {
  expect(
    faultsOf({
      packages: [{ ...starter, credits: 1.5, colour: 'red' }, { id: 'Basic' }],
      prices: [{ ...price, lookupKey: 'price_1', recurring: { interval: 'fortnight' } }],
      discounts: [],
    }),
  ).toEqual([
    '/: discounts is not known here; take it out, or correct its spelling',
    '/packages/0: colour is not known here; take it out, or correct its spelling',
    '/packages/0/credits: 1.5 does not do: must be integer',
    '/packages/1: name, credits, currency, amountMinor is missing; add it',
    expect.stringMatching(/^\/packages\/1\/id: "Basic" does not do: must match pattern/),
    expect.stringMatching(/^\/prices\/0\/lookupKey: "price_1" does not do: must match pattern/),
    '/prices/0/recurring/interval: "fortnight" does not do: one of day, week, month, year',
  ]);
});

test("S4, S20: all faults of the terms are told at once: Stripe's bounds, presets, names twice", () => {
  expect(
    faultsOf({
      topups: {
        usd: { minimumMinor: 49, presetsMinor: [50, 20] },
        jpy: { maximumMinor: 40 },
        xau: {},
      },
      packages: [starter, { ...starter, amountMinor: 49 }],
      prices: [
        { ...price, entitlements: ['pro'] },
        { ...price, currency: 'jpy', unitAmountMinor: 49 },
      ],
      items: [{ reference: 'x', name: 'X', currency: 'usd', amountMinor: 49 }],
    }),
  ).toEqual([
    '/topups/usd/minimumMinor: 49 cannot be charged; set it to 50 to 99999999',
    '/topups/usd/presetsMinor/1: 20 cannot be charged; set it to 49 to 99999999',
    '/topups/jpy/maximumMinor: 40 cannot be charged; set it to 50 to 99999999',
    expect.stringMatching(/^\/topups\/xau: xau is not supported; use one of aed, aud/),
    '/packages/1/amountMinor: 49 cannot be charged; set it to 50 to 99999999',
    '/items/0/amountMinor: 49 cannot be charged; set it to 50 to 99999999',
    expect.stringMatching(/^\/prices\/0\/entitlements: a price that is paid once entitles to noth/),
    '/prices/1/unitAmountMinor: 49 cannot be charged; set it to 50 to 99999999',
    '/packages/1/id: starter is that of /packages/0 too; rename one',
    '/prices/1/lookupKey: pro is that of /prices/0 too; rename one',
  ]);
});

test.each([
  ['missing', undefined, /ENOENT/],
  ['not JSON', '{"packages":', /JSON/],
])('S20: a file that is %s names the variable and the fix', (_name, content, reason) => {
  const file = join(folder, `unreadable-${String(content !== undefined)}.json`);
  if (content !== undefined) writeFileSync(file, content);
  expect(() => readCatalogue(file)).toThrow(
    expect.objectContaining({
      faults: [expect.stringMatching(/^CATALOGUE_FILE .* cannot be read: .*; name a JSON file/)],
    }),
  );
  expect(() => readCatalogue(file)).toThrow(
    expect.objectContaining({ faults: [expect.stringMatching(reason)] }),
  );
});

test('the default is found from whatever folder a process is started in', () => {
  const before = process.cwd();
  try {
    process.chdir(folder);
    expect(readCatalogue(defaultCatalogueFile).topupTerms('usd')).toBeDefined();
  } finally {
    process.chdir(before);
  }
});
