import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { Problem } from '../errors';

/** Who is calling. */
export interface Caller {
  /** The token's `sub`. */
  readonly userId: string;
  /** The token's `scope`, split at its spaces (RFC 8693, section 4.2). */
  readonly scopes: ReadonlySet<string>;
}

/** @throws Problem `token_missing`, `token_invalid`, `token_expired`, `token_keys_unavailable` */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

// Two lists that share nothing: a public key can never be taken for a shared secret.
const sharedSecretAlgorithms = ['HS256', 'HS384', 'HS512'];
const keySetAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const clockToleranceSeconds = 5;
export const userIdLengthMax = 255;
/** PostgreSQL stores no NUL, and all halves of surrogate pairs alike: two users would be one. */
const unstorable = /[\p{Cc}\p{Cs}]/u;

/**
 * Verifies bearer JWTs (RFC 6750, RFC 7519) by a shared secret, by a JWKS, or by either when both
 * are configured. A token without `exp` does not expire, as RFC 7519 has it: its issuer decides.
 */
export function createAuthenticate(keys: {
  readonly sharedSecret: string | undefined;
  readonly jwksUrl: URL | undefined;
}): Authenticate {
  const secret =
    keys.sharedSecret === undefined ? undefined : new TextEncoder().encode(keys.sharedSecret);
  const keySet = keys.jwksUrl === undefined ? undefined : createRemoteJWKSet(keys.jwksUrl);

  const verify = async (token: string): Promise<JWTPayload> => {
    const alg = algorithmOf(token);
    const options: JWTVerifyOptions = { clockTolerance: clockToleranceSeconds };
    if (secret !== undefined && sharedSecretAlgorithms.includes(alg)) {
      return (await jwtVerify(token, secret, { ...options, algorithms: sharedSecretAlgorithms }))
        .payload;
    }
    if (keySet !== undefined) {
      return (await jwtVerify(token, keySet, { ...options, algorithms: keySetAlgorithms })).payload;
    }
    throw new errors.JOSEAlgNotAllowed(`the algorithm ${alg} is not allowed`);
  };

  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      throw new Problem(
        'token_missing',
        authorization === undefined
          ? 'the request has no Authorization header'
          : 'the Authorization header is not of the form "Bearer <JWT>"',
      );
    }
    try {
      return callerOf(await verify(token));
    } catch (error) {
      throw tokenProblem(error);
    }
  };
}

function algorithmOf(token: string): string {
  let alg: unknown;
  try {
    alg = decodeProtectedHeader(token).alg;
  } catch (error) {
    throw new Problem('token_invalid', 'the token is not a JWT', { cause: error });
  }
  if (typeof alg === 'string') return alg;
  throw new Problem('token_invalid', "the token's header names no algorithm");
}

function callerOf(payload: JWTPayload): Caller {
  const { sub, scope } = payload;
  if (!isUserId(sub)) {
    throw new Problem(
      'token_invalid',
      `the token's sub must be a text of 1 to ${userIdLengthMax} characters, none a control character`,
    );
  }
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((s) => s !== '') : [];
  return { userId: sub, scopes: new Set(scopes) };
}

/** Whether this can be a user: what a `sub` must be, and whoever is named in its place. */
export function isUserId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.trim() !== '' &&
    value.length <= userIdLengthMax &&
    !unstorable.test(value)
  );
}

function tokenProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof errors.JWTExpired) {
    return new Problem('token_expired', 'its exp is in the past', { cause: error });
  }
  if (isOfKeySet(error)) {
    return new Problem('token_keys_unavailable', String(error), { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new Problem('token_invalid', reason, { cause: error });
}

/** Whether the key set could not be had: that is our trouble, and says nothing about the token. */
function isOfKeySet(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) || // fetch could not connect
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    // The answer was not 200, or not JSON: https://github.com/panva/jose/blob/main/src/jwks/remote.ts
    error.code === errors.JOSEError.code
  );
}
