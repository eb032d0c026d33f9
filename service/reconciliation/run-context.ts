import type { Bookkeeper } from '../bookkeeping/bookkeeper';
import type { DecisionSources } from '../bookkeeping/handling-work';
import type { Receiver } from '../inbox/receive';
import type { Log } from '../log';
import type { Database } from '../store/database';
import type { StripeListing, TimeRange } from '../stripe/listing';
import type { Journal } from './journal';

/** What reconciliations work with. */
export interface ReconciliationDependencies extends DecisionSources {
  readonly database: Database;
  readonly bookkeeper: Bookkeeper;
  readonly listing: StripeListing;
  readonly receiver: Receiver;
  readonly log: Log;
  /** Called for each difference that could not be repaired. */
  readonly onDifference: () => void;
  /** Called for each run that failed. */
  readonly onFailed: () => void;
  /** Called when the ledger was added up, with how many accounts' balances are not as it says. */
  readonly onLedgerChecked: (differencesCount: number) => void;
}

/** A run that is under way. */
export interface RunContext extends ReconciliationDependencies {
  readonly range: TimeRange;
  /** A person asked for this very range: every event in it, delivered or not. */
  readonly isThorough: boolean;
  readonly journal: Journal;
  /** Aborted when the process is to stop, or when another task has taken this run's place. */
  readonly signal: AbortSignal;
  /**
   * Records what was found so far; to be called often.
   * @param reachedAt everything that Stripe created before it has been taken in
   */
  checkpoint(reachedAt?: Date): Promise<void>;
}

/**
 * The range in slices, the oldest first, so that what has been reached only moves forward. Each is
 * made when it is asked for: memory holds one, however wide the range is.
 */
export function* slicesOf({ from, until }: TimeRange, sliceMillis: number): Generator<TimeRange> {
  for (let start = from.getTime(); start < until.getTime(); start += sliceMillis) {
    yield {
      from: new Date(start),
      until: new Date(Math.min(start + sliceMillis, until.getTime())),
    };
  }
}
