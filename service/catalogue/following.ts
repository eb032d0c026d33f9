import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../config';
import { environmentVariables as names } from '../contract';
import { Problem } from '../errors';
import type { Log } from '../log';
import type { Catalogue } from './catalogue';
import { checkCatalogue } from './read';
import type { CatalogueStore, StoredCatalogue } from './stored';

/** What is sold now, and how what is stored outside of the image stands to it. */
export interface CatalogueState {
  readonly version: string;
  /** `refused`: what is stored has faults; `unreadable`: it is not there, or may not be read. */
  readonly status: 'current' | 'refused' | 'unreadable';
  /** The version that was stored last, where its faults keep it from being sold. */
  readonly refusedVersion: string | null;
}

const retryMillis = 1_000;

/** Where the last good one is kept, for tasks that start while what is stored is bad. */
export interface CatalogueKeeper {
  /** @param readAt when its reading began: one that was read later is not replaced */
  keep(sold: StoredCatalogue, readAt: Date): Promise<void>;
  find(): Promise<StoredCatalogue | undefined>;
}

interface FollowerOptions {
  readonly catalogue: Catalogue;
  readonly store: CatalogueStore;
  /** Where the store is: CATALOGUE_ARN. */
  readonly address: string;
  readonly keeper: CatalogueKeeper;
  readonly log: Log;
}

/**
 * Keeps a catalogue to what is stored: a new version is checked before it is taken, and one with
 * faults leaves that of before in force. What was sold keeps the terms that it was sold on. The last
 * good one is kept in the database, where a task finds it that starts while what is stored is bad.
 */
export class CatalogueFollower {
  private status: CatalogueState['status'] = 'current';
  private refused: StoredCatalogue | undefined;
  private sold: StoredCatalogue | undefined;
  private soldReadAt = new Date(0);
  /** What this task has kept, or found kept. */
  private kept: StoredCatalogue | undefined;
  /** Why nothing of what is stored can be sold. */
  private faults: readonly string[] = [];

  constructor(private readonly options: FollowerOptions) {}

  get state(): CatalogueState {
    const { status, refused } = this;
    const { version } = this.options.catalogue;
    return { version, status, refusedVersion: refused?.version ?? null };
  }

  /** Looks for the first time, when there is no database yet. A bad one is told of by `settle`. */
  async begin(): Promise<void> {
    await this.take().catch((error: Error) => {
      this.faults = [error.message];
    });
  }

  /**
   * Once the database is there: sells what was kept last, where what is stored cannot be sold. If the
   * database goes away again, both are asked until one of them answers.
   * @throws ConfigError when there is neither, or what was kept has faults, too
   */
  async settle(signal: AbortSignal): Promise<void> {
    while (this.sold === undefined) {
      try {
        await this.sellKept();
      } catch (error) {
        // The database is away, and will be back.
        if (!(error instanceof Problem) || error.status !== 503) throw error;
        await sleep(retryMillis, undefined, { signal });
        await this.begin();
      }
    }
  }

  private async sellKept(): Promise<void> {
    const { address, catalogue, keeper, log } = this.options;
    const kept = await keeper.find();
    if (kept === undefined) throw new ConfigError(this.faults);
    try {
      catalogue.replace(checkCatalogue(kept.text, `the last good one of ${address}`), kept.version);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigError([...this.faults, ...error.faults]);
    }
    this.sold = kept;
    this.kept = kept;
    log.error(
      { faults: this.faults, status: this.status, sold: kept.version },
      'the catalogue that is stored cannot be sold; the last good one is, from the database',
    );
  }

  /**
   * Looks once.
   * @param isDatabaseLeftAlone while it rests: what was kept by this task is not said again
   * @throws Error when it cannot be read: the catalogue stays what it was
   */
  async look(isDatabaseLeftAlone = false): Promise<void> {
    await this.take();
    if (this.status !== 'current' || this.sold === undefined) return;
    if (isDatabaseLeftAlone && isSame(this.sold, this.kept)) return;
    await this.keep(this.sold);
  }

  /** Sells what is stored, if that is another one and has no faults. @throws Error as `look` */
  private async take(): Promise<void> {
    const { catalogue, store, log } = this.options;
    const readAt = new Date();
    const stored = await store.read().catch((error: unknown) => {
      this.status = 'unreadable';
      throw error;
    });
    if (isSame(stored, this.refused)) {
      this.status = 'refused';
      return;
    }
    if (!isSame(stored, this.sold)) {
      const content = this.check(stored);
      if (content === undefined) return;
      const before = catalogue.version;
      catalogue.replace(content, stored.version);
      if (this.sold !== undefined) {
        log.info({ version: stored.version, before }, 'another catalogue is sold from now on');
      }
    } else if (this.status !== 'current') {
      log.info({ version: stored.version }, 'the catalogue that is stored is good again');
    }
    this.status = 'current';
    this.refused = undefined;
    this.sold = stored;
    this.soldReadAt = readAt;
  }

  /** What it says; undefined where that cannot be sold, which is told of. */
  private check(stored: StoredCatalogue) {
    const { address, catalogue, log } = this.options;
    try {
      return checkCatalogue(stored.text, `${names.catalogueArn} ${address}`);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.status = 'refused';
      this.refused = stored;
      this.faults = error.faults;
      if (this.sold === undefined) return undefined;
      log.error(
        { version: stored.version, faults: error.faults, kept: catalogue.version },
        'the catalogue that was stored has faults; that of before is sold on',
      );
      return undefined;
    }
  }

  private async keep(sold: StoredCatalogue): Promise<void> {
    await this.options.keeper.keep(sold, this.soldReadAt);
    this.kept = sold;
  }
}

/** By the text, too: a parameter that is made anew counts from one again. */
function isSame(one: StoredCatalogue, other: StoredCatalogue | undefined): boolean {
  return one.version === other?.version && one.text === other.text;
}
