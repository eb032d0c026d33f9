import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { adminClient } from '../support/admin-client';
import { readBounds } from '../support/bounds';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type PostgresServer, startPostgresServer } from '../support/postgres-server';
import { Random } from '../support/random';
import { stripeKey, testEnvironment } from '../support/running-service';
import { eventually } from '../support/waiting';
import { auditCheckouts, auditEvents, auditMoney, auditOutbox } from './audit';
import { Buyers } from './buyers';
import { openPost } from './post';
import { Services } from './services';

const { seconds, seed } = readBounds();
const buyersAtOnce = 12;
/** By the clock of Stripe, which counts in seconds. */
const begunAt = new Date(Date.now() - 2_000);

async function main(): Promise<void> {
  const server = await startPostgresServer();
  process.env.TOLLGATE_TEST_SERVER = server.url;
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-torture-'));
  let faults: string[];
  try {
    faults = await torture(server, folder);
  } finally {
    await server.stop();
  }
  if (faults.length === 0) {
    rmSync(folder, { recursive: true });
    console.log('  no difference');
    return;
  }
  process.exitCode = 1;
  for (const fault of faults.slice(0, 30)) console.error(`  FAULT    seed ${seed}: ${fault}`);
  console.error(`  ${faults.length} differences with seed ${seed}; the services' logs: ${folder}`);
}

/** @returns what was found to be wrong */
async function torture(server: PostgresServer, folder: string): Promise<string[]> {
  const faults: string[] = [];
  const onFault = (fault: string) => faults.push(fault);
  const database = await createTestDatabase({ empty: true });
  const localStripe = await startLocalStripe({ webhookRetryDelaysMillis: [200] });
  const services = await Services.reserve(
    {
      ...testEnvironment(database.url),
      STRIPE_API_BASE: localStripe.url,
      LOG_LEVEL: 'info', // where nothing else takes them, messages are published to the log
    },
    folder,
  );
  const post = await openPost(new Random(seed), services.urls, onFault);
  try {
    const stripe = new Stripe(stripeKey, {
      protocol: 'http',
      host: '127.0.0.1',
      port: localStripe.port,
    });
    const { secret = '' } = await stripe.webhookEndpoints.create({
      url: post.url,
      enabled_events: ['*'],
    });
    await services.start({ STRIPE_WEBHOOK_SECRET: secret });

    const control = new RemoteControl(localStripe.url);
    const random = new Random(seed + 1);
    const began = performance.now();
    const isOver = () => faults.length > 0 || performance.now() - began > seconds * 1_000;
    const serviceUrls = services.urls;
    const databaseStops = () => services.databaseStops;
    const parties = { stripe, control, serviceUrls, databaseStops };
    const buyers = new Buyers({ random, ...parties, onFault, isOver });
    await Promise.all([
      services.torture(new Random(seed + 2), server, isOver),
      ...Array.from({ length: buyersAtOnce }, (_each, index) =>
        buyers.work(`seed-${seed}-buyer-${index}`),
      ),
    ]);
    const tortured = (performance.now() - began) / 1_000;

    await post.settled();
    await untilHandled(database);
    const { wallets } = buyers;
    // What Stripe gave up, and what it believes to have delivered: by their objects, then by themselves.
    const { repaired, ids } = await reconcile(services.urls[0], 'objects', onFault);
    for (const id of ids) {
      if (!post.untold.has(id)) onFault(`${id} had to be repaired, though all of it was told`);
    }
    await reconcile(services.urls[0], 'events', onFault, {});
    await untilHandled(database);
    faults.push(...(await auditMoney(database, wallets)));
    faults.push(...(await auditCheckouts(database, wallets)));
    faults.push(...(await auditEvents(database, stripe, post.lost)).faults);
    const { repaired: late } = await reconcile(services.urls[1] ?? '', 'events', onFault);
    await untilHandled(database);
    const { repaired: again } = await reconcile(services.urls[0], 'objects', onFault);
    if (again > 0) faults.push(`reconciled twice, ${again} objects were repaired again`);
    faults.push(...(await auditMoney(database, wallets)));
    const { events, faults: missing } = await auditEvents(database, stripe, new Set());
    faults.push(...missing);
    await untilPublished(database);
    faults.push(...(await services.stop()));
    const outbox = await auditOutbox(database, services.logFiles);
    faults.push(...outbox.faults);

    const total = (performance.now() - began) / 1_000;
    const done = Object.entries(buyers.figures).map(([name, n]) => `${name} ${n}`);
    const { deliveries, duplicates, overtaken, retries } = post.figures;
    console.log(
      `torture: seed ${seed}, ${events} events of ${wallets.length} buyers in ` +
        `${tortured.toFixed(1)} s (${(events / tortured).toFixed(0)}/s), settled after ${total.toFixed(1)} s`,
    );
    console.log(`  buyers   ${done.join(', ')}`);
    console.log(
      `  ended    SIGKILL ${services.kills}, immediate stops of PostgreSQL ${services.databaseStops}`,
    );
    console.log(
      `  post     deliveries ${deliveries}, duplicates ${duplicates}, overtaken ${overtaken}, ` +
        `tried again ${retries}, lost ${post.lost.size}, given up by Stripe ${post.refused.size}`,
    );
    console.log(`  repaired objects ${repaired}, events told late ${late}`);
    console.log(`  outbox   messages ${outbox.messages}, published more than once ${outbox.again}`);
    return faults;
  } finally {
    await services.stop();
    await post.close();
    await localStripe.close();
    await database.drop();
  }
}

/** What a dead process had claimed is due when its lease has run out: now. */
async function untilHandled(database: TestDatabase): Promise<void> {
  await database.query("update stripe_events set next_attempt_at = now() where status = 'pending'");
  await untilNone(database, "stripe_events where status = 'pending'");
}

const untilPublished = (database: TestDatabase) =>
  untilNone(database, 'outbox where published_at is null and set_aside_at is null');

/** @throws Error when there are some left after half a minute */
async function untilNone(database: TestDatabase, rows: string): Promise<void> {
  await eventually(`no ${rows}`, async () => {
    const [left] = await database.query(`select 1 from ${rows} limit 1`);
    return left === undefined ? true : undefined;
  });
}

/** @returns how much was made up for, and the first hundred objects that it was */
async function reconcile(
  url: string,
  kind: 'events' | 'objects',
  onFault: (fault: string) => void,
  range: object = { since: begunAt.toISOString() },
): Promise<{ repaired: number; ids: string[] }> {
  const admin = adminClient(url);
  let { status, body } = await admin.post('/reconciliations', { kind, ...range });
  while (body.code === 'reconciliation_running' || body.status === 'running') {
    await sleep(250);
    ({ status, body } =
      body.status === 'running'
        ? await admin.get(`/reconciliations/${body.runId}`)
        : await admin.post('/reconciliations', { kind, ...range }));
  }
  if (body.status !== 'finished' || body.differences !== 0) {
    onFault(`reconciling ${kind} was answered with ${status}: ${JSON.stringify(body)}`);
  }
  const findings = body.findings as { kind: string; id: string }[];
  const ids = findings.flatMap(({ kind, id }) => (kind === 'repaired' ? [id] : []));
  return { repaired: Number(body.repaired), ids };
}

main().catch((error: unknown) => {
  console.error(`seed ${seed}:`, error);
  process.exitCode = 1;
});
