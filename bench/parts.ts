import { randomUUID } from 'node:crypto';
import { startLocalStripe } from '@tollgate/local-stripe';
import { type BenchDatabase, type BenchServer, startServer } from './database';
import { delivery, openCheckouts, paidEvent, unhandledEvent } from './deliveries';
import {
  type Contender,
  type Figures,
  type Load,
  measure,
  measureMemory,
  measureStart,
} from './measure';
import { apiRequest, bearers, fillHistory, usersWithHistory } from './requests';

/** What is measured, once a round. */
export interface Row {
  /** Stable: the figures of two runs are compared by it. */
  readonly id: string;
  readonly what: string;
  /** What its throughput is compared with: the row of this id. */
  readonly against?: string;
  run(server: BenchServer): Promise<Figures>;
}

/** Rows that are measured side by side: one round of each, then the next round of each. */
export interface Part {
  readonly name: string;
  readonly what: string;
  readonly rows: readonly Row[];
  /** Of PostgreSQL, which waits so long before each commit is flushed. @default 0 */
  readonly commitDelayMicros?: number;
  /** @default 3 */
  readonly rounds?: number;
  /** Whether it takes so long that it is measured when it is named alone. @default false */
  readonly isLong?: boolean;
}

/** Code that has run so often is compiled. */
const warmUps = 3_000;
/** At most, as many as a fast machine has answered when the round is over. */
const count = 6_000;

const paidLoad =
  ({
    events = count,
    users,
    perSecond,
  }: {
    events?: number;
    users?: number;
    perSecond?: number;
  } = {}) =>
  async (database: BenchDatabase): Promise<Load> => {
    const all = events + warmUps;
    const sold = await openCheckouts(database, all, users ?? all);
    const requests = sold.map((each) => delivery(paidEvent(each)));
    return {
      warmUp: requests.slice(0, warmUps),
      requests: requests.slice(warmUps),
      perSecond,
      check: (checked, sent, warmed) => expectCount(checked, 'transfers', warmed + sent),
    };
  };

/** For those that record and credit nothing: the same bytes. */
const recordedLoad = (options: { events?: number; perSecond?: number } = {}) => {
  const load = paidLoad(options);
  return async (database: BenchDatabase): Promise<Load> => {
    const { check: _, ...rest } = await load(database);
    return rest;
  };
};

async function unhandledLoad(database: BenchDatabase): Promise<Load> {
  const sold = await openCheckouts(database, count + warmUps);
  const requests = sold.map((each) => delivery(unhandledEvent(each)));
  return {
    warmUp: requests.slice(0, warmUps),
    requests: requests.slice(warmUps),
    check: (checked, sent, warmed) => expectCount(checked, 'stripe_events', warmed + sent),
  };
}

async function duplicatesLoad(database: BenchDatabase): Promise<Load> {
  const { warmUp, requests } = await paidLoad({ events: count / 2 })(database);
  return {
    warmUp,
    requests: requests.flatMap((each) => [each, each, each]),
    check: (checked, sent, warmed) =>
      expectCount(checked, 'transfers', warmed + Math.ceil(sent / 3)),
  };
}

/** @param isHot whether all of it is spent by one user, for whom many backends act */
const spendLoad = (isHot: boolean) => async (database: BenchDatabase) => {
  const users = await usersWithHistory(database, isHot ? 1 : 1_000, 1);
  const callers = isHot ? Array.from({ length: 100 }, (_, index) => `backend-${index}`) : users;
  const tokens = await bearers(callers, isHot ? 'accounts:write' : '');
  const path = `/v1/account/spend${isHot ? `?userId=${users[0]}` : ''}`;
  const spend = (index: number) =>
    apiRequest('POST', path, tokens[index % tokens.length] ?? '', {
      unit: 'usd',
      amountMinor: 1,
      reason: 'a message',
    });
  const each = isHot ? count / 4 : count / 2;
  return {
    warmUp: Array.from({ length: 1_000 }, (_, index) => spend(index)),
    requests: Array.from({ length: each }, (_, index) => spend(index)),
    expected: [201],
    check: (checked: BenchDatabase, sent: number, warmed: number) =>
      expectCount(checked, 'transfers', sent + warmed + users.length),
  };
};

async function accountLoad(database: BenchDatabase): Promise<Load> {
  const tokens = await bearers(await usersWithHistory(database, 1_000, 50));
  const ask = (index: number) =>
    apiRequest(
      'GET',
      index % 2 === 0 ? '/v1/account' : '/v1/account/transactions',
      tokens[(index >> 1) % tokens.length] ?? '',
    );
  return {
    warmUp: Array.from({ length: 1_000 }, (_, index) => ask(index)),
    requests: Array.from({ length: count / 2 }, (_, index) => ask(index)),
  };
}

async function checkoutLoad(): Promise<Load> {
  const tokens = await bearers(Array.from({ length: 1_000 }, () => `user-${randomUUID()}`));
  const begin = (index: number) =>
    apiRequest('POST', '/v1/checkout/sessions', tokens[index % tokens.length] ?? '', {
      topup: { amountMinor: 1_000, currency: 'usd' },
    });
  return {
    warmUp: Array.from({ length: 100 }, (_, index) => begin(index)),
    requests: Array.from({ length: 500 }, (_, index) => begin(index + 100)),
    expected: [201],
  };
}

