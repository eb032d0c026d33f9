import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { authenticateWith } from '../../support/authentication';
import { startKeySetServer } from '../../support/key-set-server';
import { problem } from './tokens';

const pairs = Promise.all([1, 2, 3].map(() => generateKeyPair('RS256', { extractable: true })));
const jwkOf = async (index: number) => ({
  ...(await exportJWK((await pairs)[index]?.publicKey as CryptoKey)),
  kid: `key-${index}`,
});
const tokenOf = async (index: number) =>
  `Bearer ${await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setSubject('alice')
    .setExpirationTime('1h')
    .sign((await pairs)[index]?.privateKey as CryptoKey)}`;

test('S9: a token that names no key is tried against every key that fits', async () => {
  const server = await startKeySetServer([await jwkOf(0), await jwkOf(1)]);
  const authenticate = authenticateWith({ jwksUrl: server.url });
  for (const index of [0, 1]) {
    expect(await authenticate(await tokenOf(index))).toMatchObject({ userId: 'alice' });
  }
  await expect(authenticate(await tokenOf(2))).rejects.toEqual(problem('token_invalid', 401));
  await server.stop();
});

test.each([1, 2])(
  'S9: signed with a key that is newer than the %i we have, it is let in',
  async (count) => {
    const old = await Promise.all([0, 1].slice(0, count).map(jwkOf));
    const server = await startKeySetServer(old);
    let nowMillis = Date.now();
    const authenticate = authenticateWith({ jwksUrl: server.url, nowMillis: () => nowMillis });
    expect(await authenticate(await tokenOf(0))).toMatchObject({ userId: 'alice' });
    const keys = [...old, await jwkOf(2)];
    server.answerWith((response) => response.end(JSON.stringify({ keys })));
    await expect(authenticate(await tokenOf(2))).rejects.toEqual(problem('token_invalid', 401));
    nowMillis += 30_000;
    expect(await authenticate(await tokenOf(2))).toMatchObject({ userId: 'alice' });
    await server.stop();
  },
);
