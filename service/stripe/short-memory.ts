/** What was answered lately: each entry for a while, and never more than so many of them. */
export class ShortMemory<Value> {
  /** In the order in which they were answered, so that the oldest is first. */
  private readonly entries = new Map<string, { value: Value; untilMillis: number }>();

  constructor(
    private readonly options: {
      readonly lifeMillis: number;
      readonly entriesMax: number;
      readonly nowMillis: () => number;
    },
  ) {}

  get(key: string): Value | undefined {
    const known = this.entries.get(key);
    if (known === undefined) return undefined;
    if (known.untilMillis > this.options.nowMillis()) return known.value;
    this.entries.delete(key);
    return undefined;
  }

  set(key: string, value: Value): void {
    const { entriesMax, lifeMillis, nowMillis } = this.options;
    this.entries.delete(key);
    this.entries.set(key, { value, untilMillis: nowMillis() + lifeMillis });
    const [oldest] = this.entries.keys();
    if (this.entries.size > entriesMax && oldest !== undefined) this.entries.delete(oldest);
  }
}
