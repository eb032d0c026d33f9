import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../errors';
import { isUserId, userIdLengthMax, userIdPattern } from '../ledger/user-id';
import type { Authenticate, Caller } from './authentication';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; set on every route for which `requireCaller` was called. */
    caller: Caller;
  }
}

/**
 * What a token may be allowed beside its own user's affairs.
 *
 * - `accounts:write`: a host application may act for a user whom it names.
 * - `billing:admin`: the routes under /v1/admin.
 */
export type Scope = 'accounts:write' | 'billing:admin';

/** The query parameter of every route on which one may act for a user. */
export const actingForQuery = {
  userId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: userIdLengthMax,
      pattern: userIdPattern,
      description:
        'The user to act for; another than the sub of the token needs the scope accounts:write.',
    }),
  ),
};

/**
 * Lets nobody without a valid token into the routes of this plugin, nor anybody act for another
 * user without the scope for it, before anything is parsed. So an answer that is repeated by its
 * Idempotency-Key is repeated only to who may still have it.
 */
export function requireCaller(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    request.caller = await authenticate(request.headers.authorization);
  });
  app.addHook('preParsing', async (request) => void userOf(request));
}

/** Lets only tokens with this scope into the routes of this plugin; after `requireCaller`. */
export function requireScope(app: FastifyInstance, scope: Scope): void {
  app.addHook('onRequest', async (request) => checkScope(request.caller, scope));
}

/**
 * The user that a request is about: the caller, or the one whom the query parameter `userId` names.
 * @throws Problem `scope_missing` when a token without `accounts:write` names somebody else;
 * `validation_failed` when what it names can be nobody's sub
 */
export function userOf(request: FastifyRequest): string {
  const named = (request.query as Readonly<Record<string, unknown>>).userId;
  if (named === undefined || named === request.caller.userId) return request.caller.userId;
  checkScope(request.caller, 'accounts:write');
  if (isUserId(named)) return named;
  throw new Problem(
    'validation_failed',
    `the query parameter userId must be one text of 1 to ${userIdLengthMax} characters, none a ` +
      'control character',
  );
}

/** That user, with the e-mail address of the token if it is theirs. @throws as `userOf` */
export function buyerOf(request: FastifyRequest) {
  const userId = userOf(request);
  const { caller } = request;
  return { userId, email: userId === caller.userId ? caller.email : undefined };
}

/** @throws Problem `scope_missing` */
export function checkScope({ scopes }: Caller, scope: Scope): void {
  if (scopes.has(scope)) return;
  const seen = scopes.size === 0 ? 'no scope' : `the scope "${[...scopes].join(' ')}"`;
  throw new Problem('scope_missing', `the token has ${seen}; expected ${scope}`, {
    members: { scope },
  });
}
