import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database } from '../../service/store/database';

export const templateDatabase = 'tollgate_test_template';

/** The URL of a database on the tests' server. */
export function urlOf(database: string): string {
  const url = new URL(process.env.TOLLGATE_TEST_SERVER ?? '');
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement as the server's superuser, outside of any database of ours. */
export async function administrate(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.TOLLGATE_TEST_SERVER });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database of this test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Asks with a connection that the service knows nothing of. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/**
 * Clones the template, or makes an empty database for the tests of the migrations themselves.
 * @param copyOf the URL of a database to clone in its place; whoever is connected to it is cut off
 */
export async function createTestDatabase({
  empty = false,
  copyOf,
}: {
  readonly empty?: boolean;
  readonly copyOf?: string;
} = {}): Promise<TestDatabase> {
  const name = `tollgate_test_${randomBytes(6).toString('hex')}`;
  const usual = empty ? 'template1' : templateDatabase;
  const template = copyOf === undefined ? usual : new URL(copyOf).pathname.slice(1);
  if (copyOf !== undefined) {
    await administrate(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${template}'`,
    );
  }
  await administrate(`create database ${name} template ${template}`);
  const url = urlOf(name);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined); // tests take servers down
  return {
    url,
    async query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]) {
      return (await pool.query<Row>(text, values)).rows;
    },
    async drop() {
      await pool.end();
      await administrate(`drop database ${name} with (force)`);
      // The service's role of this database; roles are the server's.
      await administrate(`drop role if exists ${name}_service`);
    },
  };
}

/** The service's own access to a test database. */
export async function openDatabase(url: string, poolMax = 5): Promise<Database> {
  const database = new Database({
    address: () => Promise.resolve({ url }),
    poolMax,
    onConnectionLost: () => undefined,
  });
  await database.open((error) => {
    throw error;
  }, new AbortController().signal);
  return database;
}
