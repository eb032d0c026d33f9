import pg from 'pg';
import { handledEventTypes } from '../../../service/handlers/index';
import { ledgerOf, openCheckout } from '../../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { eventOf, startTestService, type TestService } from '../../support/running-service';
import { untilHolds } from '../../support/waiting';

let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startTestService(database.url);
  // Stands for whatever may be wrong with one event's handling and with no other's.
  await database.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      if new.credit_account like 'user:poison%' then raise exception 'poisoned'; end if;
      return new;
    end $$`);
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

beforeEach(() =>
  database.query(
    'create trigger poison before insert on transfers for each row execute function refuse_poison()',
  ),
);
afterEach(() => database.query('drop trigger if exists poison on transfers'));

/** The inbox loop looks every two seconds. */
async function eventuallyCredited(userId: string): Promise<void> {
  await untilHolds(
    () => ledgerOf(database, userId),
    ({ transfers }) => expect(transfers).toBe(1),
  );
}

const completed = 'checkout.session.completed';

test('S14: one event that cannot be handled does not keep others of its group from it', async () => {
  const good = await Promise.all(Array.from({ length: 40 }, () => openCheckout(database)));
  const poison = await openCheckout(database, { userId: 'poison-group' });
  const answers = await Promise.all(
    [...good.slice(0, 20), poison, ...good.slice(20)].map(async (checkout) =>
      (await service.deliver(eventOf(completed, checkout.paidSession()))).json(),
    ),
  );
  const statuses = answers.map((answer) => (answer as { status: string }).status);
  expect(statuses.filter((status) => status === 'processed')).toHaveLength(40);
  expect(statuses[20]).toBe('pending');
  for (const checkout of good) {
    expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 1 });
  }
});

test('S14: one event whose statement times out is postponed, and the others of its group are not', async () => {
  await database.query(`
    create or replace function linger() returns trigger language plpgsql as $$
    begin
      if new.credit_account = 'user:slow-group' then perform pg_sleep(30); end if;
      return new;
    end $$;
    create trigger lingers before insert on transfers for each row execute function linger()`);
  try {
    const slow = await openCheckout(database, { userId: 'slow-group' });
    const good = await Promise.all(Array.from({ length: 10 }, () => openCheckout(database)));
    const answers = await Promise.all(
      [slow, ...good].map(async (checkout) =>
        (await service.deliver(eventOf(completed, checkout.paidSession()))).json(),
      ),
    );
    const statuses = answers.map((answer) => (answer as { status: string }).status);
    expect(statuses).toEqual(['pending', ...good.map(() => 'processed')]);
  } finally {
    await database.query('drop trigger lingers on transfers');
  }
  await eventuallyCredited('slow-group');
});

test('S1: an event whose handling failed is acknowledged and handled once the cause is gone', async () => {
  const poison = await openCheckout(database, { userId: 'poison-later' });
  const event = eventOf(completed, poison.paidSession(), 'evt_poison');
  expect(await (await service.deliver(event)).json()).toEqual({
    received: true,
    status: 'pending',
  });
  expect(
    await database.query(
      "select status, attempts, last_error from stripe_events where event_id = 'evt_poison'",
    ),
  ).toEqual([{ status: 'pending', attempts: 1, last_error: 'poisoned' }]);
  expect(await ledgerOf(database, poison.userId)).toMatchObject({ transfers: 0 });

  await database.query('drop trigger poison on transfers');
  await eventuallyCredited(poison.userId);
  expect(await ledgerOf(database, poison.userId)).toMatchObject({
    balances: [{ amount_minor: 1000n }],
    transfers: 1,
  });
  expect(
    await database.query(
      "select status, last_error, processed_at is not null as done from stripe_events where event_id = 'evt_poison'",
    ),
  ).toEqual([{ status: 'processed', last_error: null, done: true }]);
});

test('S14: an event whose row somebody holds is postponed, and the others are not', async () => {
  const good = await Promise.all(Array.from({ length: 20 }, () => openCheckout(database)));
  const held = await openCheckout(database);
  await database.query('drop trigger poison on transfers');
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from checkouts where checkout_id = $1 for update', [
    held.checkoutId,
  ]);
  const answers = await Promise.all(
    [...good, held].map(async (checkout) =>
      (await service.deliver(eventOf(completed, checkout.paidSession()))).json(),
    ),
  );
  const statuses = answers.map((answer) => (answer as { status: string }).status);
  expect(statuses).toEqual([...good.map(() => 'processed'), 'pending']);
  await holder.query('rollback');
  await holder.end();
  await eventuallyCredited(held.userId);
});

test('S1: a database too slow to record anything is not asked for each of a group in turn', async () => {
  const checkouts = await Promise.all(Array.from({ length: 12 }, () => openCheckout(database)));
  await database.query(`
    create function take_long() returns trigger language plpgsql as $$
    begin perform pg_sleep(30); return new; end $$;
    create trigger slow before insert on stripe_events
      for each row execute function take_long()`);
  const events = checkouts.map((checkout) => eventOf(completed, checkout.paidSession()));
  const statuses = await Promise.all(
    events.map(async (event) => (await service.deliver(event)).status),
  );
  // Each asked in turn would have taken a minute and more; nobody knows that any was recorded.
  expect(statuses).toEqual(events.map(() => 503));
  await database.query('drop trigger slow on stripe_events');
  for (const event of events) expect((await service.deliver(event)).status).toBe(200);
});

test('S14: a pending event that is delivered again is a duplicate and stays one', async () => {
  const poison = await openCheckout(database, { userId: 'poison-twice' });
  const event = eventOf(completed, poison.paidSession());
  await service.deliver(event);
  expect(await (await service.deliver(event)).json()).toEqual({
    received: true,
    status: 'duplicate',
  });
});

test.each([
  ['nothing', {}],
  ['members of other types', { id: 7, metadata: 'x', payment_intent: 1, charge: [], items: null }],
  ['nulls', { id: null, metadata: null, payment_intent: null, customer: null, lines: null }],
])('S1: no handler keeps an event around %s from being recorded', async (_name, object) => {
  const answers = await Promise.all(
    handledEventTypes.map(async (type) => {
      const answer = await service.deliver(eventOf(type, object));
      return [type, answer.status];
    }),
  );
  expect(answers).toEqual(handledEventTypes.map((type) => [type, 200]));
  // Stripe sends no such thing, so that nobody is told of it either.
  await database.query('delete from outbox');
});
