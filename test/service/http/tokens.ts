import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { authenticateWith } from '../../support/authentication';
import { type KeySetServer, startKeySetServer } from '../../support/key-set-server';

export const sharedSecret = 'a-shared-secret-of-32-characters';
export const encode = (text: string) => new TextEncoder().encode(text);
export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** The error that a caller is refused with. */
export const problem = (code: string, status = 401) =>
  expect.objectContaining({ name: 'Problem', code, status });
export const invalid = problem('token_invalid');

/** The keys of an identity provider, and of somebody whom it does not know. */
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The key set of the identity provider. */
export const startKeySet = async (): Promise<KeySetServer> =>
  startKeySetServer([
    { ...(await exportJWK(rsa.publicKey)), kid: 'rsa-1' },
    { ...(await exportJWK(ec.publicKey)), kid: 'ec-1' },
  ]);

/** Claims as they arrive, whatever they are; jose's type would not let them be signed. */
export const claimsOf = (claims: object): JWTPayload => JSON.parse(JSON.stringify(claims));

export const sign = (
  payload: JWTPayload,
  key: KeyObject | Uint8Array = encode(sharedSecret),
  header: { alg: string; kid?: string } = { alg: 'HS256' },
) => new SignJWT(payload).setProtectedHeader(header).sign(key);
export const signRsa = (payload: JWTPayload, kid = 'rsa-1', key = rsa.privateKey) =>
  sign(payload, key, { alg: 'RS256', kid });

/** The caller, where the shared secret alone is configured. */
export const bySecret = authenticateWith({ sharedSecret });
export const withSecret = async (token: string | Promise<string>) =>
  bySecret(`Bearer ${await token}`);
