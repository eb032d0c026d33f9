import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../errors';
import { orNull } from '../../http/bodies';
import { pageQuery } from '../../http/paging';
import { bodyProblems, problemsOf } from '../../http/problem-details';
import type { Reconciler } from '../../reconciliation/reconciler';
import type { Database } from '../../store/database';
import { type ReconciliationRun, readRuns } from '../../store/reconciliations';
import { adminProblems, dateOf, dateTime, isoOf, isoOrNull, logAction } from './conventions';

export interface AdminReconciliationsOptions {
  readonly database: Database;
  readonly reconciler: Reconciler;
}

const kind = Type.Enum(['events', 'objects'], {
  title: 'ReconciliationKind',
  description:
    'events: those that Stripe could not deliver; objects: sessions, charges, refunds, disputes, ' +
    'paid invoices and subscriptions, and the balances of all accounts.',
});

const run = Type.Object(
  {
    runId: Type.String({ format: 'uuid' }),
    kind,
    startedBy: Type.String({ description: 'The sub of an administrator, or "schedule".' }),
    since: dateTime('What was created at this time or later was looked at,'),
    until: dateTime('and before this time.'),
    status: Type.Enum(['running', 'finished', 'failed', 'interrupted'], {
      description: 'A regular run that was interrupted is taken up again where it had got to.',
    }),
    lookedAt: Type.Integer({ description: 'How many events, objects or accounts.' }),
    repaired: Type.Integer({ description: 'How many were missed and have been made up for.' }),
    differences: Type.Integer({ description: 'How many need a person.' }),
    findings: Type.Array(
      Type.Object({
        kind: Type.Enum(['repaired', 'difference']),
        id: Type.String({ description: "Stripe's id, or an account of the ledger." }),
        what: Type.String({ description: 'What the repair did, or the code of the difference.' }),
      }),
      { description: 'The first 100; the log has all of them, with the runId.' },
    ),
    error: orNull(Type.String({ description: 'Why it failed or was interrupted.' })),
    startedAt: dateTime('When it began.'),
    finishedAt: orNull(dateTime('When it ended; null while it is under way.')),
  },
  { title: 'Reconciliation', description: 'A run of a reconciliation with Stripe.' },
);

/** A run that takes longer is answered as under way: well within a load balancer's patience. */
const answerWithinMillis = 20_000;

/** Comparing what Stripe has with what we know: the last runs, and a run now. */
export const adminReconciliationRoutes: FastifyPluginCallbackTypebox<
  AdminReconciliationsOptions
> = (app, { database, reconciler }, done) => {
  app.get(
    '/reconciliations',
    {
      schema: {
        tags: ['admin'],
        operationId: 'listReconciliations',
        summary: 'The last runs, the newest first',
        querystring: Type.Object({ kind: Type.Optional(kind), limit: pageQuery.limit }),
        response: {
          200: Type.Object(
            { runs: Type.Array(run) },
            { title: 'Reconciliations', description: 'Kept for 30 days.' },
          ),
          ...problemsOf(...adminProblems),
        },
      },
    },
    async ({ query }) => {
      const runs = await readRuns(database, { name: query.kind, limit: query.limit ?? 50 });
      return { runs: runs.map(describe) };
    },
  );

  app.get(
    '/reconciliations/:runId',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getReconciliation',
        summary: 'What a run has found',
        params: Type.Object({ runId: Type.String({ format: 'uuid' }) }),
        response: { 200: run, ...problemsOf(...adminProblems, 'reconciliation_not_found') },
      },
    },
    async ({ params }) => describe(await found(params.runId)),
  );

  app.post(
    '/reconciliations',
    {
      schema: {
        tags: ['admin'],
        operationId: 'startReconciliation',
        summary: 'Reconcile with Stripe now',
        description:
          'Without since and until it is the regular run. With either, everything of that time ' +
          'is looked at: of events also those that Stripe counts as delivered. A run that takes ' +
          'longer than 20 s is answered 202 and goes on.',
        body: Type.Object(
          {
            kind,
            since: Type.Optional(
              dateTime('Created at this time or later, by the clock of Stripe.'),
            ),
            until: Type.Optional(dateTime('Created before this time. Default: now.')),
          },
          {
            additionalProperties: false,
            title: 'NewReconciliation',
            examples: [{ kind: 'objects', since: '2026-05-04T00:00:00Z' }],
          },
        ),
        response: {
          200: run,
          202: run,
          ...problemsOf(
            ...bodyProblems,
            ...adminProblems,
            'reconciliation_range_invalid',
            'reconciliation_running',
            'processing_paused',
          ),
        },
      },
    },
    async (request, reply) => {
      const { kind: name, since, until } = request.body;
      const asked = { since: dateOf(since), until: dateOf(until) };
      if (asked.since && asked.until && asked.since >= asked.until) {
        throw new Problem('validation_failed', `since ${since} is not before until ${until}`);
      }
      const begun = await reconciler.start(name, { startedBy: request.caller.userId, ...asked });
      logAction(request, 'reconcile', { runId: begun.runId, reconciliation: name });
      const waiting = new AbortController();
      await Promise.race([
        begun.ended,
        sleep(answerWithinMillis, undefined, { signal: waiting.signal }).catch(() => undefined),
      ]);
      waiting.abort();
      const now = await found(begun.runId);
      return reply.code(now.status === 'running' ? 202 : 200).send(describe(now));
    },
  );
  done();

  async function found(runId: string): Promise<ReconciliationRun> {
    const recorded = await reconciler.read(runId);
    if (recorded !== undefined) return recorded;
    throw new Problem('reconciliation_not_found', `no run ${runId} is recorded`);
  }
};

function describe({ name, ...recorded }: ReconciliationRun) {
  return {
    ...recorded,
    kind: name,
    since: isoOf(recorded.since),
    until: isoOf(recorded.until),
    findings: [...recorded.findings],
    startedAt: isoOf(recorded.startedAt),
    finishedAt: isoOrNull(recorded.finishedAt),
  };
}
