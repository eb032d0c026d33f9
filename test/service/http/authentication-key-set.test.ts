import { exportJWK } from 'jose';
import { authenticateWith } from '../../support/authentication';
import { startKeySetServer } from '../../support/key-set-server';
import { problem, rsa, sharedSecret, sign, signRsa } from './tokens';

describe("when the key set cannot be fetched, that is our trouble and not the caller's", () => {
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

  test('the key that a token names cannot be used', async () => {
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
