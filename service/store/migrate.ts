import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

/** The schema cannot be brought up to date; the service must not run on it. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Versions of the service that do not know it work on as before. */
  readonly isBackwardCompatible: boolean;
  readonly sha256: string;
}

const directory = join(__dirname, 'migrations');

/**
 * The first line of a migration that only adds what older versions do not mind: a table, an index, a
 * column with a default. Then a deployment that fails can be rolled back over it.
 */
const compatibleMark = /^-- backward-compatible\b/;

/** A migration may rewrite a large table, and other tasks wait for it. */
const patient = { query_timeout: 15 * 60_000 };

/** Any number will do, as long as nothing else in the database takes the same advisory lock. */
export const migrationLock = 7_463_092_118n;

/**
 * Brings the schema up to date within the caller's transaction. Tasks that start together take
 * turns: the lock is the transaction's own, which PGlite's shared session honours too.
 * @throws MigrationError when a migration that this version does not know is not backward-compatible,
 * or one that has been applied was edited afterwards.
 */
export async function migrate(client: pg.ClientBase): Promise<void> {
  await client.query('set local statement_timeout = 0');
  await client.query('set local lock_timeout = 0');
  await client.query({
    ...patient,
    text: 'select pg_advisory_xact_lock($1)',
    values: [migrationLock],
  });
  await client.query(`create table if not exists schema_migrations (
    number integer primary key,
    name text not null,
    sha256 text not null,
    backward_compatible boolean not null default false,
    applied_at timestamptz not null default now()
  )`);
  // The table of a database that was made before the column was.
  await client.query(`alter table schema_migrations
    add column if not exists backward_compatible boolean not null default false`);
  const migrations = await readMigrations();
  const { rows: applied } = await client.query<AppliedMigration>(
    'select number, name, sha256, backward_compatible from schema_migrations order by number',
  );
  for (const row of applied) checkApplied(row, migrations);

  for (const migration of migrations.slice(applied.length)) {
    await client.query({ ...patient, text: migration.sql });
    await client.query(
      `insert into schema_migrations (number, name, sha256, backward_compatible)
       values ($1, $2, $3, $4)`,
      [migration.number, migration.name, migration.sha256, migration.isBackwardCompatible],
    );
  }
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly backward_compatible: boolean;
}

function checkApplied(row: AppliedMigration, migrations: readonly Migration[]): void {
  const known = migrations[row.number - 1];
  if (known === undefined) {
    if (row.backward_compatible) return;
    throw new MigrationError(
      `the schema is at migration ${row.name}, but this version ends at ` +
        `${migrations.at(-1)?.name ?? 'none'}; deploy the newer version of the service again`,
    );
  }
  if (known.sha256 !== row.sha256) {
    throw new MigrationError(
      `migration ${row.name} was edited after it had been applied; restore the file and put the ` +
        'change into a new migration',
    );
  }
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number.parseInt(name, 10);
      if (number !== index + 1) {
        throw new MigrationError(
          `migrations must be numbered without a gap: expected ${index + 1}, found ${name}`,
        );
      }
      const sql = await readFile(join(directory, name), 'utf8');
      return {
        number,
        name,
        sql,
        isBackwardCompatible: compatibleMark.test(sql),
        sha256: createHash('sha256').update(sql).digest('hex'),
      };
    }),
  );
}
