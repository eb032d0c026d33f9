import { randomUUID } from 'node:crypto';
import { asProblem, Problem } from '../errors';
import {
  endRun,
  insertRun,
  leaseReconciliation,
  type ReconciliationName,
  type ReconciliationRun,
  readRuns,
  recordProgress,
  renewLease,
  type Schedule,
} from '../store/reconciliations';
import type { TimeRange } from '../stripe/listing';
import { reconcileEvents } from './events';
import { Journal } from './journal';
import { reconcileObjects } from './objects';
import { checkRange } from './range';
import type { ReconciliationDependencies, RunContext } from './run-context';

const daySeconds = 86_400;

/** How each reconciliation is done, and when. */
const kinds = {
  events: {
    reconcile: reconcileEvents,
    schedule: { firstReachSeconds: 3 * daySeconds, next: { inSeconds: 300 } },
    afterFailure: { firstReachSeconds: 3 * daySeconds, next: { inSeconds: 60 } },
    // Lists show what is new with a delay, and `created` has a resolution of a second.
    overlapSeconds: 3_600,
    // Stripe keeps events for 30 days.
    reachSecondsMax: 30 * daySeconds,
  },
  objects: {
    reconcile: reconcileObjects,
    schedule: { firstReachSeconds: 3 * daySeconds, next: { atHourUtc: 3 } },
    afterFailure: { firstReachSeconds: 3 * daySeconds, next: { inSeconds: 900 } },
    // A session can be paid for a day after it was created, and an invoice some hours.
    overlapSeconds: 2 * daySeconds,
    reachSecondsMax: 90 * daySeconds,
  },
} as const satisfies Record<ReconciliationName, KindOfRun>;

interface KindOfRun {
  readonly reconcile: (run: RunContext) => Promise<void>;
  readonly schedule: Schedule;
  readonly afterFailure: Schedule;
  /** How far before what the last run reached the next one begins. */
  readonly overlapSeconds: number;
  readonly reachSecondsMax: number;
}

/** Much less than the lease lasts, so that a slow moment does not lose it. */
const heartbeatMillis = 10_000;
const recordIntervalMillis = 2_000;

/** What a person asked for. */
interface RequestedRun {
  readonly startedBy: string;
  /** By default, what a regular run would look at. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/**
 * Reconciles with Stripe what this environment knows: on one task at a time, from where the last run
 * got to, so that one that dies is taken up by the next.
 */
export class Reconciler {
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly dependencies: ReconciliationDependencies & {
      readonly processing: 'on' | 'paused';
    },
  ) {}

  /**
   * Runs those that are due; one that fails is logged and tried again later.
   * @throws Problem `database_unavailable`
   */
  async runDue(signal: AbortSignal): Promise<void> {
    if (!this.dependencies.stripe.isConfigured) return;
    for (const name of ['events', 'objects'] as const) {
      if (signal.aborted) return;
      // Objects are handled at once; while handling is paused, there is nothing that they may do.
      if (name === 'objects' && this.dependencies.processing === 'paused') continue;
      const begun = await this.begin(name, { startedBy: 'schedule' }, true);
      if (begun !== undefined) await begun.ended;
    }
  }

  /**
   * Begins a run now.
   * @returns its id, and a promise that resolves when it has ended, however it did
   * @throws Problem `reconciliation_range_invalid`, `reconciliation_running`, `processing_paused`, `database_unavailable`
   */
  async start(name: ReconciliationName, requested: RequestedRun): Promise<BegunRun> {
    if (name === 'objects' && this.dependencies.processing === 'paused') {
      throw new Problem('processing_paused', 'objects are handled at once, and handling is paused');
    }
    const begun = await this.begin(name, requested, false);
    if (begun !== undefined) return begun;
    throw new Problem('reconciliation_running', `a reconciliation of ${name} is under way`);
  }

  /** The run as it is recorded now. @throws Problem `database_unavailable` */
  async read(runId: string): Promise<ReconciliationRun | undefined> {
    return (await readRuns(this.dependencies.database, { runId, limit: 1 }))[0];
  }

