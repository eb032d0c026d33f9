import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Bookkeeper, decisionOf, type UnrecordedWork } from '../bookkeeping/bookkeeper';
import type { StoredHold } from '../effects/records';
import type { Caller } from '../http/authentication';
import { emptyBodyAsObject, unitOf } from '../http/bodies';
import { actingForQuery, checkScope, userOf } from '../http/caller';
import { answerInTransaction, keyedHeaders, requireIdempotencyKey } from '../http/idempotency';
import { nextCursor, pageQuery, readPage } from '../http/paging';
import { bodyProblems, problemsOf, spendingProblems, tokenProblems } from '../http/problem-details';
import {
  captureWork,
  findHold,
  type HoldDecision,
  placeWork,
  releaseWork,
} from '../spending/holds';
import type { Database } from '../store/database';
import { listHolds, readHoldPlacer } from '../store/holds';
import type { Queryable } from '../store/queryable';
import {
  captureBody,
  expiresInSecondsDefault,
  hold,
  holdParams,
  holdStatus,
  placeBody,
} from './hold-schemas';

interface HoldRoutesOptions {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
}

const userProblems = [
  ...tokenProblems,
  'scope_missing',
  'validation_failed',
  'database_unavailable',
] as const;
const endingProblems = [
  ...bodyProblems,
  ...userProblems,
  'hold_not_found',
  'hold_already_captured',
  'row_locked',
] as const;

/** Holds: amounts of a user's balance that are reserved until they are captured or released. */
export const holdRoutes: FastifyPluginCallbackTypebox<HoldRoutesOptions> = (app, options, done) => {
  app.post(
    '/account/holds',
    {
      config: { idempotency: 'in_transaction' },
      preValidation: requireIdempotencyKey,
      schema: {
        tags: ['holds'],
        operationId: 'placeHold',
        summary: "Reserve an amount of the user's balance",
        description:
          'What is held cannot be spent otherwise, until it is captured or released, or expires.',
        querystring: Type.Object(actingForQuery),
        headers: keyedHeaders,
        body: placeBody,
        response: { 201: hold('It is reserved.'), ...problemsOf(...spendingProblems) },
      },
    },
    async (request, reply) => {
      const { amountMinor, reason, expiresInSeconds = expiresInSecondsDefault } = request.body;
      const asked = {
        holdId: request.operationId,
        userId: userOf(request),
        unit: unitOf(request.body.unit),
        amountMinor: BigInt(amountMinor),
        description: reason,
        expiresInSeconds,
        placer: {
          placedBy: request.caller.userId,
          isHost: request.caller.scopes.has('accounts:write'),
        },
      };
      return answerByWork(options, request, reply, 201, placeWork(asked));
    },
  );
  addReadingRoutes(app, options);
  addEndingRoutes(app, options);
  done();
};

type HoldApp = Parameters<typeof holdRoutes>[0];

function addReadingRoutes(app: HoldApp, { database }: HoldRoutesOptions): void {
  app.get(
    '/account/holds',
    {
      schema: {
        tags: ['holds'],
        operationId: 'listHolds',
        summary: "The user's holds, newest first",
        querystring: Type.Object({
          ...actingForQuery,
          ...pageQuery,
          status: Type.Optional(holdStatus),
        }),
        response: {
          200: Type.Object(
            { holds: Type.Array(hold('A hold as it is now.')), nextCursor },
            { title: 'HoldPage', description: 'A page of them.' },
          ),
          ...problemsOf(...userProblems),
        },
      },
    },
    async (request) => {
      const userId = userOf(request);
      const { status } = request.query;
      const page = await readPage(
        request.query,
        (range) => listHolds(database, userId, { ...range, status }),
        ({ position }) => position,
      );
      return { holds: page.rows.map(describe), nextCursor: page.nextCursor };
    },
  );

  app.get(
    '/account/holds/:id',
    {
      schema: {
        tags: ['holds'],
        operationId: 'getHold',
        summary: 'A hold',
        querystring: Type.Object(actingForQuery),
        params: holdParams,
        response: {
          200: hold('The hold as it is now.'),
          ...problemsOf(...userProblems, 'hold_not_found'),
        },
      },
    },
    async (request) => describe(await findHold(database, userOf(request), request.params.id)),
  );
}

