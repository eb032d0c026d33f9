import type { Log } from './log';

/**
 * Runs a step again and again: at once when woken, else every `intervalMillis`, with growing pauses
 * while it fails; while it is paused, not at all. One step at a time; a step that has begun is waited
 * for by `stop`.
 */
export class Polling {
  private readonly stopping = new AbortController();
  private isWoken = false;
  private endPause: (() => void) | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly options: {
      readonly name: string;
      readonly intervalMillis: number;
      /** The least time between two steps, so that what comes in meanwhile shares the next one. @default 0 */
      readonly restMillis?: number;
      /** While it is, there is no step; whoever ends it wakes the loop. @default - it never is */
      readonly isPaused?: () => boolean;
      readonly log: Log;
      readonly step: (signal: AbortSignal) => Promise<unknown>;
    },
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something has come in: do not wait for the interval to pass. */
  wake(): void {
    this.isWoken = true;
    this.endPause?.();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.endPause?.();
    await this.running;
  }

  private async run(): Promise<void> {
    const { name, intervalMillis, restMillis = 0, log, step } = this.options;
    const { isPaused = () => false } = this.options;
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      this.isWoken = false;
      if (isPaused()) {
        await this.pause(untilWokenMillis, true);
        continue;
      }
      try {
        await step(this.stopping.signal);
        failures = 0;
      } catch (error) {
        failures += 1;
        log.error({ err: error, loop: name, failures }, 'the loop failed and will try again');
      }
      if (restMillis > 0) await this.pause(restMillis, false);
      // While it fails, news does not shorten the pause: what is down is left time to come back.
      if (failures === 0) await this.pause(intervalMillis, true);
      else await this.pause(backoffMillis(failures), false);
    }
  }

  private pause(millis: number, endsWhenWoken: boolean): Promise<void> {
    const isOver = () => this.stopping.signal.aborted || (endsWhenWoken && this.isWoken);
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.endPause = () => {
        if (!isOver()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** The longest that a timer takes, some 25 days. */
const untilWokenMillis = 2 ** 31 - 1;

function backoffMillis(failures: number): number {
  return Math.min(500 * 2 ** failures, 30_000);
}
