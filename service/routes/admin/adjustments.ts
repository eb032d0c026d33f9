import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { adjustmentWork } from '../../administration/adjust';
import { type Bookkeeper, decisionOf } from '../../bookkeeping/bookkeeper';
import { Problem } from '../../errors';
import { orNull, reason, unit, unitOf } from '../../http/bodies';
import { answerInTransaction, keyedHeaders, requireIdempotencyKey } from '../../http/idempotency';
import { nextCursor, pageQuery, readPage } from '../../http/paging';
import { bodyProblems, problemsOf } from '../../http/problem-details';
import { userIdLengthMax, userIdPattern } from '../../ledger/user-id';
import {
  decideAdjustment,
  insertAdjustment,
  listAdjustments,
  lockAdjustment,
  lockMovedAlone,
  type StoredAdjustment,
} from '../../store/adjustments';
import type { Database } from '../../store/database';
import type { Transaction } from '../../store/queryable';
import { adminProblems, dateTime, isoOf, isoOrNull, logAction } from './conventions';

export interface AdminAdjustmentsOptions {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  /** By unit, in minor units: what one administrator may move alone in 24 hours. */
  readonly adjustmentLimits: ReadonlyMap<string, bigint>;
}

const statuses = ['pending', 'posted', 'declined'] as const;
const userId = Type.String({ minLength: 1, maxLength: userIdLengthMax, pattern: userIdPattern });
const anAdjustment = {
  adjustmentId: Type.String({ description: 'Names it, in the ledger and in the transactions.' }),
  userId: Type.String(),
  kind: Type.Enum(['grant', 'correction']),
  unit: Type.String({ description: 'A currency, lower case, or "credits".' }),
  amountMinor: Type.Integer({ description: 'What the balance changes by, in minor units.' }),
  reason: Type.String(),
  status: Type.Enum([...statuses], { description: 'pending: waits for a second person.' }),
  requestedBy: Type.String({ description: 'The sub of the token that asked for it.' }),
  decidedBy: orNull(Type.String({ description: 'The second person, where one decided.' })),
  createdAt: dateTime('When it was asked for.'),
  decidedAt: orNull(dateTime('When the second person decided.')),
};
const adjustment = (description: string) =>
  Type.Object(anAdjustment, { title: 'Adjustment', description });

