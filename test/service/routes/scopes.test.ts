import { randomUUID } from 'node:crypto';
import { issueToken } from '../../../ops/service/bearer-token';
import { type DescribedRoute, describedRoutes } from '../../support/described-routes';
import { jwtSecret } from '../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';
import { ask, availableMinor, userWith } from '../../support/spending';

let shop: ServiceWithDatabase;
let routes: DescribedRoute[];

beforeAll(async () => {
  shop = await startServiceWithDatabase();
  routes = await describedRoutes(shop.service.url);
});
afterAll(() => shop.close());

const acting = { scope: 'accounts:write' };
const wish = { unit: 'usd', amountMinor: 600, reason: 'a ride' };

/** A user of whose 1,000 cents the host application holds 600, and how to end that. */
async function heldByHost(placedAs: (userId: string) => readonly [string, string]) {
  const { userId } = await userWith(shop.database, shop.service, 1_000);
  const [sub, query] = placedAs(userId);
  const placed = await ask(shop.service, sub, `/account/holds${query}`, wish, acting);
  expect(placed.status).toBe(201);
  const end = (how: string, as: { sub: string; query?: string; scope?: string; key?: string }) =>
    ask(
      shop.service,
      as.sub,
      `/account/holds/${placed.body.id}/${how}${as.query ?? ''}`,
      {},
      { scope: as.scope ?? '', key: as.key ?? randomUUID() },
    );
  return { userId, end };
}

const refused = { status: 403, body: { code: 'scope_missing', scope: 'accounts:write' } };

describe.each([
  ['in the name of a backend', (userId: string) => ['backend', `?userId=${userId}`] as const],
  ["with a token of the user's own sub", (userId: string) => [userId, ''] as const],
])('a hold that a host application placed %s', (_name, placedAs) => {
  test.each(['capture', 'release'])("S3: a user's own token cannot %s it", async (how) => {
    const { userId, end } = await heldByHost(placedAs);
    for (const scope of ['', 'billing:admin', 'accounts:read accounts:writer']) {
      expect(await end(how, { sub: userId, scope })).toMatchObject(refused);
    }
    expect(await availableMinor(shop.service, userId)).toBe(400);
    const ended = await end(how, { sub: 'another', query: `?userId=${userId}`, ...acting });
    expect(ended.status).toBe(200);
  });

  test('S3: the answer to its end is repeated only to a token with the scope', async () => {
    const { userId, end } = await heldByHost(placedAs);
    const key = randomUUID();
    const as = { sub: userId, key };
    expect((await end('release', { ...as, ...acting })).status).toBe(200);
    expect(await end('release', as)).toMatchObject(refused);
    const again = await end('release', { ...as, ...acting });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('S3: one of which nobody knows who placed it needs the scope too', async () => {
    const { userId, end } = await heldByHost(placedAs);
    await shop.database.query(
      'update holds set placed_by = null, placed_by_host = default where user_id = $1',
      [userId],
    );
    expect(await end('release', { sub: userId })).toMatchObject(refused);
    expect((await end('release', { sub: userId, ...acting })).status).toBe(200);
  });
});

test('S3: what another token than theirs placed for a user is not theirs to end', async () => {
  const { userId } = await userWith(shop.database, shop.service, 1_000);
  const { body } = await ask(shop.service, userId, '/account/holds', wish);
  // As under another claim that named the user.
  await shop.database.query("update holds set placed_by = 'another' where user_id = $1", [userId]);
  const path = `/account/holds/${body.id}/release`;
  expect(await ask(shop.service, userId, path, {})).toMatchObject(refused);
  expect(await availableMinor(shop.service, userId)).toBe(400);
});

test('S3: what was done for another user is repeated only to who may still do it', async () => {
  const { userId } = await userWith(shop.database, shop.service, 1_000);
  const key = randomUUID();
  const spend = (as: object) =>
    ask(shop.service, 'backend', `/account/spend?userId=${userId}`, wish, { key, ...as });
  expect((await spend(acting)).status).toBe(201);
  expect(await spend({})).toMatchObject(refused);
  expect((await spend(acting)).headers.get('idempotency-replayed')).toBe('true');
});

test('S3: a user ends what the user placed', async () => {
  const { userId } = await userWith(shop.database, shop.service, 1_000);
  for (const how of ['capture', 'release']) {
    const { body } = await ask(shop.service, userId, '/account/holds', {
      ...wish,
      amountMinor: 10,
    });
    const ended = await ask(shop.service, userId, `/account/holds/${body.id}/${how}`, {});
    expect(ended.status).toBe(200);
  }
});

const callers = [
  ['no scope', ''],
  ['the other scope', 'billing:admin'],
  ['a scope that only begins like it', 'accounts:writer accounts:'],
] as const;

test.each(callers)(
  'S3: with %s no route acts for another user, and nothing is written',
  async (_name, scope) => {
    const acts = routes.filter(({ parameters }) => parameters.includes('userId'));
    expect(acts.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'GET /v1/account',
      'GET /v1/account/holds',
      'GET /v1/account/holds/{id}',
      'GET /v1/account/purchases',
      'GET /v1/account/transactions',
      'GET /v1/checkout/sessions/{id}',
      'GET /v1/entitlements',
      'GET /v1/subscriptions',
      'POST /v1/account/holds',
      'POST /v1/account/holds/{id}/capture',
      'POST /v1/account/holds/{id}/release',
      'POST /v1/account/spend',
      'POST /v1/checkout/sessions',
      'POST /v1/portal/sessions',
    ]);
    for (const { filledPath, exampleBody } of acts) {
      const path = `${filledPath.replace('/v1', '')}?userId=bob`;
      const answer = await ask(shop.service, 'alice', path, exampleBody, { scope });
      expect([path, answer]).toEqual([path, expect.objectContaining({ status: 403 })]);
      expect(answer.body).toMatchObject(refused.body);
    }
    expect(
      await shop.database.query('select 1 from idempotency_keys where caller = $1', ['alice']),
    ).toEqual([]);
  },
);

test('S3: every other route under /v1 is about the caller alone, or asks for billing:admin', async () => {
  const others = routes.filter(
    ({ path, parameters }) => path.startsWith('/v1/') && !parameters.includes('userId'),
  );
  expect(others).toHaveLength(20);
  for (const { method, path, filledPath } of others) {
    if (path === '/v1/catalogue') continue;
    for (const scope of ['', 'accounts:write', 'billing:administrator']) {
      const answer = await fetch(shop.service.url + filledPath, {
        method,
        headers: { authorization: `Bearer ${await issueToken(jwtSecret, 'alice', scope)}` },
      });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  }
});
