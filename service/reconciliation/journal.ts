import type { Log } from '../log';
import type { Finding, RunCounts } from '../store/reconciliations';

/** More are counted and logged, and not kept with the run. */
const findingsMax = 100;

/** What a run has found so far; each finding is one line of the log, ids and codes only. */
export class Journal implements RunCounts {
  lookedAt = 0;
  repaired = 0;
  differences = 0;
  readonly findings: Finding[] = [];
  private readonly differing = new Set<string>();
  private readonly reported = new Set<string>();

  constructor(
    readonly runId: string,
    private readonly log: Log,
    private readonly onDifference: () => void,
  ) {}

  /** Something that was missed has been made up for. */
  repair(id: string, what: string): void {
    this.repaired += 1;
    this.keep({ kind: 'repaired', id, what });
    this.log.warn({ runId: this.runId, objectId: id, outcome: what }, 'repaired by reconciliation');
  }

  /**
   * Something that a person has to look at, told once: an object that was created about where two
   * slices of the time meet is found in both.
   */
  differ(id: string, what: string, detail: string): void {
    const difference = `${what} ${id}`;
    if (this.differing.has(difference)) return;
    this.differing.add(difference);
    this.reported.add(id);
    this.differences += 1;
    this.onDifference();
    this.keep({ kind: 'difference', id, what });
    this.log.error(
      { runId: this.runId, objectId: id, code: what },
      `${detail}; see docs/runbook.md#reconciliation-differences`,
    );
  }

  /** Whether a person has to look at the object anyway: it is not tried again in this run. */
  hasReported(id: string): boolean {
    return this.reported.has(id);
  }

  private keep(finding: Finding): void {
    if (this.findings.length < findingsMax) this.findings.push(finding);
  }
}
