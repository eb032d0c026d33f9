import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { createAuthenticate } from '../../../service/routes/authentication';
import { authenticateWith, rotating } from '../../support/authentication';
import { type KeySetServer, startKeySetServer } from '../../support/key-set-server';

const sharedSecret = 'a-shared-secret-of-32-characters';
const encode = (text: string) => new TextEncoder().encode(text);
const nowSeconds = () => Math.floor(Date.now() / 1000);

const problem = (code: string, status = 401) =>
  expect.objectContaining({ name: 'Problem', code, status });
const invalid = problem('token_invalid');

let rsa: { publicKey: CryptoKey; privateKey: CryptoKey };
let ec: { publicKey: CryptoKey; privateKey: CryptoKey };
let stranger: { publicKey: CryptoKey; privateKey: CryptoKey };
let keySet: KeySetServer;

beforeAll(async () => {
  rsa = await generateKeyPair('RS256', { extractable: true });
  ec = await generateKeyPair('ES256');
  stranger = await generateKeyPair('RS256');
  keySet = await startKeySetServer([
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa-1' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec-1' },
  ]);
});
afterAll(() => keySet.stop());

/** Claims as they arrive, whatever they are; jose's type would not let them be signed. */
const claimsOf = (claims: object): JWTPayload => JSON.parse(JSON.stringify(claims));

const sign = (
  payload: JWTPayload,
  key: CryptoKey | Uint8Array = encode(sharedSecret),
  header: { alg: string; kid?: string } = { alg: 'HS256' },
) => new SignJWT(payload).setProtectedHeader(header).sign(key);
const signRsa = (payload: JWTPayload, kid = 'rsa-1', key = rsa.privateKey) =>
  sign(payload, key, { alg: 'RS256', kid });

const bySecret = authenticateWith({ sharedSecret });
const withSecret = async (token: string | Promise<string>) => bySecret(`Bearer ${await token}`);

/** The three ways to be configured, to hold each to the same. */
const configurations = () => [
  bySecret,
  authenticateWith({ jwksUrl: keySet.url }),
  authenticateWith({ sharedSecret, jwksUrl: keySet.url }),
];

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
    ['a list, which RFC 8693 does not know', ['admin'], []],
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

