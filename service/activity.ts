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
  private restsUntilMillis = 0;
  private onAwake: () => void = () => undefined;

  /** @param mayRest whether the database pauses; one that never does is asked all the time */
  constructor(
    private readonly mayRest: boolean,
    private readonly nowMillis: () => number,
  ) {
    this.lastMillis = nowMillis();
  }

  /** @param onAwake called at the first sign of life after a rest */
  connect(onAwake: () => void): void {
    this.onAwake = onAwake;
  }

  /** Somebody whose token is valid asks for something, or an event has come in. */
  readonly note = (): void => {
    const { isResting } = this;
    this.lastMillis = this.nowMillis();
    this.restsUntilMillis = 0;
    if (isResting) this.onAwake();
  };

  get isResting(): boolean {
    return this.restsUntilMillis > 0;
  }

  /**
   * Ends a rest that has been long enough; begins one when nothing has come in for a while, and
   * nothing is due soon. Called once a minute.
   * @param dueAt asks the database when there is next something to do, if ever
   */
  async look(dueAt: () => Promise<Date | undefined>): Promise<void> {
    const { lastMillis } = this;
    const now = this.nowMillis();
    if (this.isResting) {
      if (now >= this.restsUntilMillis) this.note();
      return;
    }
    if (!this.mayRest || now - lastMillis < restsAfterMillis) return;
    const dueMillis = (await dueAt())?.getTime() ?? Number.POSITIVE_INFINITY;
    // What has come in meanwhile may have left more than was seen.
    if (this.lastMillis !== lastMillis || dueMillis < now + restMillisMin) return;
    this.restsUntilMillis = Math.min(dueMillis, now + restMillisMax);
  }
}
