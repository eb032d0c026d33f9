import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../errors';
import { orNull } from '../../http/bodies';
import { nextCursor, pageQuery, readPage } from '../../http/paging';
import { problemsOf } from '../../http/problem-details';
import { userIdLengthMax, userIdPattern } from '../../ledger/user-id';
import { readBalances } from '../../store/balances';
import { findCustomer, findUsersOfCustomers } from '../../store/customers';
import type { Database } from '../../store/database';
import { readRefundRequests } from '../../store/refund-requests';
import { readTransactions } from '../../store/transfers';
import { readTrialBalance, type TrialBalance } from '../../store/trial-balance';
import { readPaymentsOfUser } from '../../store/user-payments';
import { adminProblems, dateTime, isoOf } from './conventions';
import { describePayment, payment, transferOf, transferRow } from './ledger-schemas';

export interface AdminLedgerOptions {
  readonly database: Database;
}

const userLedger = Type.Object(
  {
    userId: Type.String(),
    customerId: orNull(Type.String({ description: 'The Stripe customer, cus_….' })),
    balances: Type.Array(Type.Object({ unit: Type.String(), amountMinor: Type.Integer() })),
    payments: Type.Array(payment, {
      description: 'The last 100 payments and what came back of each, newest first.',
    }),
    transfers: Type.Array(transferRow, { description: 'Newest first, page by page.' }),
    nextCursor,
  },
  {
    title: 'UserLedger',
    description: 'Everything that the ledger knows of the user; a stranger has nothing.',
  },
);

const amount = Type.Integer({ description: 'In minor units of the unit.' });
const trialBalance = Type.Object(
  {
    isBalanced: Type.Boolean({ description: 'All sums are 0 and no account differs.' }),
    asOf: dateTime('The moment that all figures are of.'),
    transfers: Type.Integer({ description: 'How many were added up.' }),
    accounts: Type.Integer({ description: 'How many balances of users were compared.' }),
    units: Type.Array(
      Type.Object({
        unit: Type.String(),
        sumMinor: Type.Integer({
          description: 'Over all accounts, users by their balances: 0 unless something is wrong.',
        }),
        usersMinor: Type.Integer({ description: 'What all users together have.' }),
        systemAccounts: Type.Array(Type.Object({ account: Type.String(), balanceMinor: amount })),
      }),
    ),
    differences: Type.Array(
      Type.Object({
        account: Type.String(),
        unit: Type.String(),
        balanceMinor: orNull(Type.Integer({ description: 'Null: it has transfers, no balance.' })),
        transfersMinor: amount,
      }),
      { description: 'Accounts whose balance is not the sum of their transfers; the first 100.' },
    ),
    differencesCount: Type.Integer(),
  },
  { title: 'TrialBalance', description: 'The whole ledger, added up.' },
);

/** Longer than that nobody waits: the load balancer ends an answer that is silent for 60 s. */
const trialBalanceTimeoutMillis = 50_000;

/** The ledger, of one user and as a whole. */
export const adminLedgerRoutes: FastifyPluginCallbackTypebox<AdminLedgerOptions> = (
  app,
  { database },
  done,
) => {
  app.get(
    '/users/:userId/ledger',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getUserLedger',
        summary: 'Everything that the ledger knows of a user',
        params: Type.Object({
          userId: Type.String({
            minLength: 1,
            maxLength: userIdLengthMax,
            pattern: userIdPattern,
          }),
        }),
        querystring: Type.Object(pageQuery),
        response: { 200: userLedger, ...problemsOf(...adminProblems) },
      },
    },
    async ({ params: { userId }, query }) => {
      const [balances, customerId, payments, page] = await Promise.all([
        readBalances(database, userId),
        findCustomer(database, userId),
        readPaymentsOfUser(database, userId, 100),
        readPage(
          query,
          (range) => readTransactions(database, userId, { ...range, unit: undefined }),
          ({ transferId }) => transferId,
        ),
      ]);
      const requests = await readRefundRequests(
        database,
        payments.map(({ payment }) => payment.paymentId),
      );
      return {
        userId,
        customerId: customerId ?? null,
        balances: balances.map(({ unit, amountMinor }) => ({
          unit,
          amountMinor: Number(amountMinor),
        })),
        payments: payments.map((payment) => describePayment(payment, requests)),
        transfers: page.rows.map(transferOf),
        nextCursor: page.nextCursor,
      };
    },
  );

  app.get(
    '/customers/:customerId',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getCustomer',
        summary: 'The user whose Stripe customer this is',
        description: 'The other way, the ledger of a user names the customer.',
        params: Type.Object({ customerId: Type.String({ pattern: '^[\\x21-\\x7e]{1,255}$' }) }),
        response: {
          200: Type.Object(
            { customerId: Type.String(), userId: Type.String() },
            { title: 'UserOfCustomer', description: 'The customer is, or was, this user.' },
          ),
          ...problemsOf(...adminProblems, 'customer_unknown'),
        },
      },
    },
    async ({ params: { customerId } }) => {
      const userId = (await findUsersOfCustomers(database, [customerId])).get(customerId);
      if (userId !== undefined) return { customerId, userId };
      throw new Problem('customer_unknown', `no user is known to be customer ${customerId}`);
    },
  );

  app.get(
    '/trial-balance',
    {
      schema: {
        tags: ['admin'],
        operationId: 'getTrialBalance',
        summary: 'Add the whole ledger up',
        description:
          'Reads one snapshot in many short statements, so that it blocks nobody. It takes some 5 ' +
          'seconds for a million transfers; a ledger that takes longer than 50 s is checked by ' +
          'the nightly reconciliation of objects.',
        response: { 200: trialBalance, ...problemsOf(...adminProblems, 'overloaded') },
      },
    },
    async () => {
      const asOf = new Date();
      const signal = AbortSignal.timeout(trialBalanceTimeoutMillis);
      try {
        return describeTrial(asOf, await readTrialBalance(database, signal));
      } catch (error) {
        if (!signal.aborted) throw error;
        throw new Problem('overloaded', 'the trial balance takes too long', { cause: error });
      }
    },
  );
  done();
};

function describeTrial(asOf: Date, trial: TrialBalance) {
  const units = trial.units.map(({ unit, systemAccounts, usersByBalances }) => {
    const system = [...systemAccounts].sort(([a], [b]) => (a < b ? -1 : 1));
    const systemMinor = system.reduce((sum, [, balance]) => sum + balance, 0n);
    return {
      unit,
      sumMinor: Number(systemMinor + usersByBalances),
      usersMinor: Number(usersByBalances),
      systemAccounts: system.map(([account, balance]) => ({
        account,
        balanceMinor: Number(balance),
      })),
    };
  });
  return {
    isBalanced: trial.differencesCount === 0 && units.every(({ sumMinor }) => sumMinor === 0),
    asOf: isoOf(asOf),
    transfers: trial.transfersCount,
    accounts: trial.accountsCount,
    units,
    differences: trial.differences.map((difference) => ({
      ...difference,
      balanceMinor: difference.balanceMinor === null ? null : Number(difference.balanceMinor),
      transfersMinor: Number(difference.transfersMinor),
    })),
    differencesCount: trial.differencesCount,
  };
}
