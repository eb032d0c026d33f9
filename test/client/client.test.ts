import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTollgateClient, type TollgateError } from '@tollgate/client';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { clientTypes } from '../../docs/generate/client';
import { freePort } from '../../local/free-port';
import { issueToken } from '../../ops/service/bearer-token';
import { startAnsweringServer } from '../support/answering-server';
import { jwtSecret } from '../support/running-service';
import { openShop, type Shop } from '../support/selling';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const clientOf = (userId: string, scope = '') =>
  createTollgateClient({
    baseUrl: `${shop.service.url}/`,
    token: () => issueToken(jwtSecret, userId, scope),
  });

const refusal = (promise: Promise<unknown>): Promise<TollgateError> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: TollgateError) => error,
  );

test('L5: the types of the client are those of /openapi.json; npm run docs writes them anew', async () => {
  const root = join(__dirname, '../..');
  expect(readFileSync(join(root, 'client/api.ts'), 'utf8')).toBe(await clientTypes(root));
});

test('L5: the client sells, is paid, and spends', async () => {
  const tollgate = clientOf('buyer');
  const { id, url } = await tollgate.post('/v1/checkout/sessions', {
    body: { package: 'starter', metadata: { order: '7' } },
  });
  await payOnHostedPage(url, { card: '4242424242424242' });
  const session = await tollgate.get('/v1/checkout/sessions/{id}', { params: { path: { id } } });
  expect(session).toMatchObject({ paymentStatus: 'paid', metadata: { order: '7' } });
  const spend = (key: string) =>
    tollgate.post('/v1/account/spend', {
      params: { header: { 'idempotency-key': key } },
      body: { unit: 'credits', amountMinor: 400, reason: 'a picture' },
    });
  const { spendId, availableMinor } = await spend('picture-1');
  expect(availableMinor).toBe(600);
  expect((await spend('picture-1')).spendId).toBe(spendId);
  const { transactions } = await tollgate.get('/v1/account/transactions', {
    params: { query: { unit: 'credits', limit: 1 } },
  });
  expect(transactions.map(({ reason }) => reason)).toEqual(['spend']);
});

test('L5: a refusal is thrown with its code, what to do, and the id of the request', async () => {
  const poor = await refusal(
    clientOf('poor').post('/v1/account/spend', {
      params: { header: { 'idempotency-key': 'picture-1' } },
      body: { unit: 'credits', amountMinor: 400, reason: 'a picture' },
    }),
  );
  expect(poor).toMatchObject({
    name: 'TollgateError',
    code: 'insufficient_funds',
    status: 409,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    problem: { availableMinor: 0, unit: 'credits' },
    message: expect.stringContaining('Ask for no more than availableMinor'),
  });
  const stranger = createTollgateClient({ baseUrl: shop.service.url, token: 'nonsense' });
  expect(await refusal(stranger.get('/v1/account'))).toMatchObject({ code: 'token_invalid' });
  const { error, response } = await stranger.raw.GET('/v1/account');
  expect([error?.code, response.status]).toEqual(['token_invalid', 401]);
});

test('L5: it acts for the user whom the query names, as far as the token may', async () => {
  const named = { params: { query: { userId: 'somebody' } } };
  expect(await clientOf('backend', 'accounts:write').get('/v1/account', named)).toMatchObject({
    userId: 'somebody',
  });
  expect(await refusal(clientOf('buyer').get('/v1/account', named))).toMatchObject({
    code: 'scope_missing',
  });
});

test.each(['secret-of\na-line', 'secret of words', 'secret“quoted”'])(
  'L5, O10: the token %j, which cannot be sent, is refused and not shown',
  async (token) => {
    const client = createTollgateClient({ baseUrl: 'http://127.0.0.1:9', token });
    const refused = await refusal(client.get('/v1/account'));
    expect(refused).toMatchObject({ code: 'token_invalid', status: 0 });
    expect(`${refused.message} ${String(refused.cause)}`).not.toContain('secret');
  },
);

test('L5: no answer, one of somebody else, and one that is late are told apart', async () => {
  const at = (baseUrl: string) =>
    createTollgateClient({ baseUrl, token: 'x', timeoutSeconds: 0.2 }).get('/v1/catalogue');
  const nobody = `http://127.0.0.1:${await freePort()}`;
  expect(await refusal(at(nobody))).toMatchObject({
    code: 'unreachable',
    status: 0,
    message: expect.stringMatching(/ECONNREFUSED.*see that baseUrl leads to the service/),
  });
  const other = await startAnsweringServer();
  other.answer = (response) =>
    response.writeHead(502, { 'retry-after': '7' }).end('<h1>Bad Gateway</h1>');
  expect(await refusal(at(other.url.origin))).toMatchObject({
    code: 'unexpected_answer',
    status: 502,
    retryAfterSeconds: 7,
    message: expect.stringContaining('Bad Gateway'),
  });
  other.answer = () => undefined;
  expect(await refusal(at(other.url.origin))).toMatchObject({ code: 'unreachable' });
  await other.close();
});
