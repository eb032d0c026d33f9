import { createHash } from 'node:crypto';
import type { SecretSource } from '../config';
import type { SecretStore } from './manager';
import { parseSecret, valuesIn } from './parse';

const refreshIntervalMillis = 5_000;
/**
 * How long the previous value stays in force after a new one was stored: as long as Stripe signs
 * with both. After that, a value that has leaked is worth nothing any more.
 * https://docs.stripe.com/webhooks#roll-endpoint-secrets
 */
const previousLifetimeMillis = 24 * 60 * 60 * 1000;

/** One of the values that are valid now. */
export interface SecretInForce {
  readonly value: string;
  readonly version: 'current' | 'previous';
}

/**
 * A secret that may be rotated while the process runs. It holds the values that are valid now: the
 * current one first, then the previous one; the other way round when the previous one is preferred.
 */
export class RotatingSecret {
  private values: readonly { readonly value: string; readonly untilMillis: number }[];
  private refreshedAtMillis = Number.NEGATIVE_INFINITY;
  private lastFailure: { readonly error: unknown } | undefined;
  private refreshing: Promise<boolean> | undefined;

  constructor(
    private readonly name: string,
    private readonly source: SecretSource,
    private readonly store: SecretStore,
    private readonly nowMillis: () => number,
    /** Which version is believed first: `previous` after a new one has turned out to be wrong. */
    private readonly preferred: 'current' | 'previous' = 'current',
  ) {
    this.values =
      source.value === undefined
        ? []
        : [{ value: source.value, untilMillis: Number.POSITIVE_INFINITY }];
  }

  /** Each value once. */
  get current(): readonly string[] {
    return this.inForce.map(({ value }) => value);
  }

  /**
   * The same, and whether a value is among those believed first (`current`), or valid beside them
   * until it is dropped (`previous`).
   */
  get inForce(): readonly SecretInForce[] {
    const now = this.nowMillis();
    const [first, ...others] = this.values.filter((each) => now < each.untilMillis);
    const current = first === undefined ? [] : valuesIn(first.value);
    const previous = others.flatMap(({ value }) => valuesIn(value));
    return [
      ...current.map((value) => ({ value, version: 'current' as const })),
      ...previous
        .filter((value) => !current.includes(value))
        .map((value) => ({ value, version: 'previous' as const })),
    ];
  }

  /**
   * Asks Secrets Manager for the current and the previous version, at most once in five seconds
   * however often it is called: anybody can send a signature that does not match.
   * @returns whether the values are other ones than before
   * @throws Problem `secrets_unavailable`; the values stay what they were
   */
  refresh(): Promise<boolean> {
    const { arn } = this.source;
    if (arn === undefined) return Promise.resolve(false);
    if (this.refreshing !== undefined) return this.refreshing;
    if (this.nowMillis() - this.refreshedAtMillis < refreshIntervalMillis) {
      // What failed told us nothing, so that whoever asks may not conclude that nothing has changed.
      return this.lastFailure ? Promise.reject(this.lastFailure.error) : Promise.resolve(false);
    }
    this.refreshedAtMillis = this.nowMillis();
    this.refreshing = this.read(arn)
      .then((changed) => {
        this.lastFailure = undefined;
        return changed;
      })
      .catch((error: unknown) => {
        this.lastFailure = { error };
        throw error;
      })
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }

  private async read(arn: string): Promise<boolean> {
    const [current, previous] = await Promise.all([
      this.store.read(arn, 'AWSCURRENT'),
      this.store.read(arn, 'AWSPREVIOUS'),
    ]);
    const isPinned = this.preferred === 'previous';
    const versions = [
      {
        value: parseSecret(this.name, current?.text ?? '').value,
        untilMillis: Number.POSITIVE_INFINITY,
      },
      {
        value: this.parsePrevious(previous?.text ?? ''),
        untilMillis: isPinned
          ? Number.POSITIVE_INFINITY
          : (current?.createdAtMillis ?? 0) + previousLifetimeMillis,
      },
    ];
    const values = (isPinned ? versions.toReversed() : versions).filter(
      ({ value }) => value !== '',
    );
    // Somebody is just storing it, or by mistake stored nothing: what worked so far goes on working.
    if (values.length === 0) return false;
    const before = this.current.join('\n');
    this.values = values;
    return this.current.join('\n') !== before;
  }

  /** The previous version may be the very mistake that the current one mends. */
  private parsePrevious(stored: string): string {
    try {
      return parseSecret(this.name, stored).value;
    } catch {
      return '';
    }
  }
}

/** Tells one secret from another without saying anything about either. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(`tollgate:${secret}`).digest('hex').slice(0, 12);
}
