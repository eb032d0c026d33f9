import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { type ServiceProcess, startServiceProcess } from '../../local/service-process';
import { ledgerOf, type OpenCheckout, openCheckout } from '../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server';
import { eventOf, testClient, testEnvironment } from '../support/running-service';
import { eventually } from '../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-main-'));
const logFile = join(folder, 'service.log');
const completed = 'checkout.session.completed';
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function startProcess(databaseUrl = database.url): Promise<ServiceProcess> {
  const environment = { ...testEnvironment(databaseUrl), LOG_LEVEL: 'info' };
  return startServiceProcess({ ...environment, PORT: String(await freePort()) }, logFile);
}

/** Runs the service as far as it gets by itself. */
async function runToEnd(environment: Record<string, string>) {
  const child = spawn(process.execPath, [join(__dirname, '../../dist/service/main.js')], {
    env: { PATH: process.env.PATH, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'exit');
  return { code: code as number, output };
}

test('S20: all faults of the configuration are reported together, each with its fix', async () => {
  const { code, output } = await runToEnd({
    PORT: 'eighty',
    STRIPE_MODE: 'live',
    STRIPE_SECRET_KEY: 'sk_test_planted_value',
    STRIPE_CURRENCY: 'usd,doubloons',
  });
  expect(code).toBe(1);
  for (const part of [
    /7 faults/,
    /PORT is eighty; expected a whole number/,
    /PUBLIC_BASE_URL .* must begin with https/,
    /neither DATABASE_URL nor DATABASE_SECRET_ARN is set; set/,
    /STRIPE_SECRET_KEY is a test key, but STRIPE_MODE is live; store a live key/,
    /STRIPE_CURRENCY names doubloons; expected/,
    /none of STRIPE_WEBHOOK_SECRET, .* is set; set one/,
    /none of JWT_ACCESS_TOKEN_SECRET, .* is set; set one/,
  ]) {
    expect(output).toMatch(part);
  }
  expect(output).not.toContain('planted');
});

test('a port that is taken is a fault with a fix', async () => {
  const service = await startProcess();
  const { code, output } = await runToEnd({
    ...testEnvironment(database.url),
    PORT: new URL(service.url).port,
  });
  await service.stop();
  expect([code, output]).toEqual([1, expect.stringMatching(/another process listens there; stop/)]);
});

test('a schema that is newer than the code ends the process with the fix', async () => {
  const newer = await createTestDatabase();
  await newer.query(
    "insert into schema_migrations (number, name, sha256) values (99, '0099_future.sql', '')",
  );
  const { code, output } = await runToEnd({ ...testEnvironment(newer.url), LOG_LEVEL: 'fatal' });
  await newer.drop();
  expect([code, output]).toEqual([1, expect.stringContaining('deploy the newer version')]);
});

test('S1: SIGKILL in the middle of deliveries loses nothing that was acknowledged', async () => {
  const checkouts = await Promise.all(Array.from({ length: 400 }, () => openCheckout(database)));
  const events = checkouts.map((checkout) => eventOf(completed, checkout.paidSession()));
  const acknowledged = new Set<OpenCheckout>();
  const deliverAll = async (service: ServiceProcess, onAnswer: () => void) => {
    const client = testClient(service.url);
    await Promise.all(
      checkouts.map(async (checkout, index) => {
        const answer = await client.deliver(events[index] ?? {}).catch(() => undefined);
        if (answer?.status === 200) acknowledged.add(checkout);
        onAnswer();
      }),
    );
  };

  const first = await startProcess();
  let answers = 0;
  await deliverAll(first, () => {
    answers += 1;
    if (answers === 60) first.process.kill('SIGKILL');
  });
  expect(acknowledged.size).toBeGreaterThanOrEqual(60);
  expect(acknowledged.size).toBeLessThan(400);
  for (const checkout of acknowledged) {
    expect(await ledgerOf(database, checkout.userId)).toMatchObject({ transfers: 1 });
  }

  // Stripe delivers again what was not acknowledged; here everything, duplicates included.
  const second = await startProcess();
  await deliverAll(second, () => undefined);
  await second.stop();
  for (const checkout of checkouts) {
    expect(await ledgerOf(database, checkout.userId)).toEqual({
      balances: [{ unit: 'usd', amount_minor: 1000n }],
      sums: [{ unit: 'usd', amount_minor: 1000n }],
      transfers: 1,
    });
  }
});

test('S23: SIGTERM under load lets every request that was taken finish, and exits with 0', async () => {
  const checkouts = await Promise.all(Array.from({ length: 200 }, () => openCheckout(database)));
  const service = await startProcess();
  const client = testClient(service.url);
  const deliveries = checkouts.map((checkout) =>
    client.deliver(eventOf(completed, checkout.paidSession())),
  );
  await Promise.race(deliveries); // all 200 are on their way, one is done
  service.process.kill('SIGTERM');
  service.process.kill('SIGTERM'); // an impatient second one must cut nothing off
  const answers = await Promise.allSettled(deliveries);
  expect(await service.exited).toBe(0);
  expect(readFileSync(logFile, 'utf8')).toContain('"msg":"drained"');
  for (const [index, answer] of answers.entries()) {
    const { transfers } = await ledgerOf(database, checkouts[index]?.userId ?? '');
    // Not taken any more is allowed, and so is 503; a 200 without a credit is not.
    const credited = answer.status === 'fulfilled' && answer.value.status === 200;
    expect(transfers).toBe(credited ? 1 : 0);
  }
  expect(answers.filter((answer) => answer.status === 'fulfilled').length).toBeGreaterThan(0);
});

test('S22: nothing that is secret or personal gets into the log', async () => {
  const service = await startProcess();
  const client = testClient(service.url);
  const checkout = await openCheckout(database);
  const mismatched = await openCheckout(database);
  const personal = {
    customer_details: { email: 'jane.planted@example.com', name: 'Jane Planted' },
  };
  await client.deliver(eventOf(completed, checkout.paidSession(personal)));
  await client.deliver(
    eventOf(completed, mismatched.paidSession({ ...personal, amount_total: 1 })),
  );
  await client.deliver(eventOf(completed, {}), { secret: 'whsec_planted' });
  await client.get('/v1/account', checkout.userId);
  await fetch(`${service.url}/v1/account`, { headers: { authorization: 'Bearer planted.a.b' } });
  const topup = { amountMinor: 1000, currency: 'usd' };
  expect((await client.post('/v1/checkout/sessions', 'buyer', { topup })).status).toBe(503);
  await service.stop();
  const log = readFileSync(logFile, 'utf8');
  expect(log).toContain('event received');
  expect(log).toContain('event refused');
  expect(log).toContain('stripe_unavailable');
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, JWT_ACCESS_TOKEN_SECRET } = testEnvironment('');
  for (const secret of [STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, JWT_ACCESS_TOKEN_SECRET]) {
    expect(log).not.toContain(secret);
  }
  expect(log).not.toMatch(/planted|Bearer|eyJ/i);
});

describe('when PostgreSQL is away', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server.stop());

  test('S1, S22: deliveries are answered with 503 until it is back, and none is lost', async () => {
    const service = await startProcess(server.url);
    const client = testClient(service.url);
    const event = eventOf('customer.created', { id: 'cus_1' });

    // There but silent, as after a failover: connections stay open and nobody answers.
    server.freeze();
    const began = Date.now();
    const silent = await client.deliver(event);
    expect([silent.status, silent.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await silent.json()).toMatchObject({ code: 'database_unavailable' });
    expect(Date.now() - began).toBeLessThan(10_000); // Stripe's checkout waits no longer
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    server.thaw();

    const isReady = async () => (await fetch(`${service.url}/ready`)).ok || undefined;
    await eventually('that it is ready again', isReady);
    expect((await client.deliver(event)).status).toBe(200);
    await service.stop();
  });
});