  /** Ends what is under way, with its place kept. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.underWay);
  }

  private async begin(
    name: ReconciliationName,
    requested: RequestedRun,
    onlyIfDue: boolean,
  ): Promise<BegunRun | undefined> {
    const runId = randomUUID();
    const { startedBy, since, until } = requested;
    const range = await this.dependencies.database.transaction(async (client) => {
      const { schedule } = kinds[name];
      const reached = await leaseReconciliation(client, name, runId, schedule, onlyIfDue);
      if (reached === undefined) return undefined;
      const regular = regularRange(name, reached);
      const asked = { from: since ?? regular.from, until: until ?? regular.until };
      if (since !== undefined || until !== undefined) checkRange(asked, Date.now());
      const run = { runId, name, startedBy, since: asked.from, until: asked.until };
      await insertRun(client, run);
      return asked;
    });
    if (range === undefined) return undefined;
    const isRegular = since === undefined && until === undefined;
    const ended = this.run(runId, name, range, isRegular).finally(() =>
      this.underWay.delete(ended),
    );
    this.underWay.add(ended);
    return { runId, ended };
  }

  private async run(
    runId: string,
    name: ReconciliationName,
    range: TimeRange,
    isRegular: boolean,
  ): Promise<void> {
    const { database, log, onDifference } = this.dependencies;
    const journal = new Journal(runId, log, onDifference);
    const lost = new AbortController();
    const heartbeat = setInterval(() => {
      renewLease(database, runId).then(
        (isKept) => !isKept && lost.abort(new Error('another task has taken this run over')),
        // The lease outlives a database that is away for a moment.
        (error: unknown) => log.warn({ err: error, runId }, 'the lease could not be renewed'),
      );
    }, heartbeatMillis);
    let failure: unknown;
    try {
      await kinds[name].reconcile({
        ...this.dependencies,
        range,
        isThorough: !isRegular,
        journal,
        signal: AbortSignal.any([this.stopping.signal, lost.signal]),
        checkpoint: checkpoints(database, journal, isRegular),
      });
    } catch (error) {
      failure = error;
    } finally {
      clearInterval(heartbeat);
    }
    const isInterrupted = this.stopping.signal.aborted || lost.signal.aborted;
    await this.end(name, journal, failure, isInterrupted).catch((error: unknown) =>
      log.error({ err: error, runId }, 'the end of a reconciliation could not be recorded'),
    );
  }

  private async end(
    name: ReconciliationName,
    journal: Journal,
    failure: unknown,
    isInterrupted: boolean,
  ): Promise<void> {
    const { database, log, onFailed } = this.dependencies;
    const { runId, lookedAt, repaired, differences } = journal;
    const about = { runId, reconciliation: name, lookedAt, repaired, differences };
    const hasFailed = failure !== undefined && !isInterrupted;
    if (hasFailed) {
      onFailed();
      const code = asProblem(failure).code;
      log.error(
        { ...about, err: failure, code },
        'reconciliation failed; see docs/runbook.md#reconciliation-failed',
      );
    } else
      log.info(about, isInterrupted ? 'reconciliation interrupted' : 'reconciliation finished');
    const status = hasFailed ? 'failed' : failure === undefined ? 'finished' : 'interrupted';
    const { schedule, afterFailure } = kinds[name];
    const next = { finished: schedule, failed: afterFailure, interrupted: undefined }[status];
    await database.transaction(async (client) => {
      await recordProgress(client, journal, undefined);
      await endRun(client, runId, { status, error: errorOf(failure) }, next);
    });
  }
}

/** A run that has begun. */
interface BegunRun {
  readonly runId: string;
  readonly ended: Promise<void>;
}

/** What a regular run looks at: from a little before where the last one got to, until now. */
function regularRange(name: ReconciliationName, reached: Date): TimeRange {
  const { overlapSeconds, reachSecondsMax } = kinds[name];
  const now = Date.now();
  const from = Math.max(reached.getTime() - overlapSeconds * 1_000, now - reachSecondsMax * 1_000);
  // Stripe's clock may be a little ahead of ours.
  return { from: new Date(from), until: new Date(now + 60_000) };
}

/** Only a regular run moves what has been reached: one of another range may leave a gap. */
function checkpoints(
  database: ReconciliationDependencies['database'],
  journal: Journal,
  isRegular: boolean,
): RunContext['checkpoint'] {
  let recordedAtMillis = 0;
  return async (reachedAt) => {
    const now = performance.now();
    if (reachedAt === undefined && now - recordedAtMillis < recordIntervalMillis) return;
    recordedAtMillis = now;
    const isAhead = reachedAt !== undefined && reachedAt.getTime() > Date.now();
    const reached = isAhead ? new Date() : reachedAt;
    await database.transaction((client) =>
      recordProgress(client, journal, isRegular ? reached : undefined),
    );
  };
}

function errorOf(failure: unknown): string | null {
  if (failure === undefined) return null;
  return failure instanceof Error ? failure.message : String(failure);
}
