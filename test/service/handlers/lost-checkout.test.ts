import fc from 'fast-check';
import type Stripe from 'stripe';
import { lostCheckoutOf, soldMetadata } from '../../../service/handlers/lost-checkout';
import { buildSession } from '../../support/stripe-objects';

const owner = {
  tollgate_checkout_id: '00000000-0000-4000-8000-000000000001',
  tollgate_user_id: 'alice',
  tollgate_environment: 'prod',
};
const sold = soldMetadata({
  kind: 'package',
  reference: 'basic',
  quantity: 1,
  credits: 5500n,
  amountMinor: 500n,
  currency: 'usd',
  name: 'Basic: 5,500 credits',
  priceId: null,
  once: true,
}) as Stripe.Metadata;

function lost(metadata: Stripe.Metadata | null, fields: Partial<Stripe.Checkout.Session> = {}) {
  const times = { created: 1_795_000_000, expires_at: 1_795_086_400, url: null };
  const session = { ...buildSession(), customer: 'cus_1', ...times, ...fields, metadata };
  return lostCheckoutOf(session, 'prod');
}

test('S24: a session says of its checkout all that was written down', () => {
  expect(lost({ ...owner, ...sold, campaign: 'spring' })).toEqual({
    checkoutId: owner.tollgate_checkout_id,
    sessionId: 'cs_test_1',
    userId: 'alice',
    customerId: 'cus_1',
    kind: 'package',
    mode: 'payment',
    reference: 'basic',
    quantity: 1,
    credits: 5500n,
    amountMinor: 500n,
    currency: 'usd',
    name: 'Basic: 5,500 credits',
    priceId: null,
    once: true,
    metadata: { campaign: 'spring' },
    status: 'open',
    paymentStatus: 'unpaid',
    url: null,
    expiresAt: 1_795_086_400,
    createdAt: 1_795_000_000,
  });
});

test('S24: whatever is sold is read as it was written, and fits what Stripe keeps', () => {
  const amount = fc.option(fc.bigInt({ min: 0n, max: 99_999_999n }));
  const sales = fc.record({
    kind: fc.constantFrom('topup', 'package', 'price', 'item'),
    reference: fc.option(fc.string({ minLength: 1, maxLength: 64 })),
    quantity: fc.integer({ min: 1, max: 999_999 }),
    credits: amount,
    amountMinor: amount,
    currency: fc.option(fc.constantFrom('usd', 'jpy')),
    name: fc.option(fc.string({ minLength: 1, maxLength: 250 })),
    priceId: fc.option(fc.constant('price_1')),
    once: fc.boolean(),
  } as const);
  fc.assert(
    fc.property(sales, (sale) => {
      const written = soldMetadata(sale) as Stripe.Metadata;
      expect(Object.keys({ ...owner, ...written }).length).toBeLessThanOrEqual(50);
      for (const [key, value] of Object.entries(written)) {
        expect(key.length).toBeLessThanOrEqual(40);
        expect(value.length).toBeLessThanOrEqual(500);
      }
      expect(lost({ ...owner, ...written })).toMatchObject(sale);
    }),
  );
});

test.each<[string, Stripe.Metadata | null, Partial<Stripe.Checkout.Session>]>([
  ['names no environment', { ...owner, ...sold, tollgate_environment: '' }, {}],
  ['names another environment', { ...owner, ...sold, tollgate_environment: 'dev' }, {}],
  ['has no metadata', null, {}],
  ['does not say what was sold', owner, {}],
  ['names a kind that is none', { ...owner, ...sold, tollgate_kind: 'gift' }, {}],
  ['names a quantity that is none', { ...owner, ...sold, tollgate_quantity: '-1' }, {}],
  ['names a checkout that is none', { ...owner, ...sold, tollgate_checkout_id: 'x' }, {}],
  ['names nobody', { ...owner, ...sold, tollgate_user_id: ' ' }, {}],
  ['has no customer', { ...owner, ...sold }, { customer: null }],
  ['sells nothing', { ...owner, ...sold }, { mode: 'setup' }],
  // Its buyer may have been given another one in its place.
  ['was not completed', { ...owner, ...sold }, { status: 'expired' }],
])('S24: nothing is recorded anew of a session that %s', (_why, metadata, fields) => {
  expect(lost(metadata, fields)).toBeUndefined();
});
