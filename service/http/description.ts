import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openApiPath } from '../contract';
import { completeDescription } from './openapi';

/**
 * The description of the API. Anybody may ask for it, so that it is written down once, and sent only
 * to who does not have it (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2).
 */
export function describeItself(app: FastifyInstance): void {
  let made: { readonly text: string; readonly tag: string } | undefined;
  const make = () => {
    const text = JSON.stringify(completeDescription(app.swagger()));
    return { text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
  };
  app.get(openApiPath, { schema: { hide: true } }, (request, reply) => {
    made ??= make();
    const known = request.headers['if-none-match'] ?? '';
    const tags = known.split(',').map((each) => each.trim().replace(/^W\//, ''));
    void reply.header('etag', made.tag).header('cache-control', 'no-cache');
    if (tags.includes(made.tag) || known.trim() === '*') return reply.code(304).send();
    return reply.type('application/json').send(made.text);
  });
}