async function measureCheckout(server: BenchServer): Promise<Figures> {
  const stripe = await startLocalStripe();
  try {
    return await measure(server, 'tollgate', checkoutLoad, { STRIPE_API_BASE: stripe.url });
  } finally {
    await stripe.close();
  }
}

async function expectCount(database: BenchDatabase, table: string, expected: number) {
  const [row] = await database.query<{ count: string }>(`select count(*) as count from ${table}`);
  if (Number(row?.count) !== expected) {
    throw new Error(`${table} has ${row?.count} rows where there should be ${expected}`);
  }
}

const row = (
  id: string,
  what: string,
  contender: Contender,
  prepare: (database: BenchDatabase) => Promise<Load>,
  against?: string,
): Row => ({
  id,
  what,
  ...(against === undefined ? {} : { against }),
  run: (server) => measure(server, contender, prepare),
});

const webhooks: readonly Row[] = [
  row('ceiling', 'HTTP and the signature alone', 'ceiling', recordedLoad()),
  row(
    'reference',
    'the same, and one INSERT an event; credits nothing',
    'reference',
    recordedLoad(),
  ),
  row('usual', 'credited, one transaction an event', 'usual', paidLoad(), 'reference'),
  row('ingest', 'Tollgate, an event that nothing handles', 'tollgate', unhandledLoad, 'reference'),
  row('credit', 'Tollgate, a credited top-up', 'tollgate', paidLoad(), 'reference'),
  row(
    'hot account',
    'the same, all of one user',
    'tollgate',
    paidLoad({ events: count / 6, users: 1 }),
    'credit',
  ),
  row('duplicates', 'the same, each three times at once', 'tollgate', duplicatesLoad, 'reference'),
];

const slowly: readonly Row[] = [
  row('slow reference', 'one INSERT an event', 'reference', recordedLoad({ events: count / 2 })),
  row('slow ingest', 'Tollgate, unhandled', 'tollgate', unhandledLoad, 'slow reference'),
  row(
    'slow credit',
    'Tollgate, credited',
    'tollgate',
    paidLoad({ events: count / 2 }),
    'slow reference',
  ),
];

const steadily = [100, 500, 1_000].flatMap((perSecond): readonly Row[] => {
  const options = { perSecond, events: 5 * perSecond };
  return [
    row(`reference at ${perSecond}/s`, 'one INSERT an event', 'reference', recordedLoad(options)),
    row(`credit at ${perSecond}/s`, 'Tollgate, credited', 'tollgate', paidLoad(options)),
  ];
});

const grown = (rows: number) => async (database: BenchDatabase) => {
  await fillHistory(database, rows);
  const { check: _, ...rest } = await paidLoad()(database);
  return rest;
};

/** @param rowsOfHistory how far `growth` goes */
export const partsOf = (rowsOfHistory: number): readonly Part[] => [
  {
    name: 'webhooks',
    what: 'signed webhooks of 2 kB, as fast as 64 connections are answered',
    rows: webhooks,
  },
  {
    name: 'commit latency',
    what: 'the same, where each commit takes 3 ms more',
    rows: slowly,
    commitDelayMicros: 3_000,
    rounds: 2,
  },
  { name: 'steady', what: 'webhooks at a rate that nothing slows down', rows: steadily, rounds: 1 },
  {
    name: 'api',
    what: 'what the host application asks for',
    rows: [
      row('spend', 'POST /v1/account/spend, a thousand users', 'tollgate', spendLoad(false)),
      row('hot spend', 'the same, all of one user', 'tollgate', spendLoad(true), 'spend'),
      row('account', 'balance and first page of history, in turn', 'tollgate', accountLoad),
      {
        id: 'checkout',
        what: 'POST /v1/checkout/sessions, with a local Stripe beside it',
        run: measureCheckout,
      },
    ],
    rounds: 2,
  },
  {
    name: 'growth',
    what: `credited top-ups on ${rowsOfHistory.toLocaleString('en')} recorded events and transfers`,
    rows: [
      row('empty', 'no history', 'tollgate', grown(0)),
      row('grown', 'with the history', 'tollgate', grown(rowsOfHistory), 'empty'),
    ],
    rounds: 1,
  },
  {
    name: 'start',
    what: 'from the start of the process to the first 200 of /ready',
    rows: [{ id: 'start', what: 'on a database that is migrated', run: measureStart }],
    rounds: 3,
  },
  {
    name: 'memory',
    what: 'what the process held at most, credited top-ups coming in all the while',
    rows: [1, 10].map((minutes) => ({
      id: minutes === 1 ? 'one minute' : `${minutes} minutes`,
      what: 'as fast as 64 connections are answered',
      run: (server) => measureMemory(server, paidLoad(), minutes),
    })),
    rounds: 1,
    isLong: true,
  },
];

export const serverOf = ({ commitDelayMicros }: Part) => startServer(commitDelayMicros);
