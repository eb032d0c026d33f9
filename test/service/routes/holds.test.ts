import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { startTestService, type TestService } from '../../support/running-service';
import { ask, availableMinor, messagesOf, userWith } from '../../support/spending';
import { untilHolds } from '../../support/waiting';

let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startTestService(database.url);
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

const wish = { unit: 'usd', amountMinor: 600, reason: 'a ride' };

/** A user with 1,000 cents, of which 600 are held. */
async function held() {
  const { userId } = await userWith(database, service, 1000);
  const placed = await ask(service, userId, '/account/holds', wish);
  expect(placed.status).toBe(201);
  const id = String(placed.body.id);
  const end = (how: 'capture' | 'release', body: object = {}, key: string | null = null) =>
    ask(service, userId, `/account/holds/${id}/${how}`, body, { key });
  return { userId, id, placed, end };
}

async function untilStatus(userId: string, id: string, status: string): Promise<void> {
  await untilHolds(
    () => ask(service, userId, `/account/holds/${id}`),
    ({ body }) => expect(body.status).toBe(status),
  );
}

/** Makes the time of a hold run out, by the database's clock. */
const runOut = (id: string) =>
  database.query("update holds set expires_at = now() - interval '1 second' where hold_id = $1", [
    id,
  ]);
const lastMessage = async (userId: string) => (await messagesOf(database, userId)).at(-1);

test('S12: what is held cannot be spent, and is there to be read', async () => {
  const { userId, id, placed } = await held();
  const hold = {
    id,
    ...wish,
    capturedMinor: 0,
    status: 'held',
    createdAt: expect.any(String),
    expiresAt: expect.any(String),
  };
  expect(placed.body).toEqual(hold);
  const { createdAt, expiresAt } = placed.body as { createdAt: string; expiresAt: string };
  expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(24 * 60 * 60 * 1000);
  expect(await availableMinor(service, userId)).toBe(400);
  const refused = await ask(service, userId, '/account/spend', { ...wish, amountMinor: 401 });
  expect(refused).toMatchObject({ status: 409, body: { availableMinor: 400 } });
  expect((await ask(service, userId, `/account/holds/${id}`)).body).toEqual(hold);
  expect((await ask(service, userId, '/account/holds')).body).toEqual({
    holds: [hold],
    nextCursor: null,
  });
  expect(await lastMessage(userId)).toEqual({
    type: 'hold.placed',
    data: { holdId: id, ...wish, expiresAt },
  });
});

test('S12: a hold is placed once under its key, even when the key has been forgotten', async () => {
  const { userId } = await userWith(database, service, 1000);
  const key = randomUUID();
  const place = () => ask(service, userId, '/account/holds', wish, { key });
  const first = await place();
  expect((await place()).body).toEqual(first.body);
  await database.query('delete from idempotency_keys where key = $1', [key]);
  expect((await place()).body).toEqual(first.body);
  expect(await availableMinor(service, userId)).toBe(400);
  const keyless = await ask(service, userId, '/account/holds', wish, { key: null });
  expect(keyless).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
});

test('S12: more than there is cannot be held', async () => {
  const { userId } = await held();
  const refused = await ask(service, userId, '/account/holds', wish);
  expect(refused).toMatchObject({
    status: 409,
    body: { code: 'insufficient_funds', unit: 'usd', availableMinor: 400 },
  });
  expect((await ask(service, userId, '/account/holds')).body.holds).toHaveLength(1);
});

test('S12: a capture in part takes its amount once and gives the rest back', async () => {
  const { userId, id, end } = await held();
  const part = { amountMinor: 250 };
  const captured = await end('capture', part);
  expect(captured).toMatchObject({ status: 200, body: { status: 'captured', capturedMinor: 250 } });
  expect(await availableMinor(service, userId)).toBe(750);
  expect(await lastMessage(userId)).toEqual({
    type: 'hold.captured',
    data: { holdId: id, unit: 'usd', reason: wish.reason, amountMinor: 250, releasedMinor: 350 },
  });
  expect((await end('capture', part)).body).toEqual(captured.body);
  for (const refused of [await end('capture'), await end('release')]) {
    expect(refused).toMatchObject({ status: 409, body: { code: 'hold_already_captured' } });
  }
  expect(await availableMinor(service, userId)).toBe(750);
});

test('S12: a capture without an amount, or without a body, takes all', async () => {
  const { userId, id, end } = await held();
  expect((await end('capture')).body).toMatchObject({ status: 'captured', capturedMinor: 600 });
  expect(await availableMinor(service, userId)).toBe(400);
  const { headers } = await ask(service, userId, `/account/holds/${id}`);
  expect(headers.get('content-type')).toContain('application/json');
});

