import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../errors';

/** So late the event loop may be on average; a caller then waits for seconds. */
const eventLoopDelayMillisMax = 2_000;

/** What one caller may ask for in a minute for one user: far more than a person's clicks make. */
const requestsPerMinuteMax = 3_000;
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

/**
 * Limits how often a caller may ask, with 429 `rate_limited`; after `requireCaller`. Who acts for
 * users has the limit for each of them. It is counted in memory, by each task for itself: it stops
 * a program that runs wild, and is no quota.
 */
export async function limitRates(
  app: FastifyInstance,
  { perMinute = requestsPerMinuteMax }: { readonly perMinute?: number } = {},
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
}

function keyGenerator(request: FastifyRequest): string {
  const { userId: named } = request.query as { userId?: unknown };
  return JSON.stringify([request.caller.userId, named]);
}
