import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../errors';
import { type BodyBudget, readBody } from './read-body';

/**
 * Reads bodies where they are wanted alone: JSON, into one buffer each, within a budget. What was
 * not read when the answer is there is not read any more, and its connection is closed.
 */
export function readJsonBodies(
  app: FastifyInstance,
  { limitBytes, budget }: { readonly limitBytes: number; readonly budget: BodyBudget },
): void {
  app.removeContentTypeParser('text/plain');
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', (request, payload, done) => {
    readBody(request.raw, limitBytes, budget).then(
      (body) => void parse(request, body.toString('utf8'), done),
      (error: Error) => done(error),
    );
    void payload;
  });
  // Before its body: nobody wants that of a path which there is not.
  app.addHook('onRequest', async (request) => {
    if (!request.is404) return;
    throw new Problem('not_found', `there is no ${request.method} ${request.url.split('?', 1)[0]}`);
  });
  app.addHook('onSend', async (request, reply) => closeIfUnread(request, reply));
}

/** For answers that are given before hooks are run, too. */
export function closeIfUnread(request: FastifyRequest, reply: FastifyReply): void {
  const { headers, complete } = request.raw;
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length ?? '0') !== '0';
  if (hasBody && !complete) void reply.header('connection', 'close');
}
