import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../local/free-port';
import { type ServiceProcess, serviceOfImage, startServiceProcess } from '../local/service-process';
import { typescriptRunner } from '../local/typescript';
import { testEnvironment } from '../test/support/running-service';
import type { BenchDatabase, BenchServer } from './database';
import { type LoadResult, load } from './load';
import { cpuSeconds, peakMiB } from './usage';

/** What a round came to. Of what does not apply, nothing. */
export interface Figures {
  readonly perSecond?: number;
  readonly medianMillis?: number;
  readonly percentile99Millis?: number;
  /** Of the service's process, for each request. */
  readonly serviceMicros?: number;
  /** Of all processes of PostgreSQL, for each request. */
  readonly postgresMicros?: number;
  readonly walBytes?: number;
  readonly logBytes?: number;
  readonly peakMiB?: number;
  /** From the last answer until all that it has to tell is published. */
  readonly caughtUpMillis?: number;
}

export type Contender = 'ceiling' | 'reference' | 'usual' | 'tollgate';

const commands: Readonly<Record<Contender, readonly string[]>> = {
  ceiling: [typescriptRunner, join(__dirname, 'contenders/ceiling.ts')],
  reference: [typescriptRunner, join(__dirname, 'contenders/reference.ts')],
  usual: [typescriptRunner, join(__dirname, 'contenders/usual.ts')],
  // With the heap that Node.js takes in a task of 1 GiB, half of its memory.
  tollgate: ['--max-old-space-size=512', ...serviceOfImage],
};

export const connections = 64;
const logFile = join(__dirname, '../.tollgate/bench.log');

/** What the load of a round is, once its database has been filled. */
export interface Load {
  readonly warmUp: readonly Buffer[];
  readonly requests: readonly Buffer[];
  readonly perSecond?: number | undefined;
  readonly expected?: readonly number[] | undefined;
  /**
   * @param sent how many of `requests`, the first ones; as many of `warmUp` as `warmed` says
   * @throws when not everything was done that the answers promise
   */
  readonly check?:
    | ((database: BenchDatabase, sent: number, warmed: number) => Promise<void>)
    | undefined;
}

/** A round takes no longer on a machine that is busy or slow: it measures fewer requests. */
const withinMillis = 4_000;

/** One round of one contender: a database and processes of its own, warmed up, and measured. */
export async function measure(
  server: BenchServer,
  contender: Contender,
  prepare: (database: BenchDatabase) => Promise<Load>,
  more: Readonly<Record<string, string>> = {},
): Promise<Figures> {
  return withContender(server, contender, more, async ({ database, pid, port }) => {
    const { warmUp, requests, perSecond, expected, check } = await prepare(database);
    const warmed = await load({ port, requests: warmUp, connections, withinMillis }, expected);
    const before = { service: cpuSeconds(pid), postgres: cpuSeconds(server.pid) };
    const walBefore = await database.walBytes();
    const logBefore = statSync(logFile).size;
    const pace = perSecond === undefined ? { withinMillis } : { perSecond };
    const result = await load({ port, requests, connections, ...pace }, expected);
    const caughtUpMillis = contender === 'tollgate' ? await untilPublished(database) : undefined;
    const each = (seconds: number) => (seconds * 1e6) / result.sent;
    await check?.(database, result.sent, warmed.sent);
    return {
      ...timesOf(result),
      serviceMicros: each(cpuSeconds(pid) - before.service),
      postgresMicros: each(cpuSeconds(server.pid) - before.postgres),
      walBytes: ((await database.walBytes()) - walBefore) / result.sent,
      logBytes: (statSync(logFile).size - logBefore) / result.sent,
      peakMiB: peakMiB(pid),
      ...(caughtUpMillis === undefined ? {} : { caughtUpMillis }),
    };
  });
}

/** One load after the other against one process, for so long: whether its memory grows. */
export async function measureMemory(
  server: BenchServer,
  prepare: (database: BenchDatabase) => Promise<Load>,
  minutes: number,
): Promise<Figures> {
  return withContender(server, 'tollgate', {}, async ({ database, pid, port }) => {
    const until = performance.now() + minutes * 60_000;
    while (performance.now() < until) {
      const { requests } = await prepare(database);
      await load({ port, requests, connections });
    }
    return { peakMiB: peakMiB(pid) };
  });
}

interface Running {
  readonly database: BenchDatabase;
  readonly pid: number;
  readonly port: number;
}

/** @param more variables of its environment */
async function withContender(
  server: BenchServer,
  contender: Contender,
  more: Readonly<Record<string, string>>,
  work: (running: Running) => Promise<Figures>,
): Promise<Figures> {
  const database = await server.create();
  const topic = contender === 'tollgate' ? await startTopic() : undefined;
  const service = await start(commands[contender], database, { ...topic?.environment, ...more });
  try {
    const port = Number(new URL(service.url).port);
    return await work({ database, pid: service.process.pid ?? 0, port });
  } finally {
    await service.stop();
    topic?.stop();
    await database.drop();
  }
}

/** From the start of the process to its first answer that it is ready. */
export async function measureStart(server: BenchServer): Promise<Figures> {
  const database = await server.create();
  try {
    const began = performance.now();
    const service = await start(serviceOfImage, database, {});
    const medianMillis = performance.now() - began;
    const figures = { medianMillis, peakMiB: peakMiB(service.process.pid ?? 0) };
    await service.stop();
    return figures;
  } finally {
    await database.drop();
  }
}

function timesOf({ perSecond, medianMillis, percentile99Millis }: LoadResult): Figures {
  return { perSecond, medianMillis, percentile99Millis };
}

async function start(
  command: readonly string[],
  database: BenchDatabase,
  more: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  mkdirSync(dirname(logFile), { recursive: true });
  const environment = {
    ...testEnvironment(database.url),
    PORT: String(await freePort()),
    LOG_LEVEL: 'info',
    ...more,
  };
  return startServiceProcess(environment, logFile, command);
}

interface Topic {
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

async function startTopic(): Promise<Topic> {
  const child: ChildProcess = fork(typescriptRunner, [join(__dirname, 'topic-process.ts')]);
  const [{ arn, environment }] = (await once(child, 'message')) as [
    { arn: string; environment: Record<string, string> },
  ];
  return {
    environment: { ...environment, BILLING_EVENTS_TOPIC_ARN: arn },
    stop: () => child.kill(),
  };
}

const publishedWithinMillis = 60_000;

/** @throws when it takes longer than anybody would wait */
async function untilPublished(database: BenchDatabase): Promise<number> {
  const began = performance.now();
  for (;;) {
    const waiting = await database.query(
      'select from outbox where published_at is null and set_aside_at is null limit 1',
    );
    const millis = performance.now() - began;
    if (waiting.length === 0) return millis;
    if (millis > publishedWithinMillis) throw new Error('what was credited is not published');
    await sleep(10);
  }
}
