import { mkdir } from 'node:fs/promises';
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
 */
export async function startLocalDatabase(folder: string, port: number): Promise<LocalDatabase> {
  await mkdir(folder, { recursive: true });
  const db = await PGlite.create(folder);
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
