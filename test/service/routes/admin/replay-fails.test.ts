import { handledEventTypes } from '../../../../service/handlers/index';
import { adminClient } from '../../../support/admin-client';
import { eventOf } from '../../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../../support/service-with-database';

let shop: ServiceWithDatabase;

beforeAll(async () => {
  shop = await startServiceWithDatabase();
});
afterAll(() => shop.close());

test('S3: the replay of an event that fails again is 409 event_still_fails, and leaves nothing', async () => {
  const admin = adminClient(shop.service.url);
  const statuses = new Set<number>();
  const attempts = () =>
    shop.database.query('select event_id, status from stripe_events order by 1');
  // Those tell what they are about even if it has no amount, which every test's outbox is held to.
  const types = handledEventTypes.filter((type) => !/payment_(intent|failed|action)/.test(type));
  for (const type of types) {
    for (const object of [{}, { id: 5 }, { id: 'x', metadata: 5, lines: {}, items: {} }]) {
      const event = eventOf(type, object);
      await shop.service.deliver(event);
      await shop.database.query(
        "update stripe_events set status = 'failed', next_attempt_at = null where event_id = $1 and status = 'pending'",
        [event.id],
      );
      const before = await attempts();
      for (const query of ['', '?dryRun=true']) {
        const { status, body } = await admin.post(`/events/${event.id}/replay${query}`);
        statuses.add(status);
        // Stripe is away here, which those that read from it say.
        if (status >= 500) expect([type, body.code]).toEqual([type, 'stripe_unavailable']);
        if (status === 409) expect(body.code).toBe('event_still_fails');
        if (status !== 200) expect(await attempts()).toEqual(before);
      }
    }
  }
  expect(statuses).toContain(409);
  expect(await shop.database.query('select 1 from idempotency_keys')).toEqual([]);
});

test.each([
  ['refuses for a reason of its own', 'XX001', 500, 'internal_error'],
  ['is full', '53100', 503, 'database_unavailable'],
  ['does not take what the event says', '23514', 409, 'event_still_fails'],
])('S3: a replay while the database %s says so', async (_name, state, status, code) => {
  const id = `evt_${state}`;
  const refund = {
    id: `re_${state}`,
    object: 'refund',
    amount: 100,
    currency: 'usd',
    payment_intent: `pi_${state}`,
    metadata: { tollgate_environment: 'local' },
    status: 'succeeded',
  };
  await shop.service.deliver(eventOf('refund.created', refund, id));
  // As before it was ever handled.
  await shop.database.query('delete from refunds');
  await shop.database.query('delete from outbox');
  await shop.database.query(
    `create function fail() returns trigger language plpgsql as
       $$ begin raise exception 'no' using errcode = '${state}'; end $$;
     create trigger fail before insert on refunds for each row execute function fail()`,
  );
  const answer = await adminClient(shop.service.url).post(`/events/${id}/replay`);
  expect(answer).toMatchObject({ status, body: { code } });
  await shop.database.query('drop function fail() cascade');
  const again = await adminClient(shop.service.url).post(`/events/${id}/replay`);
  expect(again).toMatchObject({ status: 200, body: { outcome: 'recorded' } });
});
