import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type CatalogueState, catalogueStateSchema } from '../../catalogue/state';
import { orNull } from '../../http/bodies';
import { problemsOf } from '../../http/problem-details';
import type { Database } from '../../store/database';
import { readMovements, readStanding } from '../../store/overview';
import { adminProblems, dateOf, dateTime, isoOf, isoOrNull } from './conventions';

export interface AdminOverviewOptions {
  readonly database: Database;
  readonly stripeMode: 'test' | 'live';
  readonly processing: 'on' | 'paused';
  readonly checkout: 'on' | 'off';
  readonly catalogueState: () => CatalogueState;
  readonly nowMillis: () => number;
}

const overview = Type.Object(
  {
    stripeMode: Type.Enum(['test', 'live'], { description: 'The mode that its key must be of.' }),
    processing: Type.Enum(['on', 'paused'], { description: 'paused: events are only recorded.' }),
    checkout: Type.Enum(['on', 'off'], { description: 'off: nothing new is sold.' }),
    catalogue: catalogueStateSchema,
    events: Type.Object({
      pending: Type.Integer({ description: 'To be handled.' }),
      failed: Type.Integer({ description: 'Given up; each needs a person.' }),
      oldestPendingAt: orNull(dateTime('When the one that waits longest came in.')),
      last: orNull(
        Type.Object({
          eventId: Type.String(),
          type: Type.String(),
          receivedAt: dateTime('When it came in.'),
        }),
      ),
    }),
    outbox: Type.Object({
      waiting: Type.Integer({ description: 'To be published.' }),
      setAside: Type.Integer({ description: 'Given up; each needs a person.' }),
      oldestWaitingAt: orNull(dateTime('When what it tells of was committed.')),
    }),
    since: dateTime('What moved is counted from here.'),
    moved: Type.Array(
      Type.Object({
        unit: Type.String(),
        receivedMinor: Type.Integer({
          description: 'What Stripe took in, less what was given back of it.',
        }),
        creditedMinor: Type.Integer({
          description: 'What users were granted for payments and subscriptions.',
        }),
        takenBackMinor: Type.Integer({
          description: 'What came back from users for refunds, disputes and prorations.',
        }),
      }),
      { description: 'In minor units, by unit.' },
    ),
  },
  { title: 'Overview', description: 'How the service stands.' },
);

/** On one page: what waits, what came in last, what has moved. */
export const adminOverviewRoutes: FastifyPluginCallbackTypebox<AdminOverviewOptions> = (
  app,
  { database, stripeMode, processing, checkout, catalogueState, nowMillis },
  done,
) => {
  app.get(
    '/overview',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getOverview',
        summary: 'What waits, what came in last, and what has been credited',
        querystring: Type.Object({
          since: Type.Optional(
            dateTime('Count what moved from here. Default: the begin of the day, UTC.'),
          ),
        }),
        response: { 200: overview, ...problemsOf(...adminProblems) },
      },
    },
    async ({ query }) => {
      const since = dateOf(query.since) ?? beginOfDay(nowMillis());
      const [standing, moved] = await Promise.all([
        readStanding(database),
        readMovements(database, since),
      ]);
      const { lastEvent } = standing;
      return {
        stripeMode,
        processing,
        checkout,
        catalogue: { ...catalogueState() },
        events: {
          pending: standing.eventsPending,
          failed: standing.eventsFailed,
          oldestPendingAt: isoOrNull(standing.oldestPendingAt),
          last: lastEvent && { ...lastEvent, receivedAt: isoOf(lastEvent.receivedAt) },
        },
        outbox: {
          waiting: standing.messagesWaiting,
          setAside: standing.messagesSetAside,
          oldestWaitingAt: isoOrNull(standing.oldestWaitingAt),
        },
        since: isoOf(since),
        moved: moved.map(({ unit, receivedMinor, creditedMinor, takenBackMinor }) => ({
          unit,
          receivedMinor: Number(receivedMinor),
          creditedMinor: Number(creditedMinor),
          takenBackMinor: Number(takenBackMinor),
        })),
      };
    },
  );
  done();
};

function beginOfDay(nowMillis: number): Date {
  return new Date(new Date(nowMillis).setUTCHours(0, 0, 0, 0));
}
