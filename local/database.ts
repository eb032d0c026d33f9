import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** The embedded PostgreSQL, answering the real protocol on loopback. */
interface LocalDatabase {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts PGlite behind its socket server, with its data in `folder`.
 *
 * Every connection is given one and the same session, so that whoever connects must have a pool of
 * one connection (`DATABASE_POOL_MAX=1`); a second client, a `psql` say, takes turns with it.
 * @param port 0 for a free one
 * @throws Error that says what to delete when the data does not open
 */
export async function startLocalDatabase(folder: string, port: number): Promise<LocalDatabase> {
  const db = await open(folder);
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port, maxConnections: 10 });
  await server.start();
  const [, boundPort] = server.getServerConn().split(':');
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${boundPort}/postgres`,
    async close() {
      await server.stop();
      await db.close();
    },
  };
}

async function open(folder: string): Promise<PGlite> {
  if (!existsSync(folder)) await make(folder);
  try {
    return await PGlite.create(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the database in ${folder} does not open (${why}): it was damaged, or written by another ` +
        `version of PostgreSQL. Delete ${dirname(folder)}, or start with --fresh, which keeps ports ` +
        'and secrets; either begins with an empty database',
    );
  }
}

/** Under another name until it is whole: who interrupts the first start leaves no half a database. */
async function make(folder: string): Promise<void> {
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const db = await PGlite.create(unfinished);
  await db.close();
  renameSync(unfinished, folder);
}
