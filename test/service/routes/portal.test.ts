import { randomUUID } from 'node:crypto';
import { issueToken } from '../../../ops/service/bearer-token';
import { type ConnectedService, connectService } from '../../support/connected-service';
import { jwtSecret } from '../../support/running-service';

let connected: ConnectedService;

beforeAll(async () => {
  connected = await connectService({ ALLOWED_ORIGINS: 'https://app.example.com' });
});

afterAll(async () => {
  await connected.close();
});

const newUser = () => `user-${randomUUID()}`;

interface Asked {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly scope?: string;
}

async function open(
  userId: string,
  { body = {}, headers = {}, query = '', scope = '' }: Asked = {},
) {
  const answer = await fetch(`${connected.service.url}/v1/portal/sessions${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await issueToken(jwtSecret, userId, scope)}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { url: string; code: string } };
}

/** A user who has begun a checkout, and so has a customer. */
async function customer(): Promise<string> {
  const userId = newUser();
  const topup = { amountMinor: 1000, currency: 'usd' };
  const answer = await connected.service.post('/v1/checkout/sessions', userId, { topup });
  expect(answer.status).toBe(201);
  return userId;
}

/** Where the portal's page sends the user back to. */
async function wayBack(url: string): Promise<string> {
  const page = await fetch(url);
  expect(page.status).toBe(200);
  return page.text();
}

test('S17: the portal is opened to the customer of the user, and leads back', async () => {
  const userId = await customer();
  const own = await open(userId, { body: { returnUrl: 'https://app.example.com/account' } });
  expect(own).toMatchObject({ status: 201, body: { url: expect.stringMatching(/^http/) } });
  expect(await wayBack(own.body.url)).toContain('https://app.example.com/account');

  const fromOrigin = await open(userId, { headers: { origin: 'https://app.example.com' } });
  expect(await wayBack(fromOrigin.body.url)).toContain('https://app.example.com/');
  const byDefault = await open(userId);
  expect(await wayBack(byDefault.body.url)).toContain('https://shop.example.com/');
});

test('S17: a request without a body opens it too', async () => {
  const userId = await customer();
  const answer = await fetch(`${connected.service.url}/v1/portal/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await issueToken(jwtSecret, userId)}` },
  });
  expect(answer.status).toBe(201);
});

test('S8: a user is not sent from the portal to a page that is not allowed', async () => {
  const userId = await customer();
  for (const returnUrl of ['https://evil.example.com/', 'javascript:alert(1)', '/account']) {
    expect(await open(userId, { body: { returnUrl } })).toMatchObject({
      status: 422,
      body: { code: 'redirect_url_not_allowed' },
    });
  }
});

test('S17: a user without a customer has nothing to manage: 404 says so', async () => {
  expect(await open(newUser())).toMatchObject({
    status: 404,
    body: { code: 'customer_not_found' },
  });
});

test('S17: nor has one whose customer was deleted in Stripe', async () => {
  const userId = await customer();
  const [row] = await connected.database.query<{ customer_id: string }>(
    'select customer_id from customers where user_id = $1',
    [userId],
  );
  await connected.stripe.customers.del(row?.customer_id ?? '');
  expect(await open(userId)).toMatchObject({ status: 404, body: { code: 'customer_not_found' } });
});

test('the same Idempotency-Key has the same session; without one, each has its own', async () => {
  const userId = await customer();
  const headers = { 'idempotency-key': randomUUID() };
  const [first, again] = [await open(userId, { headers }), await open(userId, { headers })];
  expect(again).toEqual(first);
  expect((await open(userId)).body.url).not.toBe(first.body.url);
});

test('S9: a host application opens it for a user by its scope, another user does not', async () => {
  const userId = await customer();
  const query = `?userId=${userId}`;
  expect(await open('somebody', { query })).toMatchObject({ body: { code: 'scope_missing' } });
  expect(await open('shop', { query, scope: 'accounts:write' })).toMatchObject({ status: 201 });
});
