import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { readBalances } from '../store/balances';
import type { Database } from '../store/database';
import { problemsOf, tokenProblems } from './problem-details';

const account = Type.Object(
  {
    userId: Type.String({ description: "The token's sub." }),
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
        response: { 200: account, ...problemsOf(...tokenProblems, 'database_unavailable') },
      },
    },
    async (request) => {
      const { userId } = request.caller;
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
