import { createTestDatabase, type TestDatabase } from '../../support/database';
import { startTestService } from '../../support/running-service';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});

test('I12: what the load balancer took without TLS is counted, and nothing else is', async () => {
  const lines: string[] = [];
  const service = await startTestService(database.url, { LOG_LEVEL: 'info' }, lines);
  const ask = (path: string, proto?: string) =>
    fetch(service.url + path, {
      headers: proto === undefined ? {} : { 'x-forwarded-proto': proto },
    });
  await ask('/health'); // as the load balancer itself
  await ask('/health', 'https');
  await ask('/v1/account', 'https');
  await ask('/health', 'http');
  await ask('/webhooks/stripe', 'http');
  await service.stop();
  const counts = lines.flatMap((line) => {
    const written = JSON.parse(line) as { readonly PlainHttpRequests?: number };
    return written.PlainHttpRequests ?? [];
  });
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2);
});
