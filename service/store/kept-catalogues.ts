import { createHash } from 'node:crypto';
import type { CatalogueKeeper } from '../catalogue/following';
import type { StoredCatalogue } from '../catalogue/stored';
import type { Queryable } from './queryable';

/**
 * How many are kept of an address: the last one, and one of before for a version that cannot sell the
 * last one, such as one that is rolled back to.
 */
const keptMax = 2;

/** Keeps the last good catalogues of an address in the database. @param address CATALOGUE_ARN */
export function createCatalogueKeeper(client: Queryable, address: string): CatalogueKeeper {
  return {
    keep: (sold, ageMillis) => keepCatalogue(client, address, sold, ageMillis),
    find: () => findKeptCatalogues(client, address),
  };
}

/** Its text is sent only where it is not kept yet. */
async function keepCatalogue(
  client: Queryable,
  address: string,
  { version, text }: StoredCatalogue,
  ageMillis: number,
): Promise<boolean> {
  const contentHash = createHash('sha256').update(text).digest('hex');
  const key = [address, version, contentHash, ageMillis];
  const again = await client.query<{ isLast: boolean }>(
    andWhetherLast(
      `update kept_catalogues set read_at = greatest(read_at, ${readAt})
        where address = $1 and version = $2 and content_hash = $3
       returning read_at`,
    ),
    key,
  );
  if (again.rows[0] !== undefined) return again.rows[0].isLast;
  const { rows } = await client.query<{ isLast: boolean }>(
    andWhetherLast(
      `insert into kept_catalogues as kept (address, version, content_hash, read_at, content)
       values ($1, $2, $3, ${readAt}, $5)
       on conflict (address, version, content_hash) do update
          set read_at = greatest(kept.read_at, excluded.read_at)
       returning read_at`,
    ),
    [...key, text],
  );
  // By its time, which is looked at again where another task has just moved it.
  await client.query(
    `delete from kept_catalogues
      where address = $1 and read_at < (
        select min(read_at) from (
          select read_at from kept_catalogues where address = $1
           order by read_at desc limit ${keptMax}) as last)`,
    [address],
  );
  return rows[0]?.isLast ?? false;
}

/** By the clock of the database alone: those of the tasks differ. */
const readAt = "now() - $4::double precision * interval '1 millisecond'";

const andWhetherLast = (written: string) =>
  `with written as (${written})
   select not exists (
     select from kept_catalogues other
      where other.address = $1 and (other.version, other.content_hash) <> ($2, $3)
        and other.read_at > written.read_at) as "isLast"
     from written`;

async function findKeptCatalogues(client: Queryable, address: string): Promise<StoredCatalogue[]> {
  const { rows } = await client.query<StoredCatalogue>(
    `select version, content as text from kept_catalogues where address = $1
      order by read_at desc limit ${keptMax}`,
    [address],
  );
  return rows;
}
