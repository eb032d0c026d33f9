import { issueToken } from '../../../ops/service/bearer-token';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { jwtSecret, startTestService, type TestService } from '../../support/running-service';

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

async function askAs(scope: string, query: string) {
  const token = await issueToken(jwtSecret, 'alice', scope);
  const answer = await fetch(`${service.url}/v1/account${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { answer, body: (await answer.json()) as Record<string, unknown> };
}

test('S9: a user sees themself, whether they name themself or not', async () => {
  expect((await askAs('', '')).body).toEqual({ userId: 'alice', balances: [] });
  expect((await askAs('', '?userId=alice')).body).toEqual({ userId: 'alice', balances: [] });
});

test('S9: a user cannot name another user: 403 names the scope that is missing', async () => {
  const { answer, body } = await askAs('accounts:read', '?userId=bob');
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", scope="accounts:write"',
  );
  expect(body).toMatchObject({
    status: 403,
    code: 'scope_missing',
    scope: 'accounts:write',
    detail: expect.stringContaining('accounts:read'),
  });
});

test('S9: a token with accounts:write acts for the user that it names', async () => {
  expect((await askAs('accounts:write', '?userId=bob')).body).toMatchObject({ userId: 'bob' });
  expect((await askAs('accounts:write', '')).body).toMatchObject({ userId: 'alice' });
});

test.each([
  ['nobody', '?userId='],
  ['white space', '?userId=%20'],
  ['a line break', '?userId=bob%0A'],
  ['a text that is too long', `?userId=${'b'.repeat(256)}`],
  ['a control character beyond ASCII', '?userId=bob%C2%85'],
  ['two users', '?userId=bob&userId=carol'],
])('S9: nobody acts for %s', async (_name, query) => {
  expect((await askAs('accounts:write', query)).body).toMatchObject({
    status: 400,
    code: 'validation_failed',
  });
});

test('S9: a user id is as long in astral characters as in others, wherever it is named', async () => {
  const userId = '😀'.repeat(255);
  const query = `?userId=${encodeURIComponent(userId)}`;
  expect((await askAs('accounts:write', query)).body).toEqual({ userId, balances: [] });
});

test('S9: who may not act for a user is told so before the body is looked at', async () => {
  const token = await issueToken(jwtSecret, 'alice', '');
  const answer = await fetch(`${service.url}/v1/account/spend?userId=bob`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"unit":',
  });
  expect(await answer.json()).toMatchObject({ status: 403, code: 'scope_missing' });
});
