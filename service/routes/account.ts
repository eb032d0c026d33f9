import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { readBalances } from '../store/balances';
import type { Database } from '../store/database';
import { actingForQuery, userOf } from './caller';
import { problemsOf, tokenProblems } from './problem-details';

const account = Type.Object(
  {
    userId: Type.String({ description: "The token's sub, or the user that was named." }),
    balances: Type.Array(
      Type.Object({
        unit: Type.String({ description: 'A currency, lower case.' }),
        amountMinor: Type.Integer({ description: 'In minor units of the unit.' }),
      }),
      { description: 'A row per unit that was ever credited; a new user has none.' },
    ),
  },
  { description: 'What the user has.' },
);

/** What the calling user has. */
export const accountRoutes: FastifyPluginCallbackTypebox<{ readonly database: Database }> = (
  app,
  { database },
  done,
) => {
  app.get(
    '/account',
    {
      schema: {
        tags: ['account'],
        summary: "The calling user's balances",
        querystring: Type.Object(actingForQuery),
        response: {
          200: account,
          ...problemsOf(
            ...tokenProblems,
            'scope_missing',
            'validation_failed',
            'database_unavailable',
          ),
        },
      },
    },
    async (request) => {
      const userId = userOf(request);
      const balances = await readBalances(database, userId);
      return {
        userId,
        balances: balances.map(({ unit, amountMinor }) => ({
          unit,
          amountMinor: Number(amountMinor),
        })),
      };
    },
  );
  done();
};
