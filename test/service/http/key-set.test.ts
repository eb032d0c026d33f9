import { type CryptoKey, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { createKeySet } from '../../../service/http/key-set';
import { type KeySetServer, startKeySetServer } from '../../support/key-set-server';
import { eventually } from '../../support/waiting';

let key: { publicKey: CryptoKey; privateKey: CryptoKey };
let server: KeySetServer;
let nowMillis: number;
let verify: (kid?: string) => Promise<unknown>;
let answerWithKey: (kid: string) => void;

const unavailable = expect.objectContaining({ code: 'token_keys_unavailable', status: 503 });
const unknownKey = expect.objectContaining({ code: 'ERR_JWKS_NO_MATCHING_KEY' });

beforeAll(async () => {
  key = await generateKeyPair('ES256');
});

beforeEach(async () => {
  const jwk = await exportJWK(key.publicKey);
  server = await startKeySetServer([{ ...jwk, kid: 'old' }]);
  answerWithKey = (kid) =>
    server.answerWith((response) => response.end(JSON.stringify({ keys: [{ ...jwk, kid }] })));
  nowMillis = Date.now();
  const keySet = createKeySet(server.url, () => nowMillis);
  verify = async (kid = 'old') => {
    const token = new SignJWT({ sub: 'alice' }).setProtectedHeader({ alg: 'ES256', kid });
    await jwtVerify(await token.sign(key.privateKey), keySet);
  };
});

afterEach(() => server.stop());

const fail = () => server.answerWith((response) => response.writeHead(500).end());

/** What is done in the background has been done when the server was asked as often as this. */
async function untilAsked(times: number): Promise<void> {
  await eventually(`${times} requests`, async () => server.requests >= times || undefined);
  expect(server.requests).toBe(times);
}

test('S9: many tokens at once make one request, and the keys are kept', async () => {
  await Promise.all(Array.from({ length: 50 }, () => verify()));
  nowMillis += 60_000;
  await verify();
  expect(server.requests).toBe(1);
});

test('S9: a key set that fails is asked once in five seconds, however many tokens come', async () => {
  fail();
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => verify()));
  for (const each of all) expect(each).toEqual({ status: 'rejected', reason: unavailable });
  await expect(verify()).rejects.toEqual(unavailable);
  nowMillis += 4_999;
  await expect(verify()).rejects.toEqual(unavailable);
  expect(server.requests).toBe(1);
  answerWithKey('old');
  nowMillis += 1;
  await verify();
  expect(server.requests).toBe(2);
});

test('S9: keys that are known go on working while the key set fails', async () => {
  await verify();
  fail();
  nowMillis += 11 * 60_000;
  await verify();
  await untilAsked(2);
  await Promise.all(Array.from({ length: 20 }, () => verify()));
  expect(server.requests).toBe(2);
  // Of a key that is not known nobody can say whether it is good.
  nowMillis += 1;
  await expect(verify('new')).rejects.toEqual(unavailable);
  expect(server.requests).toBe(2);
  await verify();
});

test('S9: a new key is fetched when a token names it; invented ones make no flood', async () => {
  await verify();
  answerWithKey('new');
  await expect(verify('new')).rejects.toEqual(unknownKey);
  expect(server.requests).toBe(1);
  nowMillis += 30_000;
  await verify('new');
  expect(server.requests).toBe(2);
  for (let index = 0; index < 10; index += 1) {
    await expect(verify(`invented-${index}`)).rejects.toEqual(unknownKey);
  }
  expect(server.requests).toBe(2);
});

test('S9: a key that was withdrawn does not count for ever', async () => {
  await verify();
  answerWithKey('new');
  nowMillis += 10 * 60_000;
  await verify(); // still good, and the reason to look again
  await untilAsked(2);
  const isRefused = () =>
    verify().then(
      () => undefined,
      () => true,
    );
  await eventually('that it is refused', isRefused);
});
