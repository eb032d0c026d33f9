const minute = 60_000;
/** So long nothing must have come in before the loops let the database be. */
const restsAfterMillis = 5 * minute;
/** For less it is not worth it: Aurora pauses once it was not asked for ten minutes. */
const restMillisMin = 15 * minute;
/**
 * The longest rest: what no task knows of, such as an event that Stripe has and could not deliver, is
 * looked for then.
 */
const restMillisMax = 6 * 60 * minute;

/**
 * When something came in last, and whether there is anything left to do: while there is not, the loops
 * let the database be, so that it may pause. See docs/decisions/a-database-that-may-pause.md.
 */
export class Activity {
  private lastMillis: number;
  private restsUntilMillis: number | undefined;
  private isAwakening = false;
  private callbacks: AwakeningCallbacks | undefined;

  /** @param mayRest whether the database pauses; one that never does is asked all the time */
  constructor(
    private readonly mayRest: boolean,
    private readonly nowMillis: () => number,
  ) {
    this.lastMillis = nowMillis();
  }

  connect(callbacks: AwakeningCallbacks): void {
    this.callbacks = callbacks;
  }

  /** Somebody whose token is valid asks for something, an event has come in, or work was left. */
  readonly note = (): void => {
    this.lastMillis = this.nowMillis();
    if (this.isResting && !this.isAwakening) void this.endRest();
  };

  /** Whether the database is let alone; until it has answered again, when that ends. */
  get isResting(): boolean {
    return this.restsUntilMillis !== undefined;
  }

  /**
   * Ends a rest that has been long enough; begins one when nothing has come in for a while, and
   * nothing is due soon. Called once a minute.
   * @param dueAt asks the database when there is next something to do, if ever
   */
  async look(dueAt: () => Promise<Date | undefined>): Promise<void> {
    const { lastMillis, restsUntilMillis } = this;
    const now = this.nowMillis();
    if (restsUntilMillis !== undefined) {
      if (now >= restsUntilMillis) this.note();
      return;
    }
    if (!this.mayRest || now - lastMillis < restsAfterMillis) return;
    const dueMillis = (await dueAt())?.getTime() ?? Number.POSITIVE_INFINITY;
    // What has come in meanwhile may have left more than was seen.
    if (this.lastMillis !== lastMillis || dueMillis < now + restMillisMin) return;
    this.restsUntilMillis = Math.min(dueMillis, now + restMillisMax);
  }

  private async endRest(): Promise<void> {
    this.isAwakening = true;
    try {
      await this.callbacks?.awakenDatabase();
    } finally {
      this.isAwakening = false;
      this.restsUntilMillis = undefined;
      // All of them: what was left for one meanwhile did not wake it.
      this.callbacks?.wakeLoops();
    }
  }
}

interface AwakeningCallbacks {
  /** Called at the first sign of life after a rest, which ends when it resolves; it never rejects. */
  readonly awakenDatabase: () => Promise<void>;
  readonly wakeLoops: () => void;
}
