import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../service/store/database';
import { administrate, templateDatabase, urlOf } from './database';
import { type PostgresServer, startPostgresServer } from './postgres-server';

declare global {
  var postgresServer: PostgresServer | undefined;
}

/**
 * Jest's global set-up: the service is compiled, for the tests that run it as a process, and there
 * is one PostgreSQL for all tests (the one that TEST_DATABASE_URL names, or one
 * of our own), with a template database that has the schema, to be cloned by each test file.
 */
export default async function startPostgres(): Promise<void> {
  buildService();
  if (process.env.TEST_DATABASE_URL === undefined) {
    globalThis.postgresServer = await startPostgresServer();
    process.env.TOLLGATE_TEST_SERVER = globalThis.postgresServer.url;
  } else {
    process.env.TOLLGATE_TEST_SERVER = process.env.TEST_DATABASE_URL;
  }
  await administrate(`drop database if exists ${templateDatabase}`);
  await administrate(`create database ${templateDatabase}`);
  const template = new Database({
    address: () => Promise.resolve({ url: urlOf(templateDatabase) }),
    poolMax: 1,
    onConnectionLost: () => undefined,
  });
  await template.open((error) => {
    throw error;
  }, new AbortController().signal);
  await template.close();
}

/** A fault in the types is printed and no more: `npm run check` is what refuses it. */
function buildService(): void {
  const root = join(__dirname, '../..');
  try {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
  } catch (error) {
    if (!existsSync(join(root, 'dist/service/main.js'))) throw error;
  }
}
