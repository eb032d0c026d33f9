import { adminClient } from '../../../support/admin-client';
import { createTestDatabase, type TestDatabase } from '../../../support/database';
import { startTestService, type TestService } from '../../../support/running-service';
import { eventually } from '../../../support/waiting';

let database: TestDatabase;
let service: TestService;
let admin: ReturnType<typeof adminClient>;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startTestService(database.url);
  admin = adminClient(service.url);
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

/** Puts a message there that is due in an hour, or that was set aside. */
async function put(key: string, isSetAside: boolean): Promise<number> {
  const [row] = await database.query<{ position: bigint }>(
    `insert into outbox (message_key, type, user_id, data, attempts, next_attempt_at, last_error,
       set_aside_at)
     values ($1, 'checkout.expired', $1, '{"sessionId": "cs_1"}', 9, now() + interval '1 hour', 'refused',
       case when $2 then now() end)
     returning position`,
    [key, isSetAside],
  );
  return Number(row?.position);
}

const listed = async (query: string) => {
  const { body } = await admin.get(`/outbox${query}`);
  return { positions: (body.messages as { position: number }[]).map((m) => m.position), body };
};

test('S3: what waits and what was set aside are listed apart, page by page', async () => {
  const waiting = [await put('a', false), await put('b', false), await put('c', false)];
  const aside = await put('d', true);
  const first = await listed('?limit=2');
  expect(first.positions).toEqual(waiting.slice(0, 2));
  const second = await listed(`?limit=2&cursor=${first.body.nextCursor}`);
  expect(second.positions).toEqual(waiting.slice(2));
  expect(second.body.nextCursor).toBeNull();
  const { body } = await listed('?state=set_aside');
  expect(body.messages).toMatchObject([
    {
      position: aside,
      type: 'checkout.expired',
      userId: 'd',
      data: { sessionId: 'cs_1' },
      attempts: 9,
      lastError: 'refused',
    },
  ]);
});

test('S17: a message that was set aside is published when somebody says so', async () => {
  const position = await put('e', true);
  expect(await admin.post(`/outbox/${position}/retry`)).toEqual({
    status: 200,
    body: { position, state: 'waiting' },
  });
  await eventually('the message published', async () => {
    const [row] = await database.query<{ published_at: Date | null }>(
      'select published_at from outbox where position = $1',
      [position],
    );
    return row?.published_at ?? undefined;
  });
  expect(await admin.post(`/outbox/${position}/retry`)).toMatchObject({
    status: 409,
    body: { code: 'message_not_set_aside' },
  });
  expect(await admin.post('/outbox/999999/retry')).toMatchObject({
    status: 404,
    body: { code: 'message_not_found' },
  });
});
