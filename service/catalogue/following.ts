import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../config';
import { environmentVariables as names } from '../contract';
import { Problem } from '../errors';
import type { Log } from '../log';
import type { Catalogue } from './catalogue';
import { checkCatalogue } from './read';
import type { CatalogueState } from './state';
import type { CatalogueStore, StoredCatalogue } from './stored';

const retryMillis = 1_000;

/** Where the last good ones are kept, for tasks that start while what is stored is bad. */
export interface CatalogueKeeper {
  /**
   * @param ageMillis since its reading began
   * @returns whether it is the last one now; false where another one was read later
   */
  keep(sold: StoredCatalogue, ageMillis: number): Promise<boolean>;
  /** What was read last comes first; none where nothing was ever sold from the address. */
  find(): Promise<readonly StoredCatalogue[]>;
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
  /** When its reading began, by `performance.now`. */
  private soldReadAtMillis = 0;
  /** What this task knows to be kept as the last one. */
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
   * @throws ConfigError when there is neither, or all that was kept has faults, too
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
    const faults = [...this.faults];
    for (const [index, kept] of (await keeper.find()).entries()) {
      const name = index === 0 ? 'the last good one' : 'the good one before it';
      try {
        catalogue.replace(checkCatalogue(kept.text, `${name} of ${address}`), kept.version);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        faults.push(...error.faults);
        continue;
      }
      this.sold = kept;
      if (index === 0) this.kept = kept;
      log.error(
        { faults, status: this.status, sold: kept.version },
        `the catalogue that is stored cannot be sold; ${name} is, from the database`,
      );
      return;
    }
    throw new ConfigError(faults);
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
    const readAtMillis = performance.now();
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
    this.soldReadAtMillis = readAtMillis;
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
    const ageMillis = performance.now() - this.soldReadAtMillis;
    this.kept = (await this.options.keeper.keep(sold, ageMillis)) ? sold : undefined;
  }
}

/** By the text, too: a parameter that is made anew counts from one again. */
function isSame(one: StoredCatalogue, other: StoredCatalogue | undefined): boolean {
  return one.version === other?.version && one.text === other.text;
}
