import pg from 'pg';
import { Database } from '../service/store/database';
import { startPostgresServer } from '../test/support/postgres-server';

/** A real PostgreSQL that loses nothing it has acknowledged, with databases of its own. */
export interface BenchServer {
  readonly pid: number;
  create(): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

export interface BenchDatabase {
  readonly url: string;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Bytes that all of the server has written ahead so far. */
  walBytes(): Promise<number>;
  drop(): Promise<void>;
}

/** @param commitDelayMicros what each commit waits before it is flushed, as on slower disks */
export async function startServer(commitDelayMicros = 0): Promise<BenchServer> {
  const server = await startPostgresServer({
    settings: [
      'fsync=on',
      'synchronous_commit=on',
      `commit_delay=${commitDelayMicros}`,
      'commit_siblings=0',
      'max_wal_size=4GB',
      'shared_buffers=512MB',
    ],
  });
  let count = 0;
  return {
    pid: server.pid,
    async create() {
      count += 1;
      return createDatabase(server.url, `bench_${count}`);
    },
    stop: () => server.stop(),
  };
}

async function createDatabase(server: string, name: string): Promise<BenchDatabase> {
  await once(server, `create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const database = new Database({
    address: () => Promise.resolve({ url }),
    poolMax: 1,
    onConnectionLost: () => undefined,
  });
  await database.open((error) => console.error(error), new AbortController().signal);
  await database.close();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined);
  return {
    url,
    query: async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
      (await pool.query<Row>(text, values)).rows,
    async walBytes() {
      const { rows } = await pool.query<{ bytes: string }>(
        `select (pg_current_wal_insert_lsn() - '0/0')::text as bytes`,
      );
      return Number(rows[0]?.bytes);
    },
    async drop() {
      await pool.end();
      await once(server, `drop database ${name} with (force)`);
    },
  };
}

async function once(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
