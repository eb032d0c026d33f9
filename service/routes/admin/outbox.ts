import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../errors';
import { orNull } from '../../http/bodies';
import { nextCursor, pageQuery } from '../../http/paging';
import { problemsOf } from '../../http/problem-details';
import { userIdLengthMax, userIdPattern } from '../../ledger/user-id';
import type { Database } from '../../store/database';
import { listUnpublished, retryMessage } from '../../store/outbox-log';
import { adminProblems, dateTime, isoOf, isoOrNull, logAction } from './conventions';

export interface AdminOutboxOptions {
  readonly database: Database;
  /** Called when there is a message to publish. */
  readonly wakeOutbox: () => void;
}

const message = Type.Object(
  {
    position: Type.Integer({ description: 'Its place in the outbox; names it in these routes.' }),
    messageId: Type.String({ description: 'The id of the CloudEvent.' }),
    type: Type.String(),
    userId: orNull(Type.String()),
    data: Type.Record(Type.String(), Type.Unknown()),
    createdAt: dateTime('When what it tells of was committed.'),
    attempts: Type.Integer(),
    nextAttemptAt: dateTime('Not tried before this time.'),
    lastError: orNull(Type.String()),
    setAsideAt: orNull(dateTime('When it was given up.')),
  },
  { title: 'OutboxMessage' },
);

const position = Type.String({ pattern: '^[0-9]{1,18}$', description: 'The position, a number.' });
const limitDefault = 50;

/** What has not been published: what waits, and what was given up. */
export const adminOutboxRoutes: FastifyPluginCallbackTypebox<AdminOutboxOptions> = (
  app,
  { database, wakeOutbox },
  done,
) => {
  app.get(
    '/outbox',
    {
      schema: {
        tags: ['admin'],
        operationId: 'listOutbox',
        summary: 'Messages that wait, or that were set aside, the oldest first',
        querystring: Type.Object({
          state: Type.Optional(
            Type.Enum(['waiting', 'set_aside'], {
              default: 'waiting',
              description: 'set_aside: could not be published and needs a person.',
            }),
          ),
          type: Type.Optional(
            Type.String({ maxLength: 64, description: 'Such as balance.credited.' }),
          ),
          ofUser: Type.Optional(
            Type.String({ minLength: 1, maxLength: userIdLengthMax, pattern: userIdPattern }),
          ),
          limit: pageQuery.limit,
          cursor: pageQuery.cursor,
        }),
        response: {
          200: Type.Object(
            { messages: Type.Array(message), nextCursor },
            {
              title: 'OutboxPage',
              description: 'A page of messages that have not been published.',
            },
          ),
          ...problemsOf(...adminProblems),
        },
      },
    },
    async ({ query }) => {
      const limit = query.limit ?? limitDefault;
      const after = BigInt(query.cursor ?? 0);
      const page = { after, limit: limit + 1 };
      const filters = { type: query.type, userId: query.ofUser };
      const found = await listUnpublished(database, query.state ?? 'waiting', filters, page);
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        messages: shown.map((each) => ({
          ...each,
          position: Number(each.position),
          data: { ...each.data },
          createdAt: isoOf(each.createdAt),
          nextAttemptAt: isoOf(each.nextAttemptAt),
          setAsideAt: isoOrNull(each.setAsideAt),
        })),
        nextCursor: last === undefined ? null : String(last.position),
      };
    },
  );

  app.post(
    '/outbox/:position/retry',
    {
      schema: {
        tags: ['admin'],
        operationId: 'retryMessage',
        summary: 'Publish a message that was set aside',
        description:
          'It waits again like a new one. Later messages of its user may have been published ' +
          'before it.',
        params: Type.Object({ position }),
        response: {
          200: Type.Object(
            { position: Type.Integer(), state: Type.Literal('waiting') },
            { title: 'WaitingMessage', description: 'It waits to be published.' },
          ),
          ...problemsOf(...adminProblems, 'message_not_found', 'message_not_set_aside'),
        },
      },
    },
    async (request) => {
      const number = request.params.position;
      const before = await retryMessage(database, BigInt(number));
      if (before === 'missing') {
        throw new Problem('message_not_found', `the outbox has no message at ${number}`);
      }
      if (before === 'other') {
        throw new Problem('message_not_set_aside', `the message at ${number} is not set aside`);
      }
      logAction(request, 'outbox_retry', { position: Number(number) });
      wakeOutbox();
      return { position: Number(number), state: 'waiting' as const };
    },
  );
  done();
};
