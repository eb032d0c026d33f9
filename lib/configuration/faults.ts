import leven from 'leven';

/** Everything that is wrong with the flags and the environment file, each fault with its fix. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** Collects what is wrong, so that all of it can be said at once. */
export class Faults {
  private readonly texts: string[] = [];

  add(text: string): void {
    this.texts.push(text);
  }

  /** @throws ConfigurationError when anything was added. */
  throwIfAny(): void {
    if (this.texts.length > 0) throw new ConfigurationError(this.texts);
  }
}

/** Adds a fault of one environment. */
export type Refuse = (text: string) => void;

/** The candidate that takes the fewest edits to reach from `seen`; `undefined` for no candidates. */
export function nearest(seen: string, candidates: readonly string[]): string | undefined {
  const distance = (candidate: string) => leven(seen.toLowerCase(), candidate.toLowerCase());
  return [...candidates].sort((a, b) => distance(a) - distance(b))[0];
}
