import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { Problem } from '../errors';

/** Keys this old are fetched anew, so that one that was withdrawn does not count for ever. */
const maxAgeMillis = 10 * 60_000;
/** How often a key that is not in the set makes us fetch it: anybody can invent a `kid`. */
const unknownKeyIntervalMillis = 30_000;
/** How long a set that could not be had is left alone. */
const failureIntervalMillis = 5_000;
const timeoutMillis = 3_000;

export type KeySet = JWTVerifyGetKey & {
  /**
   * Fetches the keys for a token that names none and that no key verifies, once in 30 s at most.
   * @returns whether it did
   */
  readonly refresh: () => Promise<boolean>;
};

/**
 * The keys of an identity provider, for `jwtVerify`. They are fetched when the first token comes,
 * by one request however many wait, and again when they are old or a token names another key. While
 * the provider fails, it is asked once in five seconds, and the keys that are known go on working.
 * @returns a function that throws the Problem `token_keys_unavailable` when a key cannot be had
 */
export function createKeySet(url: URL, nowMillis: () => number): KeySet {
  // It fetches, checks and holds the keys; when to fetch is decided here.
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    timeoutDuration: timeoutMillis,
  });
  let loadedAtMillis: number | undefined;
  let failure: { readonly problem: Problem; readonly atMillis: number } | undefined;

  const load = async (): Promise<void> => {
    if (failure !== undefined && nowMillis() - failure.atMillis < failureIntervalMillis) {
      throw failure.problem;
    }
    try {
      await remote.reload();
      loadedAtMillis = nowMillis();
      failure = undefined;
    } catch (error) {
      const problem = new Problem('token_keys_unavailable', String(error), { cause: error });
      failure = { problem, atMillis: nowMillis() };
      throw problem;
    }
  };

  const isFresh = () => nowMillis() - (loadedAtMillis ?? 0) < unknownKeyIntervalMillis;
  const refresh = async (): Promise<boolean> => {
    if (isFresh()) return false;
    await load();
    return true;
  };

  const getKey: JWTVerifyGetKey = async (header, token) => {
    if (loadedAtMillis === undefined) await load();
    // Nobody waits for this: the keys are good enough until there are newer ones.
    else if (nowMillis() - loadedAtMillis >= maxAgeMillis) void load().catch(() => undefined);
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await refresh())) throw error;
      return remote(header, token);
    }
  };
  return Object.assign(getKey, { refresh });
}