test('I17, S22: a task that starts before its database serves, says so, and heals by itself', async () => {
  const port = await freePort();
  const servicePort = await freePort();
  const child = spawn(process.execPath, [join(__dirname, '../../dist/service/main.js')], {
    env: {
      PATH: process.env.PATH,
      ...testEnvironment(`postgresql://postgres@127.0.0.1:${port}/postgres`),
      PORT: String(servicePort),
    },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${servicePort}`;
  await eventually('the service listening', async () =>
    (await fetch(`${url}/health`).catch(() => undefined))?.ok ? true : undefined,
  );
  const statusOf = async (path: string) => (await fetch(url + path)).status;
  expect(await statusOf('/started')).toBe(503);
  const ready = await fetch(`${url}/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    {
      status: 'not ready',
      checks: {
        process: 'ok',
        database: 'cannot be reached',
        stripeSecretKey: 'ok',
        stripeWebhookSecret: 'ok',
      },
    },
  ]);
  const refused = await testClient(url).deliver(eventOf('ping', {}));
  expect(await refused.json()).toMatchObject({ status: 503, code: 'database_unavailable' });

  const server = await startPostgresServer({ onPort: port });
  await eventually('the service ready', async () =>
    (await statusOf('/ready')) === 200 ? true : undefined,
  );
  expect((await testClient(url).deliver(eventOf('ping', {}))).status).toBe(200);
  expect(await statusOf('/started')).toBe(200);
  // It stays, or one blip of the database would have the load balancer give up every task.
  server.freeze();
  await eventually('the service not ready', async () =>
    (await statusOf('/ready')) === 503 ? true : undefined,
  );
  expect(await statusOf('/started')).toBe(200);
  server.thaw();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await server.stop();
});
