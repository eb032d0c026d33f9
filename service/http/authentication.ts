import {
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import { Problem } from '../errors';
import { isUserId, userIdLengthMax } from '../ledger/user-id';
import type { RotatingSecret } from '../secrets/rotating';
import { createKeySet, type KeySet } from './key-set';

/** Who is calling. */
export interface Caller {
  /** The token's `sub`, or the claim that names its user. */
  readonly userId: string;
  /** The token's `email`, if it has one. */
  readonly email: string | undefined;
  /** The token's `scope`, split at its spaces (RFC 8693, section 4.2), or `scp`, or an array. */
  readonly scopes: ReadonlySet<string>;
}

/**
 * @throws Problem `token_missing`, `token_invalid`, `token_expired`, `token_keys_unavailable`,
 * `secrets_unavailable` when whether the shared secret was rotated cannot be seen
 */
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

export interface AuthenticationOptions {
  /** Its current and its previous value both count. */
  readonly sharedSecret: RotatingSecret | undefined;
  readonly jwksUrl: URL | undefined;
  /** What a token's `iss` must be. @default - any, or none */
  readonly issuer?: string | undefined;
  /** What a token's `aud` must be, or be among, one of these. @default - any, or none */
  readonly audience?: readonly string[] | undefined;
  /** The claims that may name the user, the first that is there. @default - `sub` */
  readonly userClaims?: readonly string[] | undefined;
  readonly nowMillis: () => number;
}

/**
 * Verifies bearer JWTs (RFC 6750, RFC 7519) by a shared secret, by a JWKS, or by either when both
 * are configured. A token without `exp` does not expire, as RFC 7519 has it: its issuer decides.
 */
export function createAuthenticate(options: AuthenticationOptions): Authenticate {
  const { sharedSecret, jwksUrl, issuer, audience, nowMillis } = options;
  const { userClaims = ['sub'] } = options;
  const keySet = jwksUrl === undefined ? undefined : createKeySet(jwksUrl, nowMillis);
  const claims: JWTVerifyOptions = {
    clockTolerance: clockToleranceSeconds,
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience: [...audience] }),
  };

  const verify = async (token: string): Promise<JWTPayload> => {
    const alg = algorithmOf(token);
    if (sharedSecret !== undefined && sharedSecretAlgorithms.includes(alg)) {
      return verifyBySecret(token, sharedSecret, claims);
    }
    if (keySet !== undefined) {
      return verifyByKeySet(token, keySet, claims);
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
      return callerOf(await verify(token), userClaims);
    } catch (error) {
      throw tokenProblem(error);
    }
  };
}

/** A token that none of the values verifies may be signed with one that is newer than they are. */
async function verifyBySecret(
  token: string,
  secret: RotatingSecret,
  claims: JWTVerifyOptions,
): Promise<JWTPayload> {
  const tried = secret.current;
  try {
    return await verifyByAny(token, tried, claims);
  } catch (error) {
    if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    await secret.refresh();
    // Compared, and not taken from the answer: another request may have refreshed it meanwhile.
    if (secret.current.join('\n') === tried.join('\n')) throw error;
    return verifyByAny(token, secret.current, claims);
  }
}

async function verifyByAny(
  token: string,
  values: readonly string[],
  claims: JWTVerifyOptions,
): Promise<JWTPayload> {
  let mismatch: unknown = new errors.JWSSignatureVerificationFailed();
  for (const value of values) {
    try {
      const key = new TextEncoder().encode(value);
      return (await jwtVerify(token, key, { ...claims, algorithms: sharedSecretAlgorithms }))
        .payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      mismatch = error;
    }
  }
  throw mismatch;
}

/** A token that names no key may be signed with any that fits it, or with one that is newer. */
async function verifyByKeySet(
  token: string,
  keySet: KeySet,
  claims: JWTVerifyOptions,
): Promise<JWTPayload> {
  const verify = async () => {
    const options = { ...claims, algorithms: keySetAlgorithms };
    try {
      return (await jwtVerify(token, keySet, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        const verified = await jwtVerify(token, key, options).catch(orNextKey);
        if (verified !== undefined) return verified.payload;
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  };
  try {
    return await verify();
  } catch (error) {
    const namesKey = decodeProtectedHeader(token).kid !== undefined;
    const isMismatch = error instanceof errors.JWSSignatureVerificationFailed;
    if (namesKey || !isMismatch || !(await keySet.refresh())) throw error;
    return verify();
  }
}

function orNextKey(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
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

function callerOf(payload: JWTPayload, userClaims: readonly string[]): Caller {
  const claim = userClaims.find((name) => payload[name] !== undefined && payload[name] !== null);
  const named = claim === undefined ? undefined : payload[claim];
  // Identity providers of one's own count their users; JSON's numbers are exact up to this.
  const userId = Number.isSafeInteger(named) ? String(named) : named;
  if (!isUserId(userId)) {
    throw new Problem(
      'token_invalid',
      `the token's ${claim ?? userClaims.join(' or ')} must be a text of 1 to ` +
        `${userIdLengthMax} characters, none a control character, or a whole number`,
    );
  }
  const { email } = payload;
  return {
    userId,
    email: typeof email === 'string' && emailPattern.test(email) ? email : undefined,
    scopes: new Set([...scopesOf(payload.scope), ...scopesOf(payload.scp)]),
  };
}

/** As Stripe takes one: https://docs.stripe.com/api/customers/create#create_customer-email */
const emailPattern = /^[^@\s\p{Cc}\p{Cs}]{1,256}@[^@\s\p{Cc}\p{Cs}]{1,255}$/u;

function scopesOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((scope) => scope !== '');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}

function tokenProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof errors.JWTExpired) {
    return new Problem('token_expired', 'its exp is in the past', { cause: error });
  }
  // A key of the set that cannot be used is our trouble, and says nothing about the token.
  if (!(error instanceof errors.JOSEError)) {
    return new Problem('token_keys_unavailable', String(error), { cause: error });
  }
  return new Problem('token_invalid', `${error.message}${hintOf(error)}`, { cause: error });
}

/** Which variable says what a claim should have been. */
function hintOf(error: errors.JOSEError): string {
  if (!(error instanceof errors.JWTClaimValidationFailed)) return '';
  if (error.claim === 'iss') return '; expected what JWT_ISSUER says';
  return error.claim === 'aud' ? '; expected what JWT_AUDIENCE says' : '';
}
