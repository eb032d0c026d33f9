import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { type Bookkeeper, decisionOf } from '../bookkeeping/bookkeeper';
import { amountMinor, reason, unit, unitOf } from '../http/bodies';
import { actingForQuery, userOf } from '../http/caller';
import { answerInTransaction, keyedHeaders, requireIdempotencyKey } from '../http/idempotency';
import { problemsOf, spendingProblems } from '../http/problem-details';
import { spendWork } from '../spending/spend';
import type { Database } from '../store/database';

interface SpendingRoutesOptions {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
}

const spent = Type.Object(
  {
    spendId: Type.String({ description: 'Names the spend, in the transactions too.' }),
    unit: Type.String({ description: 'A currency, lower case, or "credits".' }),
    amountMinor: Type.Integer({ description: 'What was taken, in minor units.' }),
    reason: Type.String(),
    availableMinor: Type.Integer({ description: 'What was left of the unit, in minor units.' }),
  },
  { title: 'Spend', description: 'It was taken from the balance.' },
);

/** Spending what a user has. */
export const spendingRoutes: FastifyPluginCallbackTypebox<SpendingRoutesOptions> = (
  app,
  { database, bookkeeper },
  done,
) => {
  app.post(
    '/account/spend',
    {
      config: { idempotency: 'in_transaction' },
      preValidation: requireIdempotencyKey,
      schema: {
        tags: ['account'],
        operationId: 'spend',
        summary: "Spend from the user's balance",
        description:
          'Takes all of the amount or nothing. The answer 409 insufficient_funds has the members ' +
          'unit and availableMinor; it keeps no key, so that the same request may be repeated ' +
          'after a top-up.',
        querystring: Type.Object(actingForQuery),
        headers: keyedHeaders,
        body: Type.Object(
          { unit, amountMinor: amountMinor('What to take'), reason },
          {
            additionalProperties: false,
            title: 'NewSpend',
            examples: [{ unit: 'credits', amountMinor: 100, reason: 'message 1' }],
          },
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
      return answerInTransaction(database, request, reply, async (transaction) => {
        const outcome = await bookkeeper.bookOne(transaction, spendWork(asked));
        const { availableMinor } = decisionOf(outcome);
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
    },
  );
  done();
};
