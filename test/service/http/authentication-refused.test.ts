import { exportJWK, exportSPKI, UnsecuredJWT } from 'jose';
import { authenticateWith } from '../../support/authentication';
import type { KeySetServer } from '../../support/key-set-server';
import {
  bySecret,
  claimsOf,
  encode,
  invalid,
  nowSeconds,
  problem,
  rsa,
  sharedSecret,
  sign,
  signRsa,
  startKeySet,
  stranger,
  withSecret,
} from './tokens';

let keySet: KeySetServer;

beforeAll(async () => {
  keySet = await startKeySet();
});
afterAll(() => keySet.stop());

/** The three ways to be configured, to hold each to the same. */
const configurations = () => [
  bySecret,
  authenticateWith({ jwksUrl: keySet.url }),
  authenticateWith({ sharedSecret, jwksUrl: keySet.url }),
];

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
    ['too long in astral characters', '😀'.repeat(256)],
    ['a number', 4.2],
    ['a list', ['alice']],
    ['null', null],
    ['with a NUL, which PostgreSQL cannot store', 'ali\u0000ce'],
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

  const expected = { issuer: 'https://idp.example', audience: ['mobile', 'billing'] };
  const said = { sub: 'alice', iss: 'https://idp.example', aud: 'billing' };
  test.each([
    ['of another issuer', 'JWT_ISSUER', { ...said, iss: 'https://other.example' }],
    ['of no issuer', 'JWT_ISSUER', { ...said, iss: undefined }],
    ['for another audience', 'JWT_AUDIENCE', { ...said, aud: 'shop' }],
    ['for no audience at all', 'JWT_AUDIENCE', { ...said, aud: [] }],
    ['without an audience', 'JWT_AUDIENCE', { ...said, aud: undefined }],
  ])('a token %s is token_invalid, and names the variable %s', async (_name, variable, claims) => {
    const payload = claimsOf(claims);
    const refusal = { code: 'token_invalid', detail: expect.stringContaining(variable) };
    const byEither = authenticateWith({ sharedSecret, jwksUrl: keySet.url, ...expected });
    for (const token of [await sign(payload), await signRsa(payload)]) {
      await expect(byEither(`Bearer ${token}`)).rejects.toMatchObject(refusal);
    }
  });
});
