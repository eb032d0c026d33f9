import { randomUUID } from 'node:crypto';
import { adminClient } from '../../../support/admin-client';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../../support/service-with-database';

let running: ServiceWithDatabase;
let admin: ReturnType<typeof adminClient>;

beforeAll(async () => {
  running = await startServiceWithDatabase();
  admin = adminClient(running.service.url);
});
afterAll(() => running.close());

/** Writes an event down as it was received, as pretty as Stripe sends it. */
async function record(object: object, receivedAt: Date): Promise<string> {
  const id = `evt_${randomUUID()}`;
  await running.database.query(
    `insert into stripe_events (event_id, event_type, status, received_at, processed_at, payload)
     values ($1, 'test', 'ignored', $2, now(), $3)`,
    [id, receivedAt, JSON.stringify({ data: { object } }, null, 2)],
  );
  return id;
}

async function search(query: string): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const page = await admin.get(`/events?${query}${cursor && `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    found.push(...(page.body.events as { eventId: string }[]).map(({ eventId }) => eventId));
    cursor = page.body.nextCursor;
  }
  return found;
}

test('O9: events are found by what their payload names, however many lie between', async () => {
  const first = await record({ payment_intent: 'pi_sought' }, new Date('2026-03-01'));
  await running.database.query(
    `insert into stripe_events (event_id, event_type, status, received_at, processed_at, payload)
     select 'evt_other_' || n, 'test', 'ignored', '2026-03-02', now(), '{"id": "pi_sought_not"}'
       from generate_series(1, 4500) as n`,
  );
  const second = await record({ id: 'pi_sought' }, new Date('2026-03-03'));
  const third = await record({ charges: [{ payment: 'pi_sought' }] }, new Date('2026-03-04'));
  expect(await search('about=pi_sought')).toEqual([third, second, first]);
  expect(await search('about=pi_sought&limit=1')).toEqual([third, second, first]);
  expect(await search('about=pi_sought&since=2026-03-04T00:00:00Z')).toEqual([third]);
  expect(await search('about=pi_sought&type=other')).toEqual([]);
  expect(await search('about=evt_other_7')).toEqual(['evt_other_7']);
});

test('O9: the events of a user name the user, a customer of the past, or a payment', async () => {
  const user = 'o\'neill "$.*" ü';
  await running.database.query("insert into customers values ($1, 'cus_now')", [user]);
  await running.database.query("insert into former_customers values ('cus_then', $1)", [user]);
  await running.database.query("insert into payments (payment_id, user_id) values ('pi_1', $1)", [
    user,
  ]);
  const at = (day: number) => new Date(Date.UTC(2026, 3, day));
  const expected = [
    await record({ client_reference_id: user }, at(1)),
    await record({ metadata: { tollgate_user_id: user } }, at(2)),
    await record({ customer: 'cus_now' }, at(3)),
    await record({ customer: 'cus_then' }, at(4)),
    await record({ object: 'dispute', payment_intent: 'pi_1' }, at(5)),
  ];
  await record({ description: user, customer: 'cus_nowhere' }, at(6));
  await record({ metadata: { tollgate_user_id: `${user}2` } }, at(7));
  const query = `ofUser=${encodeURIComponent(user)}`;
  expect(await search(query)).toEqual(expected.toReversed());
  const both = await admin.get(`/events?${query}&about=pi_1`);
  expect(both.body).toMatchObject({ code: 'validation_failed' });
});