function addEndingRoutes(app: HoldApp, options: HoldRoutesOptions): void {
  app.post(
    '/account/holds/:id/capture',
    {
      config: { idempotency: 'in_transaction' },
      schema: {
        tags: ['holds'],
        operationId: 'captureHold',
        summary: 'Take what is held, or a part of it',
        description:
          'The rest goes back to the balance. To capture the same again changes nothing. A hold ' +
          'that was placed with the scope accounts:write is ended with that scope alone, any other ' +
          'one also by who placed it.',
        querystring: Type.Object(actingForQuery),
        params: holdParams,
        body: captureBody,
        response: {
          200: hold('It is captured.'),
          ...problemsOf(
            ...endingProblems,
            'hold_expired',
            'hold_already_released',
            'capture_exceeds_hold',
          ),
        },
      },
      preValidation: emptyBodyAsObject,
    },
    async (request, reply) => {
      const { amountMinor } = request.body;
      const userId = userOf(request);
      await checkMayEnd(options.database, request.caller, userId, request.params.id);
      const asked = amountMinor === undefined ? undefined : BigInt(amountMinor);
      return answerByWork(
        options,
        request,
        reply,
        200,
        captureWork(userId, request.params.id, asked),
      );
    },
  );

  app.post(
    '/account/holds/:id/release',
    {
      config: { idempotency: 'in_transaction' },
      schema: {
        tags: ['holds'],
        operationId: 'releaseHold',
        summary: 'Give back what is held',
        description:
          'To release what was released or has expired changes nothing. A hold that was placed with ' +
          'the scope accounts:write is ended with that scope alone, any other one also by who placed ' +
          'it.',
        querystring: Type.Object(actingForQuery),
        params: holdParams,
        body: Type.Object({}, { additionalProperties: false }),
        response: {
          200: hold('Nothing is held any more.'),
          ...problemsOf(...endingProblems),
        },
      },
      preValidation: emptyBodyAsObject,
    },
    async (request, reply) => {
      const userId = userOf(request);
      await checkMayEnd(options.database, request.caller, userId, request.params.id);
      return answerByWork(options, request, reply, 200, releaseWork(userId, request.params.id));
    },
  );
}

/**
 * What a host application reserved is not the user's to give back, nor to have taken. Before the key
 * is looked at: an answer is repeated only to who may have it.
 * @throws Problem `scope_missing`
 */
async function checkMayEnd(
  client: Queryable,
  caller: Caller,
  userId: string,
  holdId: string,
): Promise<void> {
  if (caller.scopes.has('accounts:write')) return;
  const placer = await readHoldPlacer(client, userId, holdId);
  const isOwn = placer?.isHost === false && placer.placedBy === caller.userId;
  // Where there is no hold, or none of this user, that is what the answer says.
  if (placer !== undefined && !isOwn) checkScope(caller, 'accounts:write');
}

/** Does the work in the transaction that keeps the answer for the request's Idempotency-Key. */
function answerByWork(
  { database, bookkeeper }: HoldRoutesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  statusCode: number,
  work: UnrecordedWork<HoldDecision>,
): Promise<FastifyReply> {
  return answerInTransaction(database, request, reply, async (transaction) => ({
    statusCode,
    body: describe(decisionOf(await bookkeeper.bookOne(transaction, work)).hold),
  }));
}

function describe(stored: StoredHold) {
  return {
    id: stored.holdId,
    unit: stored.unit,
    amountMinor: Number(stored.amountMinor),
    capturedMinor: Number(stored.capturedMinor),
    reason: stored.description,
    status: stored.status,
    createdAt: stored.createdAt.toISOString(),
    expiresAt: stored.expiresAt.toISOString(),
  };
}