describe('S9: a bad token is refused', () => {
  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['a word', 'Bearer'],
    ['a word and spaces', 'Bearer   '],
    ['of another scheme', 'Basic YWxpY2U6c2VjcmV0'],
    ['a bare token', 'eyJhbGciOiJub25lIn0.e30.'],
    ['two tokens', 'Bearer a.b.c d.e.f'],
  ])('an Authorization header that is %s is token_missing', async (_name, authorization) => {
    for (const authenticate of configurations()) {
      await expect(authenticate(authorization)).rejects.toEqual(problem('token_missing'));
    }
  });

  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const good = `${part({ alg: 'HS256' })}.${part({ sub: 'alice' })}`;
  test.each([
    'x',
    '.',
    '..',
    '...',
    '....',
    'a.b.c',
    'null',
    'null.null.null',
    '%00.%00.%00',
    '😀.😀.😀',
    `${good}.`,
    `${good}.AAAA`,
    `${good}.!!!!`,
    `${part({ alg: 'HS256' })}..AAAA`,
    `${part({})}.${part({ sub: 'alice' })}.AAAA`,
    `${part(null)}.${part({ sub: 'alice' })}.AAAA`,
    `${part([])}.${part([])}.AAAA`,
    `${part('HS256')}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 256 })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: null })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: ['HS256'] })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: { toString: 1 } })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'none' })}.${part({ sub: 'alice' })}.`,
    `${part({ alg: 'HS256', crit: ['exp'] })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'HS256', b64: false, crit: ['b64'] })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'HS256', zip: 'DEF' })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'RS256', kid: 'rsa-1' })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'RS256', kid: { a: 1 } })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'ES256', kid: 'ec-1' })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'ES256K', kid: 'ec-1' })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'EdDSA', kid: 'ec-1' })}.${part({ sub: 'alice' })}.AAAA`,
    `${part({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`,
    'a'.repeat(2_000),
    '.'.repeat(2_000),
  ])(
    'garbage is token_invalid, whatever is configured, and never our trouble: %s',
    async (token) => {
      for (const authenticate of configurations()) {
        await expect(authenticate(`Bearer ${token}`)).rejects.toEqual(invalid);
      }
    },
  );

  test.each([
    ['token_expired', 'a minute ago', { exp: nowSeconds() - 60 }],
    ['token_expired', 'in 1970', { exp: 0 }],
    ['token_invalid', 'at no number', { exp: 'tomorrow' }],
  ])('%s: a token that expired %s', async (code, _name, claims) => {
    const payload = claimsOf({ sub: 'alice', ...claims });
    await expect(withSecret(sign(payload))).rejects.toEqual(problem(code));
  });

  test('a token that is not valid yet is token_invalid, and says which claim', async () => {
    await expect(withSecret(sign({ sub: 'alice', nbf: nowSeconds() + 60 }))).rejects.toMatchObject({
      code: 'token_invalid',
      detail: expect.stringContaining('nbf'),
    });
  });

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['of spaces', '   '],
    ['too long', 'a'.repeat(256)],
    ['a number', 42],
    ['a list', ['alice']],
    ['null', null],
    ['with a NUL, which PostgreSQL can not store', 'ali\u0000ce'],
    ['with a line break, which would forge a line of the log', 'alice\nbob'],
    ['with half a character, which is stored like any other half', 'alice\ud800'],
  ])('a sub that is %s is token_invalid', async (_name, sub) => {
    await expect(withSecret(sign(claimsOf({ sub })))).rejects.toMatchObject({
      code: 'token_invalid',
      detail: expect.stringContaining('sub'),
    });
  });

  test.each([
    ['another secret', () => sign({ sub: 'alice' }, encode('another-secret-of-32-characters!'))],
    ['the empty algorithm', async () => new UnsecuredJWT({ sub: 'alice' }).encode()],
    [
      "a stranger's key under a known id",
      () => signRsa({ sub: 'alice' }, 'rsa-1', stranger.privateKey),
    ],
    [
      "a stranger's key under its own id",
      () => signRsa({ sub: 'alice' }, 'x', stranger.privateKey),
    ],
    ["the key's name crossed", () => signRsa({ sub: 'alice' }, 'ec-1')],
  ])('a token signed with %s is token_invalid', async (_name, forge) => {
    const token = await forge();
    for (const authenticate of configurations()) {
      await expect(authenticate(`Bearer ${token}`)).rejects.toEqual(invalid);
    }
  });

  test.each(['HS256', 'HS384', 'HS512'])(
    'a public key is never taken for a shared secret (%s)',
    async (alg) => {
      const pem = await exportSPKI(rsa.publicKey);
      const jwk = JSON.stringify(await exportJWK(rsa.publicKey));
      for (const key of [pem, pem.trim(), jwk]) {
        const token = await sign({ sub: 'alice' }, encode(key), { alg, kid: 'rsa-1' });
        for (const authenticate of configurations()) {
          await expect(authenticate(`Bearer ${token}`)).rejects.toEqual(invalid);
        }
      }
    },
  );

  test('a token by the shared secret is refused where only the key set counts', async () => {
    const authenticate = authenticateWith({ jwksUrl: keySet.url });
    await expect(authenticate(`Bearer ${await sign({ sub: 'alice' })}`)).rejects.toEqual(invalid);
  });

  test('with nothing configured nobody is let in', async () => {
    const authenticate = authenticateWith({});
    await expect(authenticate(`Bearer ${await sign({ sub: 'alice' })}`)).rejects.toEqual(invalid);
  });

  test('no message shows the secret or the token', async () => {
    const tokens = [await sign({ sub: '' }), await sign({ sub: 'alice', exp: 1 }), 'a.b.c'];
    for (const token of tokens) {
      const error = await bySecret(`Bearer ${token}`).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ detail: expect.not.stringContaining(token) });
      expect(error).toMatchObject({ detail: expect.not.stringContaining(sharedSecret) });
    }
  });
});

describe("when the key set can not be fetched, that is our trouble and not the caller's", () => {
  const unavailable = problem('token_keys_unavailable', 503);

  test('nobody answers', async () => {
    const server = await startKeySetServer([]);
    await server.stop();
    const authenticate = authenticateWith({ sharedSecret, jwksUrl: server.url });
    await expect(authenticate(`Bearer ${await signRsa({ sub: 'alice' })}`)).rejects.toEqual(
      unavailable,
    );
    // Whoever does not need the key set is let in all the same.
    expect(await authenticate(`Bearer ${await sign({ sub: 'bob' })}`)).toMatchObject({
      userId: 'bob',
    });
  });

  test.each([
    ['500', 500, 'oops'],
    ['404', 404, '{}'],
    ['a redirect', 302, ''],
    ['a page that is not JSON', 200, '<html>sign in</html>'],
    ['JSON that is no key set', 200, '{"keys": 1}'],
    ['half of it', 200, '{"keys": ['],
  ])('the answer is %s, until it is a key set again', async (_name, status, body) => {
    const key = { ...(await exportJWK(rsa.publicKey)), kid: 'rsa-1' };
    const server = await startKeySetServer([]);
    server.answerWith((response) => response.writeHead(status).end(body));
    let nowMillis = Date.now();
    const authenticate = authenticateWith({ jwksUrl: server.url, nowMillis: () => nowMillis });
    const authorization = `Bearer ${await signRsa({ sub: 'alice' })}`;
    await expect(authenticate(authorization)).rejects.toEqual(unavailable);
    server.answerWith((response) => response.end(JSON.stringify({ keys: [key] })));
    nowMillis += 5_000;
    expect(await authenticate(authorization)).toMatchObject({ userId: 'alice' });
    await server.stop();
  });

  test('the key that a token names can not be used', async () => {
    const broken = { ...(await exportJWK(rsa.publicKey)), kid: 'rsa-broken', n: 'AA' };
    const server = await startKeySetServer([broken]);
    const authenticate = authenticateWith({ jwksUrl: server.url });
    const token = await signRsa({ sub: 'alice' }, 'rsa-broken');
    const answer = authenticate(`Bearer ${token}`);
    await expect(answer).rejects.toEqual(unavailable);
    await server.stop();
  });

  test('the connection is dropped', async () => {
    const server = await startKeySetServer([]);
    server.answerWith((response) => response.destroy());
    const authenticate = authenticateWith({ jwksUrl: server.url });
    await expect(authenticate(`Bearer ${await signRsa({ sub: 'alice' })}`)).rejects.toEqual(
      unavailable,
    );
    await server.stop();
  });
});

