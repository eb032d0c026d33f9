import type { CatalogueKeeper } from '../catalogue/following';
import type { StoredCatalogue } from '../catalogue/stored';
import type { Queryable } from './queryable';

/** Keeps the last good catalogue of an address in the database. @param address CATALOGUE_ARN */
export function createCatalogueKeeper(client: Queryable, address: string): CatalogueKeeper {
  return {
    keep: (sold, readAt) => keepCatalogue(client, address, sold, readAt),
    find: () => findKeptCatalogue(client, address),
  };
}

/**
 * Keeps the last good catalogue of an address. Nothing is written where it is kept already, nor where
 * another task keeps one that it began to read later.
 * @param readAt when its reading began
 */
export async function keepCatalogue(
  client: Queryable,
  address: string,
  { version, text }: StoredCatalogue,
  readAt: Date,
): Promise<void> {
  await client.query(
    `insert into kept_catalogues as kept (address, version, content, read_at)
     select $1::text, $2::text, $3::text, $4::timestamptz
      where not exists (
        select from kept_catalogues where address = $1 and version = $2 and content = $3)
     on conflict (address) do update
        set version = excluded.version, content = excluded.content, read_at = excluded.read_at
      where kept.read_at < excluded.read_at`,
    [address, version, text, readAt],
  );
}

/** The last good catalogue of an address; undefined where none was ever sold from it. */
async function findKeptCatalogue(
  client: Queryable,
  address: string,
): Promise<StoredCatalogue | undefined> {
  const { rows } = await client.query<StoredCatalogue>(
    'select version, content as text from kept_catalogues where address = $1',
    [address],
  );
  return rows[0];
}
