import { issueToken } from '../../../ops/service/bearer-token';
import { type DescribedRoute, describedRoutes } from '../../support/described-routes';
import { jwtSecret } from '../../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';

let shop: ServiceWithDatabase;
let routes: DescribedRoute[];
let authorization: string;

beforeAll(async () => {
  shop = await startServiceWithDatabase();
  routes = (await describedRoutes(shop.service.url)).filter(
    ({ path }) => path !== '/webhooks/stripe',
  );
  const scope = 'accounts:write billing:admin';
  authorization = `Bearer ${await issueToken(jwtSecret, 'alice', scope)}`;
});
afterAll(() => shop.close());

async function send(method: string, path: string, body?: unknown) {
  const answer = await fetch(shop.service.url + path, {
    method,
    headers: {
      authorization,
      'idempotency-key': `key ${Math.random()}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: JSON.parse(text) as Record<string, unknown> };
}

const refused = (detail: RegExp) => ({
  status: 400,
  body: { code: 'validation_failed', detail: expect.stringMatching(detail) },
});

test('S20: every route refuses a query parameter that it does not know, and names those it does', async () => {
  expect(routes.length).toBeGreaterThan(25);
  for (const { method, filledPath, parameters, exampleBody } of routes) {
    const body = exampleBody;
    for (const [unknown, value] of [
      ['surprise', 'x'],
      ['user_id', 'bob'],
      ['__proto__', 'x'],
    ] as const) {
      const answer = await send(method, `${filledPath}?${unknown}=${value}`, body);
      const allowed = parameters.length === 0 ? 'none' : parameters.join(', ');
      expect([method, filledPath, answer]).toEqual([
        method,
        filledPath,
        expect.objectContaining({ status: 400 }),
      ]);
      expect(answer).toMatchObject(
        refused(new RegExp(`^the query parameter ${unknown} is not known; expected ${allowed}`)),
      );
    }
    for (const name of parameters) {
      const misspelled = name.length > 2 ? name.slice(0, -1) : `${name}x`;
      expect(await send(method, `${filledPath}?${misspelled}=1`, body)).toMatchObject(
        refused(
          new RegExp(`^the query parameter ${misspelled} is not known.*did you mean ${name}\\?`),
        ),
      );
      expect(await send(method, `${filledPath}?${name}=1&${name}=1`, body)).toMatchObject(
        refused(new RegExp(`^the query parameter ${name} is given 2 times; expected once`)),
      );
      for (const empty of [`${name}=`, name]) {
        expect(await send(method, `${filledPath}?${empty}`, body)).toMatchObject(
          refused(new RegExp(`^the query parameter ${name} is empty`)),
        );
      }
    }
  }
});

test('S20: every route refuses a body that it does not take, or a member of it that it does not know', async () => {
  const posts = routes.filter(({ method }) => method === 'POST');
  expect(posts.length).toBeGreaterThan(6);
  for (const { filledPath, exampleBody, members } of posts) {
    const answer = await send('POST', filledPath, { ...exampleBody, dryRun: true });
    expect([filledPath, answer]).toEqual([filledPath, expect.objectContaining({ status: 400 })]);
    expect(answer).toMatchObject(
      refused(
        members === undefined
          ? /^the request has a body; expected none on this route/
          : /^the body's member dryRun is not known; expected /,
      ),
    );
  }
});

test('S20: what was asked for in another letter case or place is not done', async () => {
  const replay = '/v1/admin/events/evt_1/replay';
  expect(await send('POST', `${replay}?dryrun=true`)).toMatchObject(
    refused(/dryrun is not known; expected dryRun; did you mean dryRun\?/),
  );
  expect(await send('POST', replay, { dryRun: true })).toMatchObject(
    refused(/; dryRun is a parameter of the query/),
  );
  expect(
    await send('POST', '/v1/account/spend?amountMinor=5', {
      unit: 'usd',
      amountMinor: 5,
      reason: 'x',
    }),
  ).toMatchObject(refused(/; amountMinor is a member of the body/));
  expect(await send('GET', '/v1/admin/outbox?state=failed')).toMatchObject(
    refused(
      /^the query parameter state is "failed"; expected one of waiting, set_aside; did you mean/,
    ),
  );
});

test('a delivery whose endpoint has a query behind its URL is taken', async () => {
  const event = { id: 'evt_query', object: 'event', type: 'ping', data: { object: {} } };
  const path = '/webhooks/stripe?from=dashboard&from=twice';
  expect((await shop.service.deliver(event, { path })).status).toBe(200);
});
