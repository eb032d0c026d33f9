/** What a rehearsal prints: a line a step, with its time and what happened. */
export class Steps {
  private readonly startedAtMillis = performance.now();

  constructor(private readonly print: (line: string) => void) {}

  /**
   * Runs one step.
   * @param happened what is to be said of its result
   * @throws what the step throws, after a line that says which step it was
   */
  async run<Result>(
    name: string,
    step: () => Promise<Result>,
    happened: (result: Result) => string,
  ): Promise<Result> {
    const beganAtMillis = performance.now();
    const line = (mark: string, what: string) => {
      const seconds = ((performance.now() - beganAtMillis) / 1000).toFixed(2);
      this.print(`  ${mark} ${name.padEnd(18)} ${seconds.padStart(6)} s   ${what}`);
    };
    try {
      const result = await step();
      line('✓', happened(result));
      return result;
    } catch (error) {
      // The first line: whoever catches it tells the whole.
      line('✗', (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '');
      throw error;
    }
  }

  /** How long all steps took so far. */
  get elapsedSeconds(): string {
    return ((performance.now() - this.startedAtMillis) / 1000).toFixed(1);
  }
}
