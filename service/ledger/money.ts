/**
 * Money is an integer of minor units (cents, pence; yen as they are) and the unit it counts.
 * Never a float, never a decimal string.
 */

/** Currencies in which Stripe's API counts whole units: https://docs.stripe.com/currencies#zero-decimal */
const zeroDecimalCurrencies = new Set([
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
]);

/**
 * The smallest charge that Stripe accepts, in minor units, of every currency that a top-up may be
 * in: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
 */
const minimumChargeMinor: Readonly<Record<string, bigint>> = {
  aed: 200n,
  aud: 50n,
  brl: 50n,
  cad: 50n,
  chf: 50n,
  czk: 1500n,
  dkk: 250n,
  eur: 50n,
  gbp: 30n,
  hkd: 400n,
  huf: 17500n,
  inr: 50n,
  jpy: 50n,
  mxn: 1000n,
  myr: 200n,
  nok: 300n,
  nzd: 50n,
  pln: 200n,
  ron: 200n,
  sek: 300n,
  sgd: 50n,
  thb: 1000n,
  usd: 50n,
};

/** The largest amount that one charge may have: eight digits, whatever the currency. */
export const maximumChargeMinor = 99_999_999n;

/** The currencies of `minimumChargeMinor`, as lower-case ISO 4217 codes. */
export const supportedCurrencies: readonly string[] = Object.keys(minimumChargeMinor);

/** The bounds of one charge in `currency`, or undefined when the currency is not supported. */
export function chargeBounds(
  currency: string,
): { minimumMinor: bigint; maximumMinor: bigint } | undefined {
  // Its own entries alone: every object also has a `constructor`, which is no currency.
  const minimumMinor = Object.hasOwn(minimumChargeMinor, currency)
    ? minimumChargeMinor[currency]
    : undefined;
  return minimumMinor === undefined
    ? undefined
    : { minimumMinor, maximumMinor: maximumChargeMinor };
}

/**
 * `'10.50', 'usd'` → `1050n`; `'500', 'jpy'` → `500n`; `'-3', 'credits'` → `-3n`.
 * @returns undefined for what is no amount, or is finer than the unit
 */
export function parseMoney(text: string, unit: string): bigint | undefined {
  const [, sign = '', whole, fraction = ''] =
    /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) return undefined;
  const digits = unit === 'credits' || zeroDecimalCurrencies.has(unit) ? 0 : 2;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > digits) return undefined;
  const minor = BigInt(whole + significant.padEnd(digits, '0'));
  return sign === '-' ? -minor : minor;
}

/** `1050n, 'usd'` → `10.50 USD`; `500n, 'jpy'` → `500 JPY`. For people, never for arithmetic. */
export function formatMoney(amountMinor: bigint, currency: string): string {
  const code = currency.toUpperCase();
  if (zeroDecimalCurrencies.has(currency)) return `${amountMinor} ${code}`;
  const digits = String(amountMinor < 0n ? -amountMinor : amountMinor).padStart(3, '0');
  return `${amountMinor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)} ${code}`;
}
