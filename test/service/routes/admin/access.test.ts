import { adminClient } from '../../../support/admin-client';
import { createTestDatabase, type TestDatabase } from '../../../support/database';
import { startTestService, type TestService } from '../../../support/running-service';

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

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

async function adminOperations(): Promise<Operation[]> {
  const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Pick<Operation, 'responses'>>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    path.startsWith('/v1/admin/')
      ? Object.entries(operations).map(([method, { responses }]) => ({ method, path, responses }))
      : [],
  );
}

const withIds = (path: string) => path.replace('/v1/admin', '').replaceAll(/\{[^}]+\}/g, '1');

test('S3: every route of the administrators refuses a token without billing:admin', async () => {
  const operations = await adminOperations();
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'get /v1/admin/adjustments',
    'get /v1/admin/customers/{customerId}',
    'get /v1/admin/events',
    'get /v1/admin/events/{id}',
    'get /v1/admin/outbox',
    'get /v1/admin/overview',
    'get /v1/admin/reconciliations',
    'get /v1/admin/reconciliations/{runId}',
    'get /v1/admin/trace/{id}',
    'get /v1/admin/trial-balance',
    'get /v1/admin/users/{userId}/ledger',
    'get /v1/admin/webhook-secrets',
    'post /v1/admin/adjustments/{id}/approve',
    'post /v1/admin/adjustments/{id}/decline',
    'post /v1/admin/events/{id}/replay',
    'post /v1/admin/outbox/{position}/retry',
    'post /v1/admin/payments/{paymentId}/refunds',
    'post /v1/admin/reconciliations',
    'post /v1/admin/users/{userId}/adjustments',
  ]);
  for (const { method, path } of operations) {
    for (const scope of ['', 'accounts:write', 'billing:administrator']) {
      const client = adminClient(service.url, scope);
      const answer = await (method === 'get' ? client.get : client.post)(withIds(path));
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'scope_missing']);
    }
    const anonymous = await fetch(`${service.url}/v1/admin${withIds(path)}`, { method });
    expect([path, anonymous.status]).toEqual([path, 401]);
  }
});

test('S20: every route of the administrators describes its answers and its problems', async () => {
  for (const { path, responses } of await adminOperations()) {
    const success = Object.keys(responses).find((status) => status.startsWith('2')) ?? '200';
    for (const status of [success, '400', '401', '403', '503']) {
      expect([path, status, responses[status]?.content]).toEqual([
        path,
        status,
        expect.any(Object),
      ]);
    }
  }
});