const body = Type.Object(
  {
    kind: Type.Enum(['grant', 'correction'], {
      description: 'grant: something is given. correction: a mistake is mended, either way.',
    }),
    unit,
    amountMinor: Type.Integer({
      minimum: -Number.MAX_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
      description:
        'In minor units of the unit; below zero, which a correction alone may be, it takes.',
    }),
    reason,
    mayOverdraw: Type.Optional(
      Type.Boolean({
        description: 'True: a correction may leave the balance below zero. Default: false.',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'NewAdjustment',
    examples: [{ kind: 'grant', unit: 'credits', amountMinor: 500, reason: 'a late delivery' }],
  },
);

/** What administrators give and correct by hand, a second person above a limit. */
export const adminAdjustmentRoutes: FastifyPluginCallbackTypebox<AdminAdjustmentsOptions> = (
  app,
  { database, bookkeeper, adjustmentLimits },
  done,
) => {
  const post = async (transaction: Transaction, stored: StoredAdjustment, by: string | null) => {
    const work = adjustmentWork({ ...stored, approvedBy: by });
    decisionOf(await bookkeeper.bookOne(transaction, work));
  };

  app.post(
    '/users/:userId/adjustments',
    {
      config: { idempotency: 'in_transaction' },
      preValidation: requireIdempotencyKey,
      schema: {
        tags: ['admin'],
        operationId: 'adjustBalance',
        summary: 'Give a user something, or correct what the user has',
        description:
          'Posted at once (201), or recorded until a second person approves it (202): where what ' +
          'one administrator moves alone within 24 hours would be more than ' +
          'ADJUSTMENT_APPROVAL_ABOVE allows of its unit.',
        params: Type.Object({ userId }),
        headers: keyedHeaders,
        body,
        response: {
          201: adjustment('It is in the ledger.'),
          202: adjustment('It waits for a second person.'),
          ...problemsOf(
            ...bodyProblems,
            ...adminProblems,
            'idempotency_key_missing',
            'insufficient_funds',
            'row_locked',
          ),
        },
      },
    },
    async (request, reply) => {
      const { kind, amountMinor, reason, mayOverdraw = false } = request.body;
      if (amountMinor === 0 || (kind === 'grant' && amountMinor < 0)) {
        throw new Problem(
          'validation_failed',
          `amountMinor is ${amountMinor}; expected an amount above zero, or below zero for a ` +
            'correction that takes',
        );
      }
      const requestedBy = request.caller.userId;
      const asked = {
        adjustmentId: request.operationId,
        userId: request.params.userId,
        kind,
        unit: unitOf(request.body.unit),
        amountMinor: BigInt(amountMinor),
        reason,
        mayOverdraw,
        requestedBy,
      };
      return answerInTransaction(database, request, reply, async (transaction) => {
        // Its key may have been forgotten since; the adjustment has not.
        const known = await lockAdjustment(transaction, asked.adjustmentId);
        if (known !== undefined) return answerOf(known);
        const limit = adjustmentLimits.get(asked.unit);
        const isAlone =
          limit === undefined ||
          (await lockMovedAlone(transaction, requestedBy, asked.unit)) +
            (asked.amountMinor < 0n ? -asked.amountMinor : asked.amountMinor) <=
            limit;
        const status = isAlone ? 'posted' : 'pending';
        const stored = await insertAdjustment(transaction, { ...asked, status });
        if (isAlone) await post(transaction, stored, null);
        transaction.afterCommit(() =>
          logAction(request, 'adjust', { adjustmentId: asked.adjustmentId, status }),
        );
        return answerOf(stored);
      });
    },
  );

  for (const [decision, status, summary] of [
    ['approve', 'posted', 'Approve an adjustment that somebody else asked for'],
    ['decline', 'declined', 'Decline an adjustment, or withdraw one of your own'],
  ] as const) {
    app.post(
      `/adjustments/:id/${decision}`,
      {
        config: { idempotency: 'in_transaction' },
        schema: {
          tags: ['admin'],
          operationId: `${decision}Adjustment`,
          summary,
          params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
          response: {
            200: adjustment(status === 'posted' ? 'It is in the ledger.' : 'It is declined.'),
            ...problemsOf(
              ...adminProblems,
              'adjustment_not_found',
              'adjustment_decided',
              'second_person_needed',
              'insufficient_funds',
              'row_locked',
            ),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const decidedBy = request.caller.userId;
        return answerInTransaction(database, request, reply, async (transaction) => {
          const pending = pendingOf(id, await lockAdjustment(transaction, id));
          if (status === 'posted' && pending.requestedBy === decidedBy) {
            throw new Problem(
              'second_person_needed',
              `${decidedBy} asked for adjustment ${id}; expected the token of somebody else`,
            );
          }
          const decided = await decideAdjustment(transaction, id, status, decidedBy);
          if (status === 'posted') await post(transaction, pending, decidedBy);
          transaction.afterCommit(() =>
            logAction(request, `${decision} adjustment`, { adjustmentId: id }),
          );
          return { statusCode: 200, body: describe(decided ?? pending) };
        });
      },
    );
  }

  app.get(
    '/adjustments',
    {
      schema: {
        tags: ['admin'],
        operationId: 'listAdjustments',
        summary: 'Adjustments, newest first',
        querystring: Type.Object({
          ...pageQuery,
          status: Type.Optional(Type.Enum([...statuses])),
          ofUser: Type.Optional(userId),
        }),
        response: {
          200: Type.Object(
            { adjustments: Type.Array(adjustment('An adjustment.')), nextCursor },
            { title: 'AdjustmentPage', description: 'A page of adjustments.' },
          ),
          ...problemsOf(...adminProblems),
        },
      },
    },
    async ({ query }) => {
      const { status, ofUser: userId } = query;
      const page = await readPage(
        query,
        (range) => listAdjustments(database, { ...range, status, userId }),
        ({ position }) => position,
      );
      return { adjustments: page.rows.map(describe), nextCursor: page.nextCursor };
    },
  );
  done();
};

/** @throws Problem `adjustment_not_found`, `adjustment_decided` */
function pendingOf(id: string, known: StoredAdjustment | undefined): StoredAdjustment {
  if (known === undefined) {
    throw new Problem('adjustment_not_found', `there is no adjustment ${id}`);
  }
  if (known.status === 'pending') return known;
  throw new Problem('adjustment_decided', `adjustment ${id} is ${known.status}; expected pending`);
}

function answerOf(stored: StoredAdjustment) {
  return { statusCode: stored.status === 'pending' ? 202 : 201, body: describe(stored) };
}

function describe({ position: _position, mayOverdraw: _may, ...stored }: StoredAdjustment) {
  return {
    ...stored,
    amountMinor: Number(stored.amountMinor),
    createdAt: isoOf(stored.createdAt),
    decidedAt: isoOrNull(stored.decidedAt),
  };
}
