import type { FastifyInstance } from 'fastify';
import type { Authenticate, Caller } from './authentication';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; set on every route for which `requireCaller` was called. */
    caller: Caller;
  }
}

/** Lets nobody without a valid token into the routes of this plugin, before anything is parsed. */
export function requireCaller(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    request.caller = await authenticate(request.headers.authorization);
  });
}
