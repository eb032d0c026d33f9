import { createAuthenticate } from '../../../service/http/authentication';
import { rotating } from '../../support/authentication';
import { encode, invalid, sharedSecret, sign } from './tokens';

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
