import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { Problem, type ProblemCode, problems } from '../errors';
import { problemBody } from './problem-details';

/** Names the request in its answer, whatever that is; the log has it as `reqId`. */
export const requestIdHeader = 'x-request-id';

/** Ours, and never the caller's: unique among tasks, so that one id finds one request in the log. */
export const newRequestId = (): string => randomUUID();

/** Every answer of the application carries the id of its request. Before all other hooks. */
export function nameRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.header(requestIdHeader, request.id);
  });
}

/** What Node.js refuses before there is a request: https://nodejs.org/api/http.html#event-clienterror */
const connectionProblems: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timed_out',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers bytes that are no request as everything else is refused, with an id of their own. */
export function answerUnreadable(
  log: FastifyBaseLogger,
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const id = newRequestId();
  const code = connectionProblems[error.code ?? ''] ?? 'bad_request';
  const { status } = problems[code];
  log.info({ reqId: id, code }, error.message);
  const body = problemBody(new Problem(code, error.message), id);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `${requestIdHeader}: ${id}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
