import { type LocalStripe, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { paidSession, wholeRefund } from '../../../ops/smoke/simulated';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { reconcilerOf, runToEnd } from '../../support/reconciling';
import {
  eventOf,
  startTestService,
  stripeKey,
  type TestService,
} from '../../support/running-service';

let database: TestDatabase;
let localStripe: LocalStripe;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  localStripe = await startLocalStripe();
  service = await startTestService(database.url, { STRIPE_API_BASE: localStripe.url });
});
afterAll(async () => {
  await service.stop();
  await localStripe.close();
  await database.drop();
});

/** Of a purchase that events of ours pay and refund, and whose page is closed at Stripe. */
async function differencesAfter(userId: string): Promise<number> {
  const order = { userId, amountMinor: 500, currency: 'usd' };
  const begun = await service.post('/v1/checkout/sessions', userId, {
    topup: { amountMinor: order.amountMinor, currency: order.currency },
  });
  const { customerId, id } = (await begun.json()) as { id: string; customerId: string };
  const paymentId = `pi_of_${id}`;
  for (const event of [
    eventOf(
      'checkout.session.completed',
      paidSession({ id, customerId, metadata: {} }, order, paymentId, false),
    ),
    eventOf('refund.created', wholeRefund(paymentId, order.amountMinor, order.currency)),
  ]) {
    expect(await (await service.deliver(event)).json()).toMatchObject({ status: 'processed' });
  }
  const { port } = localStripe;
  const stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port });
  await stripe.checkout.sessions.expire(id);
  const own = await openDatabase(database.url);
  const { reconciler, reported } = reconcilerOf(own, localStripe.url);
  await runToEnd(reconciler, 'objects');
  await own.close();
  return reported.differences;
}

test('O3, S24: what a smoke test simulated is no difference, and the same of anybody else is one', async () => {
  expect(await differencesAfter('tollgate:smoke:test')).toBe(0);
  expect(await differencesAfter('ann')).toBe(1);
});
