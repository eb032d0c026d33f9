import { Problem } from '../errors';

/** One piece of work that waits to be done with others. */
interface Member<Item, Result> {
  readonly item: Item;
  readonly keys: readonly string[];
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupLimits {
  /** How many members one group has at most. */
  readonly groupSize: number;
  /** How many groups are under way at once at most. */
  readonly inFlight: number;
  /** How many members wait at most; one more is refused, so that load is shed before memory is. */
  readonly waiting: number;
  /** How many bytes those who wait and those under way have together at most. */
  readonly bytes: number;
}

/**
 * Does items in groups. A group is whatever has come in while the ones before it were under way, so
 * nothing waits for company: at low load each group has one member, at high load a round trip and a
 * commit are shared by many. No two members under way share a key, so a decision never rests on
 * facts that another one is just changing; those that share one are done in the order they came.
 */
export class Groups<Item, Result> {
  private waiting: Member<Item, Result>[] = [];
  private bytes = 0;
  private readonly busyKeys = new Set<string>();
  private inFlight = 0;

  /**
   * @param keysOf what an item must not share with another that is under way
   * @param work does a group and returns one settled result per item, in their order. What it
   * throws is about everybody (the database is away): those who wait are rejected with it too, and
   * told at once what waiting would tell them later
   * @param bytesOf how many bytes an item has
   */
  constructor(
    private readonly limits: GroupLimits,
    private readonly keysOf: (item: Item) => readonly string[],
    private readonly work: (items: readonly Item[]) => Promise<PromiseSettledResult<Result>[]>,
    private readonly bytesOf: (item: Item) => number,
  ) {}

  /** @throws Problem `overloaded` when too many wait already */
  add(item: Item): Promise<Result> {
    if (this.waiting.length >= this.limits.waiting) {
      throw new Problem('overloaded', `${this.limits.waiting} events wait to be recorded already`);
    }
    const bytes = this.bytesOf(item);
    if (this.bytes > 0 && this.bytes + bytes > this.limits.bytes) {
      throw new Problem('overloaded', `events of ${this.bytes} bytes are under way already`);
    }
    return new Promise((resolve, reject) => {
      this.bytes += bytes;
      this.waiting.push({ item, keys: this.keysOf(item), bytes, resolve, reject });
      this.start();
    });
  }

  private start(): void {
    while (this.inFlight < this.limits.inFlight) {
      const group = this.takeGroup();
      if (group.length === 0) return;
      this.inFlight += 1;
      void this.run(group);
    }
  }

  private takeGroup(): Member<Item, Result>[] {
    const group: Member<Item, Result>[] = [];
    const left: Member<Item, Result>[] = [];
    // Nobody overtakes a member on any of its keys, or it might wait for as long as others come.
    const awaitedKeys = new Set<string>();
    for (const member of this.waiting) {
      const fits = group.length < this.limits.groupSize;
      if (!fits || member.keys.some((key) => this.busyKeys.has(key) || awaitedKeys.has(key))) {
        if (fits) for (const key of member.keys) awaitedKeys.add(key);
        left.push(member);
        continue;
      }
      for (const key of member.keys) this.busyKeys.add(key);
      group.push(member);
    }
    this.waiting = left;
    return group;
  }

  private async run(group: readonly Member<Item, Result>[]): Promise<void> {
    try {
      const results = await this.work(group.map((member) => member.item));
      group.forEach((member, index) => {
        const result = results[index];
        if (result?.status === 'fulfilled') member.resolve(result.value);
        else member.reject(result?.reason);
      });
    } catch (error) {
      for (const member of this.waiting.splice(0)) {
        this.bytes -= member.bytes;
        member.reject(error);
      }
      for (const member of group) member.reject(error);
    } finally {
      for (const member of group) {
        this.bytes -= member.bytes;
        for (const key of member.keys) this.busyKeys.delete(key);
      }
      this.inFlight -= 1;
      this.start();
    }
  }
}
