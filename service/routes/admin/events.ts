import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../errors';
import { nextCursor, pageQuery } from '../../http/paging';
import { problemsOf, stripeProblems } from '../../http/problem-details';
import { previewReplay, type ReplayOptions, replayEvent } from '../../inbox/replay';
import { findEvent, listEvents } from '../../store/event-log';
import { adminProblems, dateOf, dateTime, logAction } from './conventions';
import {
  describeEffects,
  describeEvent,
  eventRecord,
  eventStatuses,
  eventWithPayload,
  replayResult,
} from './event-schemas';

export interface AdminEventsOptions extends ReplayOptions {
  readonly processing: 'on' | 'paused';
}

const eventId = Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$', description: 'evt_…' });
const limitDefault = 50;

/** The events that came in: what became of them, and handling them again. */
export const adminEventRoutes: FastifyPluginCallbackTypebox<AdminEventsOptions> = (
  app,
  options,
  done,
) => {
  const { database } = options;

  app.get(
    '/events',
    {
      schema: {
        tags: ['admin'],
        operationId: 'listEvents',
        summary: 'Events that came in, the last received first',
        querystring: Type.Object({
          status: Type.Optional(Type.Enum([...eventStatuses])),
          type: Type.Optional(eventId),
          since: Type.Optional(dateTime('Received at this time or later.')),
          until: Type.Optional(dateTime('Received before this time.')),
          limit: pageQuery.limit,
          cursor: Type.Optional(eventId),
        }),
        response: {
          200: Type.Object(
            { events: Type.Array(eventRecord), nextCursor },
            { title: 'EventPage', description: 'A page of events, without their payloads.' },
          ),
          ...problemsOf(...adminProblems),
        },
      },
    },
    async ({ query }) => {
      const limit = query.limit ?? limitDefault;
      const filters = {
        status: query.status,
        type: query.type,
        since: dateOf(query.since),
        until: dateOf(query.until),
      };
      // One more than the page has, to see whether there is a next one.
      const found = await listEvents(database, filters, { after: query.cursor, limit: limit + 1 });
      const page = found.slice(0, limit);
      return {
        events: page.map(describeEvent),
        nextCursor: found.length > limit ? (page.at(-1)?.eventId ?? null) : null,
      };
    },
  );

  app.get(
    '/events/:id',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getEvent',
        summary: 'One event, with its payload while it is kept',
        params: Type.Object({ id: eventId }),
        response: {
          200: eventWithPayload,
          ...problemsOf(...adminProblems, 'event_not_found'),
        },
      },
    },
    async ({ params }) => {
      const event = await findEvent(database, params.id);
      if (event === undefined) {
        throw new Problem('event_not_found', `no event ${params.id} has been recorded`);
      }
      return { ...describeEvent(event), payload: event.payload && { ...event.payload } };
    },
  );

  app.post(
    '/events/:id/replay',
    {
      schema: {
        tags: ['admin'],
        operationId: 'replayEvent',
        summary: 'Handle an event again',
        description:
          'By the handlers and under the locks of its first time, whatever became of it then. ' +
          'What it did already is not done twice. With dryRun=true the effects are shown as they ' +
          'would be now, and nothing is applied.',
        params: Type.Object({ id: eventId }),
        querystring: Type.Object({ dryRun: Type.Optional(Type.Boolean({ default: false })) }),
        response: {
          200: replayResult,
          ...problemsOf(
            ...adminProblems,
            'event_not_found',
            'event_payload_pruned',
            'event_still_fails',
            'processing_paused',
            'row_locked',
            ...stripeProblems,
          ),
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const dryRun = request.query.dryRun === true;
      if (!dryRun && options.processing === 'paused') {
        throw new Problem('processing_paused', `${id} can only be replayed with dryRun=true now`);
      }
      const result = await (dryRun ? previewReplay : replayEvent)(options, id);
      const decision = result.status === 'booked' ? result.decision : undefined;
      const refusal = result.status === 'refused' ? result.refusal : undefined;
      const outcome = decision?.outcome ?? null;
      const status = result.status === 'booked' ? ('processed' as const) : result.status;
      if (!dryRun) {
        logAction(request, 'replay', { eventId: id, status, outcome, code: refusal?.code });
      }
      return {
        eventId: id,
        dryRun,
        status,
        outcome,
        refusal: refusal === undefined ? null : { code: refusal.code, detail: refusal.message },
        effects: describeEffects(decision),
      };
    },
  );
  done();
};
