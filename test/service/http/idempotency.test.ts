import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { issueToken } from '../../../ops/service/bearer-token';
import { Problem } from '../../../service/errors';
import { requireCaller } from '../../../service/http/caller';
import { acceptIdempotencyKeys, answerInTransaction } from '../../../service/http/idempotency';
import { answerWithProblems } from '../../../service/http/problem-details';
import type { Database } from '../../../service/store/database';
import { authenticateWith } from '../../support/authentication';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { jwtSecret } from '../../support/running-service';
import { eventually } from '../../support/waiting';

let testDatabase: TestDatabase;
let database: Database;
let app: FastifyInstance;
let url: string;
/** What the leased route did, by operation. */
let operations: string[];
/** Held: the leased route waits for `release`. */
let gate: { readonly opened: Promise<void>; readonly open: () => void } | undefined;

/** Two routes with an effect each: one outside of our database, one in it. */
function addRoutes(): void {
  app.post('/leased', async (request, reply) => {
    operations.push(request.operationId);
    await gate?.opened;
    if ((request.body as { fail?: boolean }).fail) throw new Problem('not_found', 'as asked');
    return reply.code(201).send({ operation: request.operationId, odd: '\u0000é' });
  });
  app.post('/leased-too', (_request, reply) => reply.code(201).send({}));
  app.post('/transaction', { config: { idempotency: 'in_transaction' } }, (request, reply) =>
    answerInTransaction(database, request, reply, async (client) => {
      const { rows } = await client.query<{ id: number }>(
        'insert into effects (caller) values ($1) returning id',
        [request.caller.userId],
      );
      await gate?.opened;
      if ((request.body as { fail?: boolean }).fail) throw new Problem('not_found', 'as asked');
      return { statusCode: 200, body: { id: rows[0]?.id } };
    }),
  );
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await testDatabase.query(
    'create table effects (id int generated always as identity, caller text)',
  );
  database = await openDatabase(testDatabase.url);
  // A test that failed leaves requests at the gate: the clean-up waits for none of them.
  app = fastify({ forceCloseConnections: true });
  answerWithProblems(app);
  requireCaller(app, authenticateWith({ sharedSecret: jwtSecret }));
  acceptIdempotencyKeys(app, database);
  addRoutes();
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  operations = [];
  gate = undefined;
});

afterEach(() => gate?.open());

afterAll(async () => {
  await app.close();
  await database.close();
  await testDatabase.drop();
});

let keys = 0;
const newKey = () => {
  keys += 1;
  return `key ${keys}`;
};

function hold(): { readonly opened: Promise<void>; readonly open: () => void } {
  const opening = new EventEmitter();
  return {
    opened: once(opening, 'open').then(() => undefined),
    open: () => void opening.emit('open'),
  };
}

async function post(path: string, key: string | undefined, body: object = {}, user = 'alice') {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issueToken(jwtSecret, user)}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    replayed: answer.headers.get('idempotency-replayed'),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

/** How often a route had its effect for this user. */
async function effects(path: string, user: string): Promise<number> {
  if (path === '/leased') return operations.length;
  return (await testDatabase.query('select 1 from effects where caller = $1', [user])).length;
}

describe.each(['/leased', '/transaction'])('%s', (path) => {
  const user = `user of ${path}`;
  let before: number;
  beforeEach(async () => {
    before = await effects(path, user);
  });
  const effectsSince = async () => (await effects(path, user)) - before;

  test('S12: the same body under the same key has the same answer and one effect', async () => {
    const key = newKey();
    const first = await post(path, key, { a: 1 }, user);
    const again = await post(path, key, { a: 1 }, user);
    expect(first.replayed).toBeNull();
    expect(again).toEqual({ ...first, replayed: 'true' });
    expect(await effectsSince()).toBe(1);
  });

  test('S12: without a key, and under two keys, every request has its effect', async () => {
    for (const key of [undefined, undefined, newKey(), newKey()]) {
      expect((await post(path, key, {}, user)).replayed).toBeNull();
    }
    expect(await effectsSince()).toBe(4);
  });

  test('S12, S20: a key is refused for another body and for another path', async () => {
    const key = newKey();
    await post(path, key, { a: 1 }, user);
    for (const [otherPath, body] of [
      [path, { a: 2 }],
      [`${path}?userId=${encodeURIComponent(user)}`, { a: 1 }],
      ['/leased-too', { a: 1 }],
    ] as const) {
      expect(await post(otherPath, key, body, user)).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused', detail: expect.stringContaining(key) },
      });
    }
    expect(await effectsSince()).toBe(1);
  });

  test("S9: a key is its caller's own", async () => {
    const key = newKey();
    await post(path, key, {}, user);
    expect(await post(path, key, {}, 'mallory')).toMatchObject({ replayed: null });
  });

  test('S12: what failed had no effect, is not kept, and may be corrected', async () => {
    const key = newKey();
    const failed = await post(path, key, { fail: true }, user);
    expect([failed.status, failed.body.code]).toEqual([404, 'not_found']);
    expect(await post(path, key, { fail: true }, user)).toMatchObject({ replayed: null });
    expect(await post(path, key, {}, user)).toMatchObject({ replayed: null });
    expect(await post(path, key, {}, user)).toMatchObject({ replayed: 'true' });
  });

  test('S12: of thirty at once one has the effect; the others wait for nobody', async () => {
    const key = newKey();
    gate = hold();
    const answers: Awaited<ReturnType<typeof post>>[] = [];
    const all = Array.from({ length: 30 }, async () => {
      answers.push(await post(path, key, {}, user));
      // The 29 that are refused are answered while the first one is still at work.
      if (answers.length === 29) gate?.open();
    });
    await Promise.all(all);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'idempotency_key_in_use')).toHaveLength(29);
    expect(await effectsSince()).toBe(1);
    expect(await post(path, key, {}, user)).toMatchObject({ replayed: 'true' });
  });

  test.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'clé'],
  ])('S20: a key that is %s is refused, and nothing is done', async (_name, key) => {
    expect(await post(path, key, {}, user)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', detail: expect.stringContaining('idempotency-key') },
    });
    expect(await effectsSince()).toBe(0);
  });
});

test('S14: when a process died with a key, the lease runs out and the operation is the same', async () => {
  const key = newKey();
  gate = hold();
  const hanging = post('/leased', key); // a process that died would never answer
  await eventually('the operation', async () => operations.length > 0 || undefined);
  expect(await post('/leased', key)).toMatchObject({ status: 409 });
  await testDatabase.query(
    "update idempotency_keys set leased_until = now() - interval '1 second' where key = $1",
    [key],
  );
  expect(await post('/leased', key, { other: true })).toMatchObject({ status: 422 });
  const { open } = gate;
  gate = undefined;
  const repeated = await post('/leased', key);
  expect(repeated).toMatchObject({ status: 201, replayed: null });
  expect(operations).toHaveLength(2);
  expect(new Set(operations).size).toBe(1);
  open();
  expect((await hanging).body).toEqual(repeated.body);
  expect(await post('/leased', key)).toEqual({ ...repeated, replayed: 'true' });
});

test('S14: operations differ with the caller, the key and the body, and are UUIDs', async () => {
  const key = newKey();
  await post('/leased', key);
  await post('/leased', newKey());
  await post('/leased', key, {}, 'bob');
  await post('/leased', undefined);
  await post('/leased', undefined);
  expect(new Set(operations).size).toBe(5);
  for (const operation of operations) {
    expect(operation).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});
