import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import { apiPrefix } from '../../contract';

/** A request to a route under /v1, without the prefix. */
interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

/** One route of an older contract, and what it says in the words of /v1. */
export interface Translation {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly schema: Pick<FastifySchema, 'body' | 'params'>;
  readonly ask: (request: FastifyRequest) => Asked;
  /** @param answer the body of a success, as /openapi.json describes it for the route that was asked */
  readonly answer: (answer: Answered) => object;
}

/** What the routes that adapters ask may answer; each takes what it needs of it. */
export interface Answered {
  readonly id: string;
  readonly url: string;
  readonly customerId: string;
  readonly userId: string;
  readonly paymentStatus: string;
  readonly amountMinor: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly balances: readonly { readonly unit: string; readonly amountMinor: number }[];
}

/** What counts for whoever is asked; all else of a request is about its own body. */
const passedOn = ['authorization', 'idempotency-key', 'origin'] as const;

/**
 * Serves a route of an older contract by asking the route of /v1 that does the same, within the
 * process: who may, how often, what is repeated and what is refused is decided there alone. A refusal
 * is passed on as it is: a problem with its status, code and fix.
 */
export function translate(app: FastifyInstance, translation: Translation): void {
  const { method, url, schema, ask, answer } = translation;
  app.route({
    method,
    url,
    schema: { ...schema, hide: true },
    handler: async (request, reply) => {
      const asked = ask(request);
      const headers = Object.fromEntries(
        passedOn.flatMap((name) => {
          const value = request.headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      );
      const {
        statusCode,
        headers: answered,
        payload,
      } = await app.inject({
        method: asked.method,
        url: apiPrefix + asked.path,
        headers,
        ...(asked.body !== undefined && { payload: asked.body }),
      });
      for (const name of ['retry-after', 'www-authenticate', 'idempotency-replayed']) {
        if (answered[name] !== undefined) void reply.header(name, answered[name]);
      }
      void reply.code(statusCode);
      if (statusCode < 300) {
        // As the route's own schema has it, by which it was written.
        return reply.code(200).send(answer(JSON.parse(payload) as Answered));
      }
      return reply.type('application/problem+json').send(payload);
    },
  });
}
