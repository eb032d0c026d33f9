import { randomUUID } from 'node:crypto';
import { lockBalances } from '../../../service/store/balances';
import { lockCheckouts } from '../../../service/store/checkouts';
import type { Database } from '../../../service/store/database';
import { markProcessed } from '../../../service/store/events';
import { lockHolds } from '../../../service/store/holds';
import { lockKey } from '../../../service/store/idempotency';
import type { Queryable } from '../../../service/store/queryable';
import { openCheckout } from '../../support/checkouts';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';

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

/** Runs `meanwhile` while a transaction that has done `work` is still open. */
async function during<Result>(
  work: (client: Queryable) => Promise<unknown>,
  meanwhile: () => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (client) => {
    await work(client);
    return meanwhile();
  });
}

const isLocked = expect.objectContaining({ code: 'row_locked' });

test.each(['session', 'checkout'] as const)(
  'S14: a checkout that is found by its %s is held until the transaction ends',
  async (by) => {
    const { sessionId, checkoutId } = await openCheckout(testDatabase);
    const lock = (client: Queryable) =>
      by === 'session'
        ? lockCheckouts(client, [sessionId], [])
        : lockCheckouts(client, [], [checkoutId]);
    const second = during(lock, () => database.transaction(lock));
    await expect(second).rejects.toEqual(isLocked);
    expect(await database.transaction(lock)).toHaveLength(1);
  },
);

test('S14: what a checkout says is read after whoever held it has committed', async () => {
  const { sessionId, checkoutId } = await openCheckout(testDatabase);
  let read: Promise<unknown> = Promise.resolve();
  await database.transaction(async (client) => {
    await lockCheckouts(client, [sessionId], []);
    read = database.transaction((other) => lockCheckouts(other, [sessionId], []));
    await client.query('select pg_sleep(0.2)');
    await client.query("update checkouts set status = 'complete' where checkout_id = $1", [
      checkoutId,
    ]);
  });
  expect(await read).toEqual([expect.objectContaining({ status: 'complete' })]);
});

test('S12: a balance that somebody spends of is held until the transaction ends', async () => {
  await testDatabase.query(
    "insert into balances (account, unit, amount_minor) values ('user:ann', 'usd', 1000)",
  );
  const lock = (client: Queryable) => lockBalances(client, [{ userId: 'ann', unit: 'usd' }]);
  await expect(during(lock, () => database.transaction(lock))).rejects.toEqual(isLocked);
  expect((await database.transaction(lock))('ann', 'usd')).toBe(1000n);
});

test('S12: a hold that somebody ends is held until the transaction ends', async () => {
  const holdId = randomUUID();
  await testDatabase.query(
    `insert into holds (hold_id, user_id, unit, amount_minor, description, expires_at)
     values ($1, 'ann', 'usd', 100, 'a ride', now() + interval '1 hour')`,
    [holdId],
  );
  const lock = (client: Queryable) => lockHolds(client, [holdId]);
  await expect(during(lock, () => database.transaction(lock))).rejects.toEqual(isLocked);
  expect((await database.transaction(lock)).get(holdId)).toMatchObject({ status: 'held' });
});

test('S12: a key is one request at a time, and is under way for the others', async () => {
  const request = { caller: 'ann', key: 'once', requestHash: 'of the request' };
  const lock = (client: Queryable) => lockKey(client, request);
  const states: unknown[] = [];
  const second = await during(
    async (client) => states.push(await lock(client)),
    () => database.transaction(lock),
  );
  expect([...states, second]).toEqual(['new', 'under_way']);
  expect(await database.transaction(lock)).toBe('new');
});

async function pending(eventId: string): Promise<void> {
  await testDatabase.query(
    `insert into stripe_events (event_id, event_type, status, attempts, next_attempt_at, payload)
     values ($1, 'charge.refunded', 'pending', 1, now(), '{}')`,
    [eventId],
  );
}

test('S14: an event is marked processed once, and whoever comes second is told', async () => {
  await pending('evt_once');
  const mark = () => database.transaction((client) => markProcessed(client, 'evt_once'));
  expect(await mark()).toBe(true);
  const [before] = await testDatabase.query(
    "select * from stripe_events where event_id = 'evt_once'",
  );
  expect(await mark()).toBe(false);
  expect(
    await testDatabase.query("select * from stripe_events where event_id = 'evt_once'"),
  ).toEqual([before]);
});

test('S14: an event that two handle at once is processed by one', async () => {
  await pending('evt_race');
  const mark = () =>
    database.transaction(async (client) => {
      const isOurs = await markProcessed(client, 'evt_race');
      await client.query('select pg_sleep(0.1)');
      return isOurs;
    });
  expect((await Promise.all([mark(), mark(), mark()])).filter(Boolean)).toHaveLength(1);
});

test.each(['failed', 'ignored'])(
  'S14: an event that is %s is not marked processed',
  async (status) => {
    await testDatabase.query(
      `insert into stripe_events (event_id, event_type, status, processed_at)
     values ($1::text, 'charge.refunded', $2::text, case when $2 = 'ignored' then now() end)`,
      [`evt_${status}`, status],
    );
    const marked = database.transaction((client) => markProcessed(client, `evt_${status}`));
    expect(await marked).toBe(false);
  },
);
