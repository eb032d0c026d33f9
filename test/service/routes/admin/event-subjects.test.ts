import { adminClient } from '../../../support/admin-client';
import { eventOf } from '../../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../../support/service-with-database';

const type = 'payment_method.attached';
let running: ServiceWithDatabase;

beforeAll(async () => {
  running = await startServiceWithDatabase();
  await running.database.query(
    `insert into customers (user_id, customer_id) values ('ann', 'cus_ann')`,
  );
  await running.database.query(
    `insert into former_customers (user_id, customer_id) values ('ann', 'cus_before')`,
  );
  await running.database.query(
    `insert into payments (payment_id, user_id, amount_minor, currency) values ('pi_bob', 'bob', 1, 'usd')`,
  );
});

afterAll(() => running.close());

const metadata = { tollgate_user_id: 'ann' };
const nothing = { userId: null, amountMinor: null, currency: null };

test.each([
  ['our metadata', { metadata, amount: 5, currency: 'usd' }, { userId: 'ann', amountMinor: 5 }],
  ['the customer', { customer: 'cus_ann', amount_total: 7, currency: 'usd' }, { userId: 'ann' }],
  ['an expanded customer', { customer: { id: 'cus_ann' } }, { userId: 'ann' }],
  ['a former customer', { customer: 'cus_before' }, { userId: 'ann' }],
  ['the payment', { payment_intent: 'pi_bob', amount: 1, currency: 'usd' }, { userId: 'bob' }],
  ['nobody', { customer: 'cus_none', payment_intent: 'pi_none' }, nothing],
  // As anybody may sign it with our secret, and PostgreSQL would fall over it.
  ['a NUL', { metadata: { tollgate_user_id: 'a\0b' }, customer: 'cus_ann' }, { userId: 'ann' }],
  ['half of an emoji', { customer: '\ud83d', amount: 5, currency: 'usd' }, { amountMinor: 5 }],
  ['a NUL elsewhere', { customer: 'cus_ann', note: 'a\0' }, { userId: 'ann' }],
  [
    'things of other kinds',
    { metadata: 7, customer: [], amount: '5', currency: {}, id: null },
    nothing,
  ],
  ['an amount that is none', { amount: 1e300, currency: 'usd' }, nothing],
])('O9: the list says whose an event is and its amount, by %s', async (_by, object, expected) => {
  const event = eventOf(type, { object: 'payment_method', ...object });
  expect((await running.service.deliver(event)).status).toBe(200);
  const { status, body } = await adminClient(running.service.url).get('/events?limit=1');
  expect(status).toBe(200);
  const [listed] = (body as { events: object[] }).events;
  expect(listed).toMatchObject({ eventId: event.id, ...expected });
});

test('one whose payload is large, or no longer kept, has no subject', async () => {
  const large = eventOf(type, { object: 'payment_method', metadata, note: 'x'.repeat(70_000) });
  expect((await running.service.deliver(large)).status).toBe(200);
  const client = adminClient(running.service.url);
  const list = async () =>
    ((await client.get('/events?limit=1')).body as { events: object[] }).events[0];
  expect(await list()).toMatchObject({ eventId: large.id, ...nothing });
  const pruned = eventOf(type, { object: 'payment_method', metadata });
  await running.service.deliver(pruned);
  await running.database.query('update stripe_events set payload = null where event_id = $1', [
    pruned.id,
  ]);
  expect(await list()).toMatchObject({ eventId: pruned.id, ...nothing });
});
