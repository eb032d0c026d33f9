import { performance } from 'node:perf_hooks';
import { OpsFailure } from '../failure';
import { printJson, printProgress, printText } from './output';

/** What one step came to. */
export interface StepResult {
  readonly step: string;
  readonly ok: boolean;
  readonly seen: string;
  readonly millis: number;
  readonly fix?: string;
}

/** The steps of a command, each told as it ends: a tick or a cross, what was seen, the time it took. */
export class Steps {
  private readonly results: StepResult[] = [];

  constructor(private readonly asJson: boolean) {}

  /**
   * @param work answers with what was seen, in a few words
   * @throws OpsFailure what the work throws, once it has been told
   */
  async run(step: string, work: () => Promise<string>): Promise<void> {
    const start = performance.now();
    const millis = () => Math.round(performance.now() - start);
    if (process.stderr.isTTY === true && !this.asJson) printProgress(`… ${step}`);
    try {
      this.tell({ step, ok: true, seen: await work(), millis: millis() });
    } catch (error) {
      const seen = error instanceof Error ? error.message : String(error);
      const fix = error instanceof OpsFailure ? { fix: error.fix } : {};
      this.tell({ step, ok: false, seen, millis: millis(), ...fix });
      throw error;
    }
  }

  /** A remark between steps. */
  say(line: string): void {
    if (!this.asJson) printText(line);
  }

  /** For programs: all that was done, and what came of it. */
  finish(result: Readonly<Record<string, unknown>>): void {
    if (this.asJson) printJson({ ...result, steps: this.results });
  }

  private tell(result: StepResult): void {
    this.results.push(result);
    if (this.asJson) return;
    const took =
      result.millis >= 1000 ? `${(result.millis / 1000).toFixed(1)} s` : `${result.millis} ms`;
    printText(`${result.ok ? '✓' : '✗'} ${result.step}: ${result.seen} (${took})`);
  }
}
