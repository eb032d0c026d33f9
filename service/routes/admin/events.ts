import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../errors';
import { nextCursor, pageQuery } from '../../http/paging';
import { problemsOf, stripeProblems } from '../../http/problem-details';
import { previewReplay, type ReplayOptions, replayEvent } from '../../inbox/replay';
import { userIdLengthMax, userIdPattern } from '../../ledger/user-id';
import { findCustomers } from '../../store/customers';
import type { Database } from '../../store/database';
import { findEvent, listEvents } from '../../store/event-log';
import { searchEvents } from '../../store/event-search';
import { readPaymentsOfUser } from '../../store/user-payments';
import { adminProblems, dateOf, dateTime, logAction } from './conventions';
import {
  describeEffects,
  describeEvents,
  eventRecord,
  eventStatuses,
  eventWithPayload,
  replayResult,
} from './event-schemas';

export interface AdminEventsOptions extends ReplayOptions {
  readonly processing: 'on' | 'paused';
}

const eventIdPattern = '^[\\x21-\\x7e]{1,255}$';
const eventId = Type.String({ pattern: eventIdPattern, description: 'evt_…' });
const limitDefault = 50;
/** Well within a load balancer's patience. */
const searchTimeoutMillis = 15_000;

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
        description:
          'With about or ofUser payloads are searched, which may take longer than a request waits ' +
          'for: a page may then have fewer events than its limit, or none, and a nextCursor to go ' +
          'on by. Payloads are kept for 30 days after the event was handled.',
        querystring: Type.Object({
          status: Type.Optional(Type.Enum([...eventStatuses])),
          type: Type.Optional(eventId),
          since: Type.Optional(dateTime('Received at this time or later.')),
          until: Type.Optional(dateTime('Received before this time.')),
          about: Type.Optional(
            Type.String({
              pattern: eventIdPattern,
              description: 'The id of an object that the payload names, itself or in passing.',
            }),
          ),
          ofUser: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: userIdLengthMax,
              pattern: userIdPattern,
              description:
                'A user whom the payload names, or whose customer or payment (the last 100).',
            }),
          ),
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
      const { about, ofUser: userId } = query;
      if (about !== undefined && userId !== undefined) {
        throw new Problem('validation_failed', 'about and ofUser are both there; expected one');
      }
      if (about !== undefined || userId !== undefined) {
        const ids = about === undefined ? await idsOfUser(database, userId ?? '') : [about];
        const { events, reached } = await searchEvents(
          database,
          { ids, userId },
          filters,
          { after: query.cursor, limit },
          AbortSignal.timeout(searchTimeoutMillis),
        );
        return { events: await describeEvents(database, events), nextCursor: reached ?? null };
      }
      // One more than the page has, to see whether there is a next one.
      const found = await listEvents(database, filters, { after: query.cursor, limit: limit + 1 });
      const page = found.slice(0, limit);
      return {
        events: await describeEvents(database, page),
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
      const [described] = await describeEvents(database, [event]);
      if (described === undefined) throw new Error(`event ${event.eventId} was not described`);
      return { ...described, payload: event.payload && { ...event.payload } };
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

/** What payloads name of a user: a dispute names nothing but the payment. */
async function idsOfUser(database: Database, userId: string): Promise<string[]> {
  const [customers, payments] = await Promise.all([
    findCustomers(database, userId),
    readPaymentsOfUser(database, userId, 100),
  ]);
  return [...customers, ...payments.map(({ payment }) => payment.paymentId)];
}
