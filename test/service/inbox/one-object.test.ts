import { pino } from 'pino';
import type Stripe from 'stripe';
import { Receiver } from '../../../service/inbox/receive';
import type { Database } from '../../../service/store/database';
import { quietBookkeeper } from '../../support/bookkeeper';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { noPlans } from '../../support/plans';
import { eventOf } from '../../support/running-service';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await openDatabase(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

test('S14, S16: events of one object that arrive at once are decided about one after the other', async () => {
  const receiver = new Receiver({
    database,
    bookkeeper: quietBookkeeper,
    catalogue: noPlans,
    log: pino({ level: 'silent' }),
    counter: { count: () => undefined },
    // One group at a time, so that all that arrive while the first is under way could be the second.
    groupsInFlight: 1,
    wakeInbox: () => undefined,
    processing: 'on',
  });
  const receive = (type: string, object: object) =>
    receiver.receive(eventOf(type, object) as Stripe.Event, 'webhook');
  const checkouts = await Promise.all(Array.from({ length: 20 }, () => openCheckout(testDatabase)));
  const first = receive('customer.created', { id: 'cus_1', object: 'customer' });
  const unpaid = { payment_status: 'unpaid' };
  const told = checkouts.flatMap((checkout) => [
    receive('checkout.session.completed', checkout.paidSession(unpaid)),
    receive('checkout.session.async_payment_succeeded', checkout.paidSession()),
  ]);
  await Promise.all([first, ...told]);

  const states = await testDatabase.query<{ payment_status: string }>(
    'select distinct payment_status from checkouts',
  );
  expect(states).toEqual([{ payment_status: 'paid' }]);
  for (const { userId } of checkouts) {
    expect(await ledgerOf(testDatabase, userId)).toMatchObject({ transfers: 1 });
  }
});
