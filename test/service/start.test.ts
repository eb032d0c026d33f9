import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import { pino } from 'pino';
import { ConfigError, readConfig } from '../../service/config';
import { healthPath, startedPath } from '../../service/contract';
import { startService } from '../../service/start';
import { migrationLock } from '../../service/store/migrate';
import { createTestDatabase } from '../support/database';
import { testEnvironment } from '../support/running-service';
import { eventually } from '../support/waiting';

test('S23: a client that never finishes its request is cut off, and the service ends', async () => {
  const database = await createTestDatabase();
  const config = readConfig(testEnvironment(database.url));
  const service = await startService(config, pino({ level: 'silent' }), 200);
  const client = connect(service.port, '127.0.0.1');
  client.on('error', () => undefined); // being cut off may show as a reset
  const closed = once(client, 'close');
  // Node.js answers 100 Continue when it has taken the request, which never comes to its end.
  client.write(
    'POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n{"half":',
  );
  const [taken] = (await once(client, 'data')) as [Buffer];
  expect(taken.toString()).toContain('100 Continue');
  await service.stop();
  await closed;
  await database.drop();
});

test('unless it is told otherwise, this machine alone can reach the service', async () => {
  const database = await createTestDatabase();
  const config = readConfig(testEnvironment(database.url));
  const service = await startService(config, pino({ level: 'silent' }));
  const from = (host: string) =>
    fetch(`http://${host}:${service.port}${healthPath}`).then(
      ({ status }) => status,
      ({ cause }: Error) => (cause as NodeJS.ErrnoException).code,
    );
  // Another address of this machine, which a service on all interfaces would answer at.
  const seen = [await from('127.0.0.1'), await from('127.0.0.2')];
  await service.stop();
  await database.drop();
  expect(seen).toEqual([200, 'ECONNREFUSED']);
});

test('S20: an address that is none of this machine is a fault with a fix', async () => {
  const elsewhere = { ...testEnvironment('postgresql://127.0.0.1:9/none'), HOST: '192.0.2.1' };
  const refused = startService(readConfig(elsewhere), pino({ level: 'silent' }));
  const error: unknown = await refused.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).faults).toEqual([
    expect.stringMatching(/^HOST is 192\.0\.2\.1, which is no address of this machine; set it to/),
  ]);
});

test('I17: as long as a migration is under way it has not started, however long that takes', async () => {
  const database = await createTestDatabase();
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  await other.query('begin');
  // What another task holds while it migrates.
  await other.query('select pg_advisory_xact_lock($1)', [migrationLock]);
  const config = readConfig(testEnvironment(database.url));
  const service = await startService(config, pino({ level: 'silent' }));
  const statusOf = async (path: string) =>
    (await fetch(`http://127.0.0.1:${service.port}${path}`)).status;
  await eventually('the service at the lock', async () => {
    const waiting = await database.query('select 1 from pg_locks where not granted');
    return waiting.length > 0 ? true : undefined;
  });
  const before = [await statusOf(healthPath), await statusOf(startedPath)];
  await other.query('commit');
  await eventually('the start', async () =>
    (await statusOf(startedPath)) === 200 ? true : undefined,
  );
  await service.stop();
  await other.end();
  await database.drop();
  expect(before).toEqual([200, 503]);
});
