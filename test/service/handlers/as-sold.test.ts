import type Stripe from 'stripe';
import { type Checkout, noFacts } from '../../../service/effects/records';
import { decideCheckoutSession } from '../../../service/handlers/checkout-session';
import { noPlans } from '../../support/plans';
import { buildSession } from '../../support/stripe-objects';
import { buildCheckout } from './checkout-decisions';

const details = (amounts: Partial<Stripe.Checkout.Session.TotalDetails>) => ({
  total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0, ...amounts },
});

function decide(session: Partial<Stripe.Checkout.Session>, checkout: Partial<Checkout> = {}) {
  const paid = { ...buildSession(), ...session };
  return decideCheckoutSession(paid, { ...noFacts, checkout: buildCheckout(checkout) }, noPlans);
}

/** What a decision moves, by account and unit. */
function sums(session: Partial<Stripe.Checkout.Session>, checkout: Partial<Checkout> = {}) {
  const total: Record<string, bigint> = {};
  const { transfers } = decide(session, checkout);
  for (const { debitAccount, creditAccount, unit, amountMinor } of transfers) {
    for (const [account, change] of [
      [creditAccount, amountMinor],
      [debitAccount, -amountMinor],
    ] as const) {
      const key = `${account} ${unit}`;
      total[key] = (total[key] ?? 0n) + change;
    }
  }
  return total;
}

const totals = (minor: number) => ({ amount_total: minor, amount_subtotal: minor });
const price = { kind: 'price', reference: 'price_1', quantity: 2, credits: 40n } as const;
const line = (id: string, quantity: number) => ({ quantity, price: { id } });
/** Sold by a lookup key, which a later price has taken over when Stripe is asked what was sold. */
const byKey = { ...price, reference: 'boost', priceId: 'price_1' } as const;
const lines = (...data: object[]) =>
  ({
    line_items: { object: 'list', data, has_more: false, url: '' },
  }) as unknown as Partial<Stripe.Checkout.Session>;
const taxed = { amount_subtotal: 1000, amount_total: 1190, ...details({ amount_tax: 190 }) };
const discounted = {
  amount_subtotal: 1000,
  amount_total: 800,
  ...details({ amount_discount: 200 }),
};

test('S13: tax on top of a top-up is no balance of the buyer', () => {
  expect(sums(taxed)).toEqual({
    'user:alice usd': 1000n,
    'revenue usd': 190n,
    'stripe_clearing usd': -1190n,
  });
  expect(decide(taxed).payments[0]?.paid?.amountMinor).toBe(1190n);
});

test('S13: a discount gives what was promised, and books what was paid', () => {
  expect(sums(discounted)).toEqual({
    'user:alice usd': 1000n,
    'revenue usd': -200n,
    'stripe_clearing usd': -800n,
  });
  expect(decide(discounted).messages.map(({ type }) => type)).toEqual([
    'checkout.completed',
    'balance.credited',
  ]);
});

test('S13: a discount of everything grants, though no payment was needed', () => {
  const free = { payment_status: 'no_payment_required', payment_intent: null } as const;
  const all = { amount_subtotal: 1000, amount_total: 0, ...details({ amount_discount: 1000 }) };
  expect(sums({ ...all, ...free }, price)).toEqual({
    'user:alice credits': 40n,
    'issued_credits credits': -40n,
  });
});

test.each<[string, Partial<Stripe.Checkout.Session>, bigint, bigint]>([
  ['taxed', taxed, 1190n, 40n],
  ['tax included', { ...details({ amount_tax: 160 }), amount_subtotal: 1000 }, 1000n, 40n],
  [
    'in another currency',
    { currency: 'eur', amount_total: 930, amount_subtotal: 930, ...lines(line('price_1', 2)) },
    930n,
    40n,
  ],
  ['three instead of two', { ...totals(1500), ...lines(line('price_1', 3)) }, 1500n, 60n],
  ['one instead of two', { ...totals(500), ...lines(line('price_1', 1)) }, 500n, 20n],
  [
    'with something beside it that costs as much as one of it',
    { ...totals(1500), ...lines(line('price_2', 1), line('price_1', 2)) },
    1500n,
    40n,
  ],
  [
    'one instead of two in another currency, with something beside it',
    { currency: 'eur', ...totals(900), ...lines(line('price_1', 1), line('price_2', 1)) },
    900n,
    20n,
  ],
])('S13: a price is granted as sold: %s', (_name, session, paidMinor, credits) => {
  const currency = session.currency ?? 'usd';
  expect(sums(session, price)).toEqual({
    [`stripe_clearing ${currency}`]: -paidMinor,
    [`revenue ${currency}`]: paidMinor,
    'user:alice credits': credits,
    'issued_credits credits': -credits,
  });
});

test('S13: a price whose lookup key has gone to a later price is granted as sold', () => {
  const inEuro = { currency: 'eur', ...totals(1380), ...lines(line('price_1', 3)) };
  expect(sums(inEuro, byKey)['user:alice credits']).toBe(60n);
});

test.each<[string, Partial<Stripe.Checkout.Session>, Partial<Checkout>]>([
  ['a top-up in another currency', { currency: 'eur', amount_subtotal: 1000 }, {}],
  ['less than a price, of which no line is known', totals(499), price],
  ['another price in its place', { ...totals(1500), ...lines(line('price_2', 3)) }, price],
  ['another price than that of its id', { ...totals(1500), ...lines(line('price_2', 3)) }, byKey],
  ['more than a top-up', { amount_total: 2000, amount_subtotal: 2000 }, {}],
  ['less than a top-up', { amount_total: 500, amount_subtotal: 500 }, {}],
  ['a total that nothing explains', { amount_total: 1, amount_subtotal: 1000 }, {}],
  ['less than its details say', { ...discounted, amount_total: 799 }, {}],
  ['more than its details say', { ...taxed, amount_total: 1191 }, {}],
])('S13: refuses %s', (_name, session, checkout) => {
  expect(() => decide(session, checkout)).toThrow(
    expect.objectContaining({ code: 'checkout_amount_mismatch' }),
  );
});

test.each(['package', 'item', 'topup'] as const)(
  'S13: a %s is not sold as a price, though something of its name was',
  (kind) => {
    const named = { quantity: 3, price: { id: 'price_9', lookup_key: 'starter' } };
    const other = { kind, reference: 'starter', credits: 1000n };
    expect(() => decide({ ...totals(3000), ...lines(named) }, other)).toThrow(/was paid with/);
  },
);
