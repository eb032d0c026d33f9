import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../errors';
import { isUserId } from '../ledger/user-id';

/** So late the event loop may be on average; a caller then waits for seconds. */
const eventLoopDelayMillisMax = 2_000;

/** What one caller may ask for in a minute: far more than a person's clicks make. */
const requestsPerMinuteMax = 3_000;
/**
 * How often one caller may make us ask Stripe in a minute. Stripe answers 25 requests a second of
 * one kind for all of us together, and a checkout takes up to three.
 */
const stripeRequestsPerMinuteMax = 120;
/** How many callers are counted at a time; the one who was away longest is forgotten first. */
const callersCounted = 10_000;

/**
 * Refuses the requests of this plugin with 503 `overloaded` while the process is late with
 * everything, before they cost anything. Not for /health: a task that is busy must not be killed.
 */
export async function shedLoad(
  app: FastifyInstance,
  { delayMillisMax = eventLoopDelayMillisMax }: { readonly delayMillisMax?: number } = {},
): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: delayMillisMax,
    // A pause as long as the interval is taken for an endless one, and then there must be no doubt.
    sampleInterval: 1_000 + 2 * delayMillisMax,
    pressureHandler: (_request, _reply, type, value) => {
      throw new Problem('overloaded', `${type} is ${value} ms, more than ${delayMillisMax} ms`);
    },
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set on a route whose every request makes us ask Stripe. @default - it asks nobody */
    asksStripe?: boolean;
  }
  interface FastifyRequest {
    /** Whether we may ask Stripe for this caller now; counts it. For what can do without. */
    mayAskStripe(): Promise<boolean>;
  }
}

/**
 * Limits how often a caller may ask, and make us ask Stripe, with 429 `rate_limited`; after
 * `requireCaller`, and before anything is read. It is counted in memory, by each task for itself:
 * it stops a program that runs wild, and is no quota.
 */
export async function limitRates(
  app: FastifyInstance,
  {
    perMinute = requestsPerMinuteMax,
    stripePerMinute = stripeRequestsPerMinuteMax,
  }: { readonly perMinute?: number; readonly stripePerMinute?: number } = {},
): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    cache: callersCounted,
    keyGenerator,
    // https://www.rfc-editor.org/rfc/rfc6585#section-4: Retry-After alone, and no private headers
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: (_request, { max, after }) =>
      new Problem('rate_limited', `more than ${max} requests in a minute; wait for ${after}`),
  });
  const count = app.createRateLimit({ max: stripePerMinute, timeWindow: 60_000 });
  const secondsToWait = async (request: FastifyRequest): Promise<number> => {
    const limit = await count(request);
    return !limit.isAllowed && limit.isExceeded ? Math.max(1, Math.ceil(limit.ttl / 1_000)) : 0;
  };
  app.decorateRequest('mayAskStripe', async function mayAskStripe(this: FastifyRequest) {
    return (await secondsToWait(this)) === 0;
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.asksStripe !== true) return;
    const seconds = await secondsToWait(request);
    if (seconds === 0) return;
    void reply.header('retry-after', String(seconds));
    throw new Problem(
      'rate_limited',
      `more than ${stripePerMinute} requests in a minute that make us ask Stripe; wait for ` +
        `${seconds} seconds`,
    );
  });
}

/**
 * The verified subject; and the user whom it names, if its token may act for users: a host
 * application has the limit for each of them. What anybody else names counts for nothing.
 */
function keyGenerator({ caller, query }: FastifyRequest): string {
  const { userId: named } = query as { userId?: unknown };
  const isHost = caller.scopes.has('accounts:write') && isUserId(named);
  return JSON.stringify(isHost ? [caller.userId, named] : [caller.userId]);
}
