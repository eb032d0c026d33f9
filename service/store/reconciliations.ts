import type { Queryable } from './queryable';
import { storable, toJson } from './texts';

/** What is reconciled with Stripe: its undelivered events, or its objects. */
export type ReconciliationName = 'events' | 'objects';

/** One thing that a run found. Ids and codes only. */
export interface Finding {
  readonly kind: 'repaired' | 'difference';
  /** The id of Stripe's object or event, or of an account of the ledger. */
  readonly id: string;
  /** What the repair did, or the code of the difference. */
  readonly what: string;
}

export interface RunCounts {
  readonly lookedAt: number;
  readonly repaired: number;
  readonly differences: number;
}

/** A run as it is recorded. */
export interface ReconciliationRun extends RunCounts {
  readonly runId: string;
  readonly name: ReconciliationName;
  readonly startedBy: string;
  readonly since: Date;
  readonly until: Date;
  readonly status: 'running' | 'finished' | 'failed' | 'interrupted';
  readonly findings: readonly Finding[];
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** When a reconciliation runs by itself, seen from now. */
export interface Schedule {
  /** How far the very first run looks back. */
  readonly firstReachSeconds: number;
  /** The next regular run: so many seconds from now, or the next time that this hour UTC begins. */
  readonly next: { readonly inSeconds: number } | { readonly atHourUtc: number };
}

/** How long a run may be silent before another task may take its place. */
const leaseSeconds = 60;
const runsKeptDays = 30;

function nextRun({ next }: Schedule): string {
  return 'inSeconds' in next
    ? `now() + interval '${next.inSeconds} seconds'`
    : `(date_trunc('day', (now() at time zone 'utc') - interval '${next.atHourUtc} hours')
        + interval '1 day ${next.atHourUtc} hours') at time zone 'utc'`;
}

/**
 * Makes `runId` the only run of its name among all tasks, until it ends or falls silent.
 * @param onlyIfDue a regular run: only when it is time for it
 * @returns how far the earlier runs have reached; undefined when another run is under way, or when
 * it is not time
 */
export async function leaseReconciliation(
  client: Queryable,
  name: ReconciliationName,
  runId: string,
  schedule: Schedule,
  onlyIfDue: boolean,
): Promise<Date | undefined> {
  await client.query(
    `insert into reconciliations (name, reached_at, next_run_at)
     values ($1, now() - make_interval(secs => $2),
             ${'inSeconds' in schedule.next ? 'now()' : nextRun(schedule)})
     on conflict (name) do nothing`,
    [name, schedule.firstReachSeconds],
  );
  const { rows } = await client.query<{ reached_at: Date }>(
    `update reconciliations set leased_by = $2, leased_until = now() + make_interval(secs => $3)
      where name = $1 and (leased_until is null or leased_until < now())
        and (next_run_at <= now() or not $4)
     returning reached_at`,
    [name, runId, leaseSeconds, onlyIfDue],
  );
  return rows[0]?.reached_at;
}

/** Records that a run begins; one that died before is recorded as interrupted. */
export async function insertRun(
  client: Queryable,
  run: Pick<ReconciliationRun, 'runId' | 'name' | 'startedBy' | 'since' | 'until'>,
): Promise<void> {
  await client.query(
    `update reconciliation_runs set status = 'interrupted', finished_at = now()
      where name = $1 and status = 'running'`,
    [run.name],
  );
  await client.query(
    `delete from reconciliation_runs where started_at < now() - interval '${runsKeptDays} days'`,
  );
  await client.query(
    `insert into reconciliation_runs (run_id, name, started_by, since, until)
     values ($1, $2, $3, $4, $5)`,
    [run.runId, run.name, run.startedBy, run.since, run.until],
  );
}

/**
 * Keeps the lease of a run that is under way.
 * @returns false when it was lost to another run
 */
export async function renewLease(client: Queryable, runId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update reconciliations set leased_until = now() + make_interval(secs => $2)
      where leased_by = $1`,
    [runId, leaseSeconds],
  );
  return rowCount === 1;
}

/**
 * Records how far a run has got.
 * @param reachedAt everything that Stripe created before it has been taken in; undefined: no change
 */
export async function recordProgress(
  client: Queryable,
  run: RunCounts & { readonly runId: string; readonly findings: readonly Finding[] },
  reachedAt: Date | undefined,
): Promise<void> {
  if (reachedAt !== undefined) {
    await client.query(
      `update reconciliations set reached_at = greatest(reached_at, $2) where leased_by = $1`,
      [run.runId, reachedAt],
    );
  }
  await client.query(
    `update reconciliation_runs
        set looked_at = $2, repaired = $3, differences = $4, findings = $5
      where run_id = $1`,
    [run.runId, run.lookedAt, run.repaired, run.differences, toJson(run.findings)],
  );
}

/**
 * Records how a run ended, gives its lease back and says when the next regular one is.
 * @param next undefined: as soon as somebody looks, because this one was interrupted
 */
export async function endRun(
  client: Queryable,
  runId: string,
  end: { readonly status: ReconciliationRun['status']; readonly error: string | null },
  next: Schedule | undefined,
): Promise<void> {
  await client.query(
    `update reconciliations set leased_by = null, leased_until = null,
            next_run_at = ${next === undefined ? 'next_run_at' : nextRun(next)}
      where leased_by = $1`,
    [runId],
  );
  await client.query(
    `update reconciliation_runs set status = $2, error = $3, finished_at = now()
      where run_id = $1 and status = 'running'`,
    [runId, end.status, storable(end.error ?? '') || null],
  );
}

/** The last runs, the newest first. */
export async function readRuns(
  client: Queryable,
  filters: {
    readonly runId?: string;
    readonly name?: ReconciliationName | undefined;
    readonly limit: number;
  },
): Promise<ReconciliationRun[]> {
  const { rows } = await client.query<RunRow>(
    `select run_id, name, started_by, since, until, status, looked_at, repaired, differences,
            findings, error, started_at, finished_at
       from reconciliation_runs
      where ($1::uuid is null or run_id = $1) and ($2::text is null or name = $2)
      order by started_at desc, run_id limit $3`,
    [filters.runId ?? null, filters.name ?? null, filters.limit],
  );
  return rows.map((row) => ({
    runId: row.run_id,
    name: row.name,
    startedBy: row.started_by,
    since: row.since,
    until: row.until,
    status: row.status,
    lookedAt: row.looked_at,
    repaired: row.repaired,
    differences: row.differences,
    findings: row.findings,
    error: row.error,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }));
}

interface RunRow {
  run_id: string;
  name: ReconciliationName;
  started_by: string;
  since: Date;
  until: Date;
  status: ReconciliationRun['status'];
  looked_at: number;
  repaired: number;
  differences: number;
  findings: readonly Finding[];
  error: string | null;
  started_at: Date;
  finished_at: Date | null;
}
