import fc from 'fast-check';
import { currencies } from '../../../service/contract';
import {
  chargeBounds,
  formatMoney,
  maximumChargeMinor,
  supportedCurrencies,
} from '../../../service/ledger/money';

test.each([
  [1050n, 'usd', '10.50 USD'],
  [50n, 'usd', '0.50 USD'],
  [5n, 'usd', '0.05 USD'],
  [0n, 'eur', '0.00 EUR'],
  [-5n, 'usd', '-0.05 USD'],
  [-1050n, 'gbp', '-10.50 GBP'],
  [500n, 'jpy', '500 JPY'],
  [-500n, 'jpy', '-500 JPY'],
  [17_500n, 'huf', '175.00 HUF'],
  [9_007_199_254_740_993n, 'usd', '90071992547409.93 USD'],
])('%s %s is shown as %s', (amountMinor, currency, shown) => {
  expect(formatMoney(amountMinor, currency)).toBe(shown);
});

test('no digit of an amount is lost or added by showing it', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.constantFrom(...supportedCurrencies), (amountMinor, currency) => {
      const digits = formatMoney(amountMinor, currency).replace(/\.| [A-Z]{3}$/g, '');
      expect(BigInt(digits)).toBe(amountMinor);
    }),
  );
});

test.each(supportedCurrencies)('%s has a minimum above nothing and the one maximum', (currency) => {
  expect(currency).toMatch(/^[a-z]{3}$/);
  const bounds = chargeBounds(currency);
  expect(bounds?.minimumMinor).toBeGreaterThan(0n);
  expect(bounds?.minimumMinor).toBeLessThan(bounds?.maximumMinor ?? 0n);
  expect(bounds?.maximumMinor).toBe(maximumChargeMinor);
});

test('S4: the minimum of a top-up in dollars is 0.50', () => {
  expect(chargeBounds('usd')?.minimumMinor).toBe(50n);
});

test.each(['xyz', '', 'USD', 'usd ', 'constructor', 'toString', '__proto__'])(
  'the currency %p is not supported',
  (currency) => {
    expect(chargeBounds(currency)).toBeUndefined();
  },
);

test('I17: an environment file takes the currencies that have a smallest charge, and no others', () => {
  expect(currencies).toEqual(supportedCurrencies);
});
