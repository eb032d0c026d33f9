import { CatalogueFollower } from './catalogue/following';
import { catalogueOfStore, readCatalogue } from './catalogue/read';
import type { CatalogueState } from './catalogue/state';
import { createCatalogueStore } from './catalogue/stored';
import type { Config } from './config';
import type { Log } from './log';
import type { Database } from './store/database';
import { createCatalogueKeeper } from './store/kept-catalogues';

/**
 * What is for sale, and what keeps it to what is stored outside of the image.
 * @throws ConfigError when the file cannot be sold; of what is stored, `settle` says it
 */
export async function readWhatIsSold(config: Config, database: Database, log: Log) {
  const { catalogueArn: arn } = config;
  if (arn === undefined) {
    return { catalogue: readCatalogue(config.catalogueFile, config), follower: undefined };
  }
  const [store, catalogue] = [createCatalogueStore(arn), catalogueOfStore(config)];
  const follower = new CatalogueFollower({
    ...{ catalogue, store, address: arn, log },
    keeper: createCatalogueKeeper(database, arn),
  });
  await follower.begin();
  return { catalogue, follower };
}

export type WhatIsSold = Awaited<ReturnType<typeof readWhatIsSold>>;

/** A file does not change under the process that has read it. */
export const stateOf = ({ catalogue, follower }: WhatIsSold): CatalogueState =>
  follower?.state ?? { version: catalogue.version, status: 'current', refusedVersion: null };
