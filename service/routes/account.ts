import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { transferReason, unit, unitOf } from '../http/bodies';
import { actingForQuery, userOf } from '../http/caller';
import { nextCursor, pageQuery, readPage } from '../http/paging';
import { problemsOf, tokenProblems } from '../http/problem-details';
import { causeOf } from '../ledger/causes';
import { readBalances } from '../store/balances';
import type { Database } from '../store/database';
import { readTransactions, type Transaction } from '../store/transfers';

const account = Type.Object(
  {
    userId: Type.String({ description: 'The user: the sub of the token, or who was named.' }),
    balances: Type.Array(
      Type.Object(
        {
          unit: Type.String({ description: 'A currency, lower case, or "credits".' }),
          amountMinor: Type.Integer({
            description:
              'What can be spent, in minor units of the unit; what is held is not in it. A ' +
              'reversal may make it negative.',
          }),
        },
        { title: 'Balance' },
      ),
      { description: 'A row per unit that was ever credited; a new user has none.' },
    ),
  },
  {
    title: 'Account',
    description: 'What the user has.',
    examples: [{ userId: 'buyer-1', balances: [{ unit: 'usd', amountMinor: 2500 }] }],
  },
);

const transaction = Type.Object(
  {
    transferId: Type.String({ description: 'Names the transfer; later ones have higher numbers.' }),
    unit: Type.String({ description: 'A currency, lower case, or "credits".' }),
    amountMinor: Type.Integer({
      description: 'What the balance changed by, in minor units: negative for what was taken.',
    }),
    reason: transferReason,
    reference: Type.Object(
      {
        type: Type.String({
          description: 'checkout_session, invoice, payment, spend, hold, adjustment or import.',
        }),
        id: Type.String({
          description: 'cs_…, in_…, pi_… or ch_…, or the id of the spend, hold or adjustment.',
        }),
      },
      { title: 'Cause', description: 'What caused it.' },
    ),
    paymentId: Type.Union([Type.String(), Type.Null()], {
      description: 'The payment that it was made for, pi_… or ch_….',
    }),
    description: Type.Union([Type.String(), Type.Null()], {
      description:
        'The reason that was given for a spend, a hold, an adjustment or a refund by hand.',
    }),
    purchase: Type.Union(
      [
        Type.Object(
          {
            kind: Type.String({ description: 'topup, package, price or item.' }),
            reference: Type.Union([Type.String(), Type.Null()]),
            name: Type.Union([Type.String(), Type.Null()], {
              description: 'As the buyer read it.',
            }),
            quantity: Type.Integer(),
            metadata: Type.Record(Type.String(), Type.String()),
          },
          { title: 'WhatWasBought' },
        ),
        Type.Null(),
      ],
      { description: 'What was bought, or taken back of it; null where no checkout caused it.' },
    ),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Transaction' },
);

const transactions = Type.Object(
  { transactions: Type.Array(transaction), nextCursor },
  {
    title: 'TransactionPage',
    description: 'What has changed the balances, newest first.',
    examples: [
      {
        transactions: [
          {
            transferId: '7',
            unit: 'credits',
            amountMinor: -100,
            reason: 'spend',
            reference: { type: 'spend', id: '6a1f0c7e-0b1d-4c53-9d1e-0d6f6f6f3c11' },
            paymentId: null,
            description: 'message 1',
            purchase: null,
            createdAt: '2026-05-04T12:00:00.000Z',
          },
        ],
        nextCursor: null,
      },
    ],
  },
);

const readProblems = [
  ...tokenProblems,
  'scope_missing',
  'validation_failed',
  'database_unavailable',
] as const;

/** What a user has, and how it came to be. */
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
        operationId: 'getAccount',
        summary: "The user's balances",
        querystring: Type.Object(actingForQuery),
        response: { 200: account, ...problemsOf(...readProblems) },
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

  app.get(
    '/account/transactions',
    {
      schema: {
        tags: ['account'],
        operationId: 'listTransactions',
        summary: "What has changed the user's balances",
        description:
          'Page by page, newest first. Nothing comes twice, and what was there when the first ' +
          'page was read comes once; what is added meanwhile is found by beginning again.',
        querystring: Type.Object({
          ...actingForQuery,
          ...pageQuery,
          unit: Type.Optional(unit),
        }),
        response: { 200: transactions, ...problemsOf(...readProblems) },
      },
    },
    async (request) => {
      const userId = userOf(request);
      const unit = request.query.unit === undefined ? undefined : unitOf(request.query.unit);
      const page = await readPage(
        request.query,
        (range) => readTransactions(database, userId, { ...range, unit }),
        ({ transferId }) => transferId,
      );
      return { transactions: page.rows.map(describe), nextCursor: page.nextCursor };
    },
  );
  done();
};

function describe(transaction: Transaction) {
  return {
    transferId: String(transaction.transferId),
    unit: transaction.unit,
    amountMinor: Number(transaction.amountMinor),
    reason: transaction.reason,
    reference: { ...causeOf(transaction) },
    paymentId: transaction.paymentId,
    description: transaction.description,
    purchase: transaction.purchase,
    createdAt: transaction.createdAt.toISOString(),
  };
}
