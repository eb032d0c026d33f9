import { adminClient } from '../../../support/admin-client';
import { openCheckout } from '../../../support/checkouts';
import { eventOf } from '../../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../../support/service-with-database';

let running: ServiceWithDatabase;
let admin: ReturnType<typeof adminClient>;

beforeEach(async () => {
  running = await startServiceWithDatabase();
  admin = adminClient(running.service.url);
});
afterEach(() => running.close());

const overview = async (query = '') => (await admin.get(`/overview${query}`)).body;

test('O9: an empty service has nothing waiting, nothing received and nothing moved', async () => {
  expect(await overview()).toMatchObject({
    stripeMode: 'test',
    processing: 'on',
    checkout: 'on',
    catalogue: {
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      status: 'current',
      refusedVersion: null,
    },
    events: { pending: 0, failed: 0, oldestPendingAt: null, last: null },
    outbox: { setAside: 0 },
    moved: [],
    since: `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`,
  });
});

test('O9: what waits is counted with its age, and the event received last is named', async () => {
  const { database } = running;
  await database.query(
    `insert into stripe_events (event_id, event_type, status, received_at, next_attempt_at)
     values ('evt_1', 'a', 'pending', '2026-01-01', now() + interval '1 hour'),
            ('evt_2', 'b', 'pending', '2026-01-02', now() + interval '1 hour'),
            ('evt_3', 'c', 'failed', '2026-01-03', null)`,
  );
  await database.query(
    `insert into outbox (message_key, type, data, created_at, attempts, next_attempt_at)
     values ('m', 'balance.credited', '{}', '2026-01-04', 1, now() + interval '1 hour')`,
  );
  const { events, outbox } = await overview();
  expect(events).toEqual({
    pending: 2,
    failed: 1,
    oldestPendingAt: '2026-01-01T00:00:00.000Z',
    last: { eventId: 'evt_3', type: 'c', receivedAt: '2026-01-03T00:00:00.000Z' },
  });
  expect(outbox).toEqual({
    waiting: 1,
    setAside: 0,
    oldestWaitingAt: '2026-01-04T00:00:00.000Z',
  });
  await database.query('delete from outbox'); // it is no message of ours
});

test('O9: what moved since a moment is found among transfers of long before', async () => {
  const { database, service } = running;
  await database.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor,
       reason, created_at)
     select 'old:' || n, 'stripe_clearing', 'user:old', 'usd', 700, 'topup',
            now() - interval '20 days' + n * interval '1 minute'
       from generate_series(1, 1000) as n`,
  );
  const checkout = await openCheckout(database);
  await service.deliver(eventOf('checkout.session.completed', checkout.paidSession()));
  await database.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor,
       reason, reverses)
     values ('back', $1, 'stripe_clearing', 'usd', 400, 'reversal', 'old:1'),
            ('restored', 'stripe_clearing', $1, 'usd', 100, 'restoration', 'old:1'),
            ('spent', $1, 'revenue', 'usd', 50, 'spend', null),
            ('granted', 'issued_credits', $1, 'credits', 90, 'package', null)`,
    [`user:${checkout.userId}`],
  );
  const today = [
    { unit: 'credits', receivedMinor: 0, creditedMinor: 90, takenBackMinor: 0 },
    { unit: 'usd', receivedMinor: 700, creditedMinor: 1000, takenBackMinor: 300 },
  ];
  expect((await overview()).moved).toEqual(today);
  const everything = await overview('?since=2020-01-01T00:00:00Z');
  expect(everything.moved).toMatchObject([{}, { creditedMinor: 701_000 }]);
  const later = new Date(Date.now() + 60_000).toISOString();
  expect((await overview(`?since=${later}`)).moved).toEqual([]);
});
