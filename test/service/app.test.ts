import { createTestDatabase, type TestDatabase } from '../support/database';
import { startTestService, type TestService } from '../support/running-service';

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

const json = async (path: string) => (await fetch(service.url + path)).json() as Promise<unknown>;

test('S22: /health, /started, /ready and /version tell what their names say', async () => {
  expect(await json('/health')).toEqual({ status: 'ok' });
  expect(await json('/started')).toEqual({ status: 'started' });
  expect(await json('/ready')).toEqual({
    status: 'ready',
    checks: { process: 'ok', database: 'ok', stripeSecretKey: 'ok', stripeWebhookSecret: 'ok' },
  });
  expect(await json('/version')).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    node: process.version,
    stripeApiVersion: expect.stringMatching(/^20\d\d-\d\d-\d\d\./),
    catalogue: {
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
      status: 'current',
      refusedVersion: null,
    },
  });
});

test('/openapi.json has every route in it', async () => {
  const description = (await json('/openapi.json')) as { paths: object };
  expect(Object.keys(description.paths).sort()).toEqual([
    '/health',
    '/ready',
    '/started',
    '/v1/account',
    '/v1/account/holds',
    '/v1/account/holds/{id}',
    '/v1/account/holds/{id}/capture',
    '/v1/account/holds/{id}/release',
    '/v1/account/purchases',
    '/v1/account/spend',
    '/v1/account/transactions',
    '/v1/admin/adjustments',
    '/v1/admin/adjustments/{id}/approve',
    '/v1/admin/adjustments/{id}/decline',
    '/v1/admin/customers/{customerId}',
    '/v1/admin/events',
    '/v1/admin/events/{id}',
    '/v1/admin/events/{id}/replay',
    '/v1/admin/outbox',
    '/v1/admin/outbox/{position}/retry',
    '/v1/admin/overview',
    '/v1/admin/payments/{paymentId}/refunds',
    '/v1/admin/reconciliations',
    '/v1/admin/reconciliations/{runId}',
    '/v1/admin/trace/{id}',
    '/v1/admin/trial-balance',
    '/v1/admin/users/{userId}/adjustments',
    '/v1/admin/users/{userId}/ledger',
    '/v1/admin/webhook-secrets',
    '/v1/catalogue',
    '/v1/checkout/sessions',
    '/v1/checkout/sessions/{id}',
    '/v1/entitlements',
    '/v1/portal/sessions',
    '/v1/subscriptions',
    '/version',
    '/webhooks/stripe',
  ]);
});

test('/openapi.json is sent only to who does not have it', async () => {
  const url = `${service.url}/openapi.json`;
  const first = await fetch(url);
  const tag = first.headers.get('etag') ?? '';
  expect([first.headers.get('content-type'), tag]).toEqual([
    'application/json; charset=utf-8',
    expect.stringMatching(/^"[\w-]{22}"$/),
  ]);
  expect(await (await fetch(url)).text()).toBe(await first.text());
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const again = await fetch(url, { headers: { 'if-none-match': known } });
    expect([known, again.status, await again.text()]).toEqual([known, 304, '']);
  }
  expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

test('an unknown path and an unreadable one are problems too', async () => {
  expect(await json('/nothing')).toMatchObject({ status: 404, code: 'not_found' });
  expect(await json('/%zz')).toMatchObject({ status: 400, code: 'bad_request' });
  expect(await json('/v1/nothing')).toMatchObject({ status: 404, code: 'not_found' });
});

test('a page of a foreign origin may not read answers', async () => {
  const preflight = (origin: string) =>
    fetch(`${service.url}/v1/account`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
  const allowed = await preflight('https://shop.example.com');
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example.com');
  const foreign = await preflight('https://evil.example');
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});
