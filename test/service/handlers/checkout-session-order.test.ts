import fc from 'fast-check';
import type { Decision } from '../../../service/effects/effects';
import { type Checkout, noFacts } from '../../../service/effects/records';
import { decideCheckoutSession } from '../../../service/handlers/checkout-session';
import { noPlans } from '../../support/plans';
import { buildSession, type SessionFields } from '../../support/stripe-objects';
import { buildCheckout, credit } from './checkout-decisions';

describe('S14: whatever is delivered, in whatever order and however often', () => {
  const session = fc.record({
    status: fc.constantFrom('open', 'complete', 'expired', null),
    payment_status: fc.constantFrom('paid', 'unpaid', 'no_payment_required'),
    amount_total: fc.oneof(
      { weight: 4, arbitrary: fc.constant(1000) },
      fc.constantFrom(null, 0, 1, 999, 1001, -1000),
    ),
    currency: fc.oneof({ weight: 4, arbitrary: fc.constant('usd') }, fc.constantFrom('eur', null)),
    id: fc.oneof({ weight: 4, arbitrary: fc.constant('cs_test_1') }, fc.constant('cs_test_2')),
  });
  const deliveries = fc.array(session, { maxLength: 12 });

  /** What the store does with a decision; a Refusal is an event given up, without an effect. */
  function deliver(checkout: Checkout, fields: Partial<SessionFields>) {
    let decision: Decision;
    try {
      decision = decideCheckoutSession(buildSession(fields), { ...noFacts, checkout }, noPlans);
    } catch (error) {
      expect(error).toMatchObject({ name: 'Refusal' });
      return { checkout, decision: undefined };
    }
    const [change] = decision.checkouts;
    const changed = change === undefined ? checkout : { ...checkout, ...change };
    return { checkout: changed, decision };
  }

  test('a checkout is credited at most once, and exactly when its money came', () => {
    fc.assert(
      fc.property(deliveries, (sessions) => {
        let checkout = buildCheckout();
        const transfers = sessions.flatMap((fields) => {
          const next = deliver(checkout, fields);
          checkout = next.checkout;
          return next.decision?.transfers ?? [];
        });
        // Told without the code: somebody paid the right amount in a session that is this one's.
        const moneyCame = sessions.some(
          (fields) =>
            fields.id === 'cs_test_1' &&
            fields.status === 'complete' &&
            fields.payment_status !== 'unpaid' &&
            fields.amount_total === 1000 &&
            fields.currency === 'usd',
        );
        expect(transfers).toEqual(moneyCame ? [credit] : []);
        expect(checkout.paymentStatus).toBe(moneyCame ? 'paid' : 'unpaid');
      }),
      { numRuns: 2_000 },
    );
  });

  test('a checkout only moves forward, and every message is sent once', () => {
    const rank = { open: 0, expired: 1, complete: 2 };
    fc.assert(
      fc.property(deliveries, (sessions) => {
        let checkout = buildCheckout();
        const keys: string[] = [];
        for (const fields of sessions) {
          const next = deliver(checkout, fields);
          expect(rank[next.checkout.status]).toBeGreaterThanOrEqual(rank[checkout.status]);
          if (checkout.paymentStatus === 'paid') expect(next.checkout).toEqual(checkout);
          checkout = next.checkout;
          keys.push(...(next.decision?.messages ?? []).map(({ key }) => key));
        }
        expect(keys).toEqual([...new Set(keys)]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a decision is a function of its facts: asked twice, it is the same, and changes neither', () => {
    fc.assert(
      fc.property(session, (fields) => {
        const checkout = Object.freeze(buildCheckout());
        expect(deliver(checkout, fields)).toEqual(deliver(checkout, fields));
      }),
    );
  });
});