describe('S9: what a token says of its issuer and its audience', () => {
  const expecting = authenticateWith({
    sharedSecret,
    issuer: 'https://idp.example',
    audience: 'billing',
  });
  const good = { sub: 'alice', iss: 'https://idp.example', aud: 'billing' };

  test.each([
    ['both', good],
    ['the audience among others', { ...good, aud: ['shop', 'billing'] }],
  ])('is taken when it is what was configured: %s', async (_name, claims) => {
    expect(await expecting(`Bearer ${await sign(claims)}`)).toMatchObject({ userId: 'alice' });
  });

  test.each([
    ['JWT_ISSUER', { ...good, iss: 'https://other.example' }],
    ['JWT_ISSUER', { ...good, iss: undefined }],
    ['JWT_AUDIENCE', { ...good, aud: 'shop' }],
    ['JWT_AUDIENCE', { ...good, aud: [] }],
    ['JWT_AUDIENCE', { ...good, aud: undefined }],
  ])('is refused otherwise, with the variable %s named', async (variable, claims) => {
    await expect(expecting(`Bearer ${await sign(claimsOf(claims))}`)).rejects.toMatchObject({
      code: 'token_invalid',
      detail: expect.stringContaining(variable),
    });
  });

  test('counts for the key set as well', async () => {
    const authenticate = authenticateWith({ jwksUrl: keySet.url, issuer: 'https://idp.example' });
    expect(await authenticate(`Bearer ${await signRsa(good)}`)).toMatchObject({ userId: 'alice' });
    const other = `Bearer ${await signRsa({ sub: 'alice' })}`;
    await expect(authenticate(other)).rejects.toEqual(invalid);
  });
});

describe('S9: the shared secret may be rotated while the service runs', () => {
  const newSecret = 'the-secret-that-came-after-32-bytes';
  const stored = (text: string) => ({ text, createdAtMillis: Date.now() });
  const rotated = new Map([
    ['AWSCURRENT', stored(newSecret)],
    ['AWSPREVIOUS', stored(sharedSecret)],
  ]);
  const start = (versions = rotated, value = sharedSecret) =>
    createAuthenticate({
      sharedSecret: rotating(value, versions),
      jwksUrl: undefined,
      nowMillis: Date.now,
    });
  const bearer = async (secret: string) => `Bearer ${await sign({ sub: 'alice' }, encode(secret))}`;

  test('tokens of the new and of the previous secret are both good, and of no other', async () => {
    const authenticate = start();
    for (const secret of [sharedSecret, newSecret, sharedSecret, newSecret]) {
      expect(await authenticate(await bearer(secret))).toMatchObject({ userId: 'alice' });
    }
    await expect(authenticate(await bearer('another-secret-of-32-characters!'))).rejects.toEqual(
      invalid,
    );
  });

  test('all of many tokens that come first with the new secret are good', async () => {
    const authenticate = start();
    const token = await bearer(newSecret);
    const callers = await Promise.all(Array.from({ length: 50 }, () => authenticate(token)));
    expect(callers).toHaveLength(50);
  });

  test('a process that started after the rotation takes tokens of the previous secret', async () => {
    const authenticate = start(rotated, newSecret);
    expect(await authenticate(await bearer(sharedSecret))).toMatchObject({ userId: 'alice' });
  });

  test('a token of no secret is refused when there is nothing newer', async () => {
    const unchanged = new Map([['AWSCURRENT', stored(sharedSecret)]]);
    await expect(start(unchanged)(await bearer(newSecret))).rejects.toEqual(invalid);
  });
});
