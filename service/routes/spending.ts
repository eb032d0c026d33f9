import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { amountMinor, reason, unit, unitOf } from '../http/bodies';
import { actingForQuery, userOf } from '../http/caller';
import { answerInTransaction, idempotencyKey, requireIdempotencyKey } from '../http/idempotency';
import { bodyProblems, problemsOf, tokenProblems } from '../http/problem-details';
import { spend } from '../spending/spend';
import type { Database } from '../store/database';

export interface SpendingRoutesOptions {
  readonly database: Database;
  /** Called after a commit that may have left messages to publish. */
  readonly onCommit: () => void;
}

/** What every route that takes from a balance may answer. */
export const spendingProblems = [
  ...bodyProblems,
  ...tokenProblems,
  'scope_missing',
  'idempotency_key_missing',
  'insufficient_funds',
  'row_locked',
  'database_unavailable',
] as const;

/** Headers of the routes that are not safe to send twice without a key. */
export const keyedHeaders = Type.Object({ 'idempotency-key': idempotencyKey });

const spent = Type.Object(
  {
    spendId: Type.String({ description: 'Names the spend, in the transactions too.' }),
    unit: Type.String({ description: 'A currency, lower case, or "credits".' }),
    amountMinor: Type.Integer({ description: 'What was taken, in minor units.' }),
    reason: Type.String(),
    availableMinor: Type.Integer({ description: 'What was left of the unit, in minor units.' }),
  },
  { description: 'It was taken from the balance.' },
);

/** Spending what a user has. */
export const spendingRoutes: FastifyPluginCallbackTypebox<SpendingRoutesOptions> = (
  app,
  { database, onCommit },
  done,
) => {
  app.post(
    '/account/spend',
    {
      config: { idempotency: 'in_transaction' },
      preValidation: requireIdempotencyKey,
      schema: {
        tags: ['account'],
        summary: "Spend from the user's balance",
        description:
          'Takes all of the amount or nothing. The answer 409 insufficient_funds has the members ' +
          'unit and availableMinor; it keeps no key, so that the same request may be repeated ' +
          'after a top-up.',
        querystring: Type.Object(actingForQuery),
        headers: keyedHeaders,
        body: Type.Object(
          { unit, amountMinor: amountMinor('What to take'), reason },
          { additionalProperties: false },
        ),
        response: { 201: spent, ...problemsOf(...spendingProblems) },
      },
    },
    async (request, reply) => {
      const { amountMinor, reason } = request.body;
      const asked = {
        spendId: request.operationId,
        userId: userOf(request),
        unit: unitOf(request.body.unit),
        amountMinor: BigInt(amountMinor),
        description: reason,
      };
      await answerInTransaction(database, request, reply, async (client) => {
        const { availableMinor } = await spend(client, asked);
        return {
          statusCode: 201,
          body: {
            spendId: asked.spendId,
            unit: asked.unit,
            amountMinor,
            reason,
            availableMinor: Number(availableMinor),
          },
        };
      });
      onCommit();
      return reply;
    },
  );
  done();
};