test('S12: more than is held cannot be captured', async () => {
  const { userId, end } = await held();
  expect(await end('capture', { amountMinor: 601 })).toMatchObject({
    status: 422,
    body: { code: 'capture_exceeds_hold', detail: expect.stringContaining('601 usd') },
  });
  expect(await availableMinor(service, userId)).toBe(400);
});

test('S12: a release gives all back, once', async () => {
  const { userId, id, end } = await held();
  const released = await end('release');
  expect(released).toMatchObject({ status: 200, body: { status: 'released', capturedMinor: 0 } });
  expect((await end('release')).body).toEqual(released.body);
  expect(await availableMinor(service, userId)).toBe(1000);
  expect(await lastMessage(userId)).toEqual({
    type: 'hold.released',
    data: { holdId: id, ...wish },
  });
  expect(await end('capture')).toMatchObject({ body: { code: 'hold_already_released' } });
});

test('S12: a hold that runs out goes back by itself, and cannot be captured any more', async () => {
  const { userId, id, end } = await held();
  await runOut(id);
  // Whether the loop has been there already or not.
  expect(await end('capture')).toMatchObject({ status: 409, body: { code: 'hold_expired' } });
  await untilStatus(userId, id, 'expired');
  expect(await availableMinor(service, userId)).toBe(1000);
  expect(await lastMessage(userId)).toEqual({
    type: 'hold.expired',
    data: { holdId: id, ...wish },
  });
  expect(await end('capture')).toMatchObject({ status: 409, body: { code: 'hold_expired' } });
  expect(await end('release')).toMatchObject({ status: 200, body: { status: 'expired' } });
  expect(await availableMinor(service, userId)).toBe(1000);
});

test('S12: a hold ends after as many seconds as it was asked for', async () => {
  const { userId } = await userWith(database, service, 1000);
  const placed = await ask(service, userId, '/account/holds', { ...wish, expiresInSeconds: 1 });
  await untilStatus(userId, String(placed.body.id), 'expired');
  expect(await availableMinor(service, userId)).toBe(1000);
});

test('S12: holds are listed page by page, newest first, and by their status', async () => {
  const { userId } = await userWith(database, service, 1000);
  const ids: unknown[] = [];
  for (let index = 0; index < 5; index += 1) {
    const placed = await ask(service, userId, '/account/holds', { ...wish, amountMinor: 1 });
    ids.unshift(placed.body.id);
  }
  await ask(service, userId, `/account/holds/${ids[2]}/release`, {});
  const list = async (query: string) => {
    const { body } = await ask(service, userId, `/account/holds?${query}`);
    return { ids: (body.holds as { id: string }[]).map(({ id }) => id), next: body.nextCursor };
  };
  const first = await list('limit=2');
  const second = await list(`limit=2&cursor=${first.next}`);
  const third = await list(`limit=2&cursor=${second.next}`);
  expect([...first.ids, ...second.ids, ...third.ids]).toEqual(ids);
  expect(third.next).toBeNull();
  expect((await list('status=released')).ids).toEqual([ids[2]]);
  expect((await list('status=held')).ids).toEqual(ids.toSpliced(2, 1));
});

test('S9: the hold of one user is not there for another, but for the host application', async () => {
  const { userId, id } = await held();
  const others = [
    await ask(service, 'mallory', `/account/holds/${id}`),
    await ask(service, 'mallory', `/account/holds/${id}/capture`, {}),
    await ask(service, 'mallory', `/account/holds/${id}/release`, {}),
    await ask(service, userId, `/account/holds/${randomUUID()}`),
  ];
  for (const { status, body } of others) {
    expect([status, body.code]).toEqual([404, 'hold_not_found']);
  }
  const path = `/account/holds/${id}/capture?userId=${userId}`;
  expect(await ask(service, 'mallory', path, {})).toMatchObject({ status: 403 });
  const byHost = await ask(service, 'host', path, {}, { scope: 'accounts:write' });
  expect(byHost).toMatchObject({ status: 200, body: { status: 'captured' } });
});

test.each([
  ['no time at all', { ...wish, expiresInSeconds: 0 }],
  ['more than 31 days', { ...wish, expiresInSeconds: 31 * 24 * 60 * 60 + 1 }],
  ['nothing', { ...wish, amountMinor: 0 }],
])('S20: a hold of %s is refused', async (_name, body) => {
  expect(await ask(service, 'alice', '/account/holds', body)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed' },
  });
});
