import { ConfigError } from '../config';
import type { Log } from '../log';
import type { Catalogue } from './catalogue';
import { checkCatalogue } from './read';
import type { CatalogueStore } from './stored';

/** What is sold now, and what was stored since and cannot be. */
export interface CatalogueState {
  readonly version: string;
  /** The version that was stored last, where its faults keep it from being sold. */
  readonly refusedVersion: string | null;
}

/**
 * Keeps a catalogue to what is stored: a new version is checked before it is taken, and one with
 * faults leaves that of before in force. What was sold keeps the terms that it was sold on.
 */
export class CatalogueFollower {
  private refusedVersion: string | null = null;

  constructor(
    private readonly catalogue: Catalogue,
    private readonly store: CatalogueStore,
    private readonly name: string,
    private readonly log: Log,
  ) {}

  get state(): CatalogueState {
    return { version: this.catalogue.version, refusedVersion: this.refusedVersion };
  }

  /** Looks once. @throws Error when it cannot be read: the catalogue stays what it was */
  async look(): Promise<void> {
    const { text, version } = await this.store.read();
    if (version === this.refusedVersion) return;
    if (version === this.catalogue.version) {
      this.refusedVersion = null;
      return;
    }
    try {
      const before = this.catalogue.version;
      this.catalogue.replace(checkCatalogue(text, `CATALOGUE_ARN ${this.name}`), version);
      this.refusedVersion = null;
      this.log.info({ version, before }, 'another catalogue is sold from now on');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.refusedVersion = version;
      this.log.error(
        { version, faults: error.faults, kept: this.catalogue.version },
        'the catalogue that was stored has faults; that of before is sold on',
      );
    }
  }
}
