import { noFacts } from '../../../service/effects/records';
import { handledEventTypes, handlingOf } from '../../../service/handlers/index';
import { noPlans } from '../../support/plans';
import { buildEvent, buildSession } from '../../support/stripe-objects';

const sessionEventTypes = handledEventTypes.filter((type) => type.startsWith('checkout.session.'));

test.each(sessionEventTypes)('%s asks for the session that it carries', (type) => {
  const handling = handlingOf(buildEvent(type, buildSession()));
  expect(handling?.factKeys).toMatchObject({ sessionId: 'cs_test_1' });
  expect(handling?.read === undefined && handling?.decide(noFacts, noPlans).outcome).toBe(
    'not_ours',
  );
});

test('S16: both the completion and a delayed success of a session are handled', () => {
  expect(handledEventTypes).toEqual(
    expect.arrayContaining([
      'checkout.session.completed',
      'checkout.session.async_payment_succeeded',
      'checkout.session.expired',
    ]),
  );
});

test.each(handledEventTypes)('S27: %s of a connected account is ignored', (type) => {
  const event = buildEvent(type, buildSession());
  expect(handlingOf({ ...event, account: 'acct_seller' })).toBeUndefined();
  expect(handlingOf(event)).toBeDefined();
});

test.each([
  'payment_intent.created',
  'checkout.session',
  'constructor',
  '__proto__',
  'toString',
  '',
])('an event of the type %p has no handler and is no error', (type) => {
  expect(handlingOf(buildEvent(type, buildSession()))).toBeUndefined();
});

test.each([
  ['nothing', {}],
  ['null metadata', { id: 'cs_1', metadata: null }],
  ['metadata that is no object', { id: 'cs_1', metadata: 7 }],
  ['a checkout id that is no text', { id: 'cs_1', metadata: { tollgate_checkout_id: { a: 1 } } }],
])('a handled event around %s asks for no checkout', (_name, object) => {
  const handling = handlingOf(buildEvent('checkout.session.completed', object));
  expect(handling?.factKeys.checkoutId).toBeUndefined();
});
