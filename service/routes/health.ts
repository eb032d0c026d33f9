import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type CatalogueState, catalogueStateSchema } from '../catalogue/state';
import { healthPath, readyPath, startedPath, versionPath } from '../contract';
import { problemsOf } from '../http/problem-details';

/** One thing that must be there: `ok`, or what is missing in words. */
export type ReadinessChecks = () => Promise<Readonly<Record<string, string>>>;

export interface HealthRoutesOptions {
  readonly checks: ReadinessChecks;
  /** Whether the database was reached and its schema brought up to date, once, and what is sold is known. */
  readonly isStarted: () => boolean;
  readonly version: Readonly<{ version: string; node: string; stripeApiVersion: string }>;
  readonly catalogueState: () => CatalogueState;
}

const checksSchema = Type.Object(
  {
    status: Type.Enum(['ready', 'not ready']),
    checks: Type.Record(Type.String(), Type.String(), {
      description: 'Each is "ok", or what is missing.',
    }),
  },
  { title: 'Readiness', description: 'What is there and what is missing.' },
);

/** They take no parameter. */
const refused = problemsOf('validation_failed');

const startedSchema = Type.Object(
  { status: Type.Enum(['started', 'starting']) },
  { title: 'Start', description: 'Starting: it waits for the database, or migrates it.' },
);

/** Whether the process serves, whether it has what it needs, and which version it is. */
export const healthRoutes: FastifyPluginCallbackTypebox<HealthRoutesOptions> = (
  app,
  { checks, isStarted, version, catalogueState },
  done,
) => {
  app.get(
    healthPath,
    {
      logLevel: 'silent',
      schema: {
        tags: ['health'],
        operationId: 'getHealth',
        summary: 'Liveness: the process serves',
        description: 'Asks nothing of the database: a blip of it must not stop every task at once.',
        security: [],
        response: {
          200: Type.Object(
            { status: Type.Literal('ok') },
            { title: 'Health', description: 'It serves.' },
          ),
          ...refused,
        },
      },
    },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    startedPath,
    {
      logLevel: 'silent',
      schema: {
        tags: ['health'],
        operationId: 'getStart',
        summary: 'Started: the database was reached and migrated',
        description:
          'Once 200, it stays: a deployment waits for it, and a database that goes away later stops no task.',
        security: [],
        response: { 200: startedSchema, 503: startedSchema, ...refused },
      },
    },
    async (_request, reply) => {
      const started = isStarted();
      return reply.code(started ? 200 : 503).send({ status: started ? 'started' : 'starting' });
    },
  );

  app.get(
    readyPath,
    {
      logLevel: 'warn',
      schema: {
        tags: ['health'],
        operationId: 'getReadiness',
        summary: 'Readiness: the database and the secrets are there',
        security: [],
        response: { 200: checksSchema, 503: checksSchema, ...refused },
      },
    },
    async (_request, reply) => {
      const results = await checks();
      const ready = Object.values(results).every((result) => result === 'ok');
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? 'ready' : 'not ready', checks: { ...results } });
    },
  );

  app.get(
    versionPath,
    {
      schema: {
        tags: ['health'],
        operationId: 'getVersion',
        summary: 'Which version runs',
        security: [],
        response: {
          200: Type.Object(
            {
              version: Type.String(),
              node: Type.String(),
              stripeApiVersion: Type.String({ description: 'What it was built against.' }),
              catalogue: catalogueStateSchema,
            },
            { title: 'Version', description: 'What runs.' },
          ),
          ...refused,
        },
      },
    },
    () => ({ ...version, catalogue: { ...catalogueState() } }),
  );
  done();
};
