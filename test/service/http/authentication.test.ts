import { exportJWK } from 'jose';
import { authenticateWith } from '../../support/authentication';
import { type KeySetServer, startKeySetServer } from '../../support/key-set-server';
import {
  bySecret,
  claimsOf,
  ec,
  encode,
  invalid,
  nowSeconds,
  rsa,
  sharedSecret,
  sign,
  signRsa,
  startKeySet,
  withSecret,
} from './tokens';

let keySet: KeySetServer;

beforeAll(async () => {
  keySet = await startKeySet();
});
afterAll(() => keySet.stop());

describe('S9: a good token', () => {
  test.each(['HS256', 'HS384', 'HS512'])('signed with %s by the shared secret', async (alg) => {
    const token = sign({ sub: 'alice' }, encode(sharedSecret), { alg });
    expect(await withSecret(token)).toEqual({ userId: 'alice', scopes: new Set() });
  });

  test('signed by keys of the key set, which is fetched once for all', async () => {
    const server = await startKeySetServer([
      { ...(await exportJWK(rsa.publicKey)), kid: 'rsa-1' },
      { ...(await exportJWK(ec.publicKey)), kid: 'ec-1' },
    ]);
    const authenticate = authenticateWith({ jwksUrl: server.url });
    const tokens = [
      await signRsa({ sub: 'alice' }),
      await sign({ sub: 'bob' }, ec.privateKey, { alg: 'ES256', kid: 'ec-1' }),
      await sign({ sub: 'carol' }, ec.privateKey, { alg: 'ES256' }),
    ];
    const callers = await Promise.all(tokens.map((token) => authenticate(`Bearer ${token}`)));
    expect(callers.map(({ userId }) => userId)).toEqual(['alice', 'bob', 'carol']);
    expect(server.requests).toBe(1);
    await server.stop();
  });

  test('of either kind, when both are configured', async () => {
    const authenticate = authenticateWith({ sharedSecret, jwksUrl: keySet.url });
    expect(await authenticate(`Bearer ${await sign({ sub: 'alice' })}`)).toMatchObject({
      userId: 'alice',
    });
    expect(await authenticate(`Bearer ${await signRsa({ sub: 'bob' })}`)).toMatchObject({
      userId: 'bob',
    });
  });

  test.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('after the word "%s"', async (word) => {
    expect(await bySecret(`${word} ${await sign({ sub: 'alice' })}`)).toMatchObject({
      userId: 'alice',
    });
  });

  test.each([
    // Functions, because a table is made long before its last row is looked at.
    ['just expired, within the tolerance of our clocks', () => ({ exp: nowSeconds() - 2 })],
    ['about to be valid, within the tolerance', () => ({ nbf: nowSeconds() + 3 })],
    ['without an expiry, as its issuer decides', () => ({})],
    [
      'with claims that we do not know',
      () => ({ aud: 'others', iss: 'https://idp.example', roles: [1] }),
    ],
  ])('%s', async (_name, claims) => {
    const token = sign({ sub: 'alice', ...claims() });
    expect(await withSecret(token)).toMatchObject({ userId: 'alice' });
  });

  test.each([
    ['several', 'billing:read billing:write', ['billing:read', 'billing:write']],
    ['one', 'admin', ['admin']],
    ['the same twice, with spaces', '  admin  admin ', ['admin']],
    ['none', '', []],
    ['a list', ['admin'], ['admin']],
    ['a number', 1, []],
    ['null', null, []],
    ['another separator', 'admin,other', ['admin,other']],
  ])('scopes: %s', async (_name, scope, scopes) => {
    const { scopes: found } = await withSecret(sign({ sub: 'alice', scope }));
    expect([...found]).toEqual(scopes);
  });

  test.each(['a', 'a'.repeat(255), 'auth0|5f7c', 'zoë', '用户', ' alice', "x' or 1=1 --"])(
    'its sub is the user, as it is: %p',
    async (sub) => {
      expect((await withSecret(sign({ sub }))).userId).toBe(sub);
    },
  );
});

describe('S9: the claim that names the user', () => {
  const authenticate = authenticateWith({ sharedSecret, userClaims: ['userId', 'user_id', 'sub'] });
  const userOf = async (claims: object) =>
    (await authenticate(`Bearer ${await sign(claimsOf(claims))}`)).userId;

  test.each([
    ['the first that is there', { sub: 'session-1', userId: 'alice', user_id: 'bob' }, 'alice'],
    ['another where that is missing', { sub: 'session-1', user_id: 'bob' }, 'bob'],
    ['null is missing', { userId: null, user_id: 'bob' }, 'bob'],
    ['sub where it is named as well', { sub: 'carl' }, 'carl'],
    ['a number, as a text', { user_id: 42 }, '42'],
  ])('%s', async (_name, claims, user) => {
    expect(await userOf(claims)).toBe(user);
  });

  test.each([
    ['none of them', { id: 'alice' }],
    ['a number that is not exact', { user_id: 1.5 }],
    ['an object', { userId: { id: 1 }, sub: 'alice' }],
    ['an empty text', { userId: '', sub: 'alice' }],
  ])('%s is refused, and nobody else is taken instead', async (_name, claims) => {
    await expect(userOf(claims)).rejects.toEqual(invalid);
  });
});

test.each([
  ['scope as an array', { scope: ['a', 'b'] }],
  ['scp as an array', { scp: ['a', 'b'] }],
  ['scp as a text', { scp: 'a b' }],
  ['both', { scope: 'a', scp: ['b'] }],
])('S9: scopes may be %s', async (_name, claims) => {
  const { scopes } = await withSecret(sign(claimsOf({ sub: 'alice', ...claims })));
  expect([...scopes]).toEqual(['a', 'b']);
});

describe('S9: what a token says of its issuer and its audience', () => {
  const expecting = authenticateWith({
    sharedSecret,
    issuer: 'https://idp.example',
    audience: ['mobile', 'billing'],
  });
  const good = { sub: 'alice', iss: 'https://idp.example', aud: 'billing' };

  test.each([
    ['both', good],
    ['the audience among others', { ...good, aud: ['shop', 'billing'] }],
  ])('is taken when it is what was configured: %s', async (_name, claims) => {
    expect(await expecting(`Bearer ${await sign(claims)}`)).toMatchObject({ userId: 'alice' });
  });

  test('counts for the key set as well', async () => {
    const authenticate = authenticateWith({ jwksUrl: keySet.url, issuer: 'https://idp.example' });
    expect(await authenticate(`Bearer ${await signRsa(good)}`)).toMatchObject({ userId: 'alice' });
    const other = `Bearer ${await signRsa({ sub: 'alice' })}`;
    await expect(authenticate(other)).rejects.toEqual(invalid);
  });
});
