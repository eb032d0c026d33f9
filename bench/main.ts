import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { program } from 'commander';
import Stripe from 'stripe';
import { freePort } from '../local/free-port';
import { compiledService, startServiceProcess } from '../local/service-process';
import { openCheckout } from '../test/support/checkouts';
import { createTestDatabase } from '../test/support/database';
import { eventOf, testEnvironment, webhookSecret } from '../test/support/running-service';
import startPostgres from '../test/support/start-postgres';
import stopPostgres from '../test/support/stop-postgres';
import { type Delivery, deliverAll } from './load';

/**
 * How many signed webhooks, each of which credits a top-up, a service takes a second: Tollgate, and
 * the same as it is usually written. One machine carries the service, PostgreSQL and the load.
 */
const events = 8_000;
const warmUpEvents = 1_000;
const connections = 64;
const logFile = join(__dirname, '../.tollgate/bench.log');

const contenders = [
  { name: 'tollgate', command: compiledService },
  {
    name: 'one transaction an event',
    command: ['--import', 'tsx', join(__dirname, 'obvious-service.ts')],
  },
];

async function main(): Promise<void> {
  program
    .name('npm run bench')
    .description(`measures ${events} top-ups by signed webhook, here and as it is usually written`)
    .parse();
  mkdirSync(dirname(logFile), { recursive: true });
  await startPostgres();
  console.log(`${events} top-ups by signed webhook, ${connections} connections\n`);
  console.log('                           per second   median     99 %    memory');
  for (const contender of contenders) console.log(await measure(contender));
  await stopPostgres();
}

async function measure({ name, command }: (typeof contenders)[number]): Promise<string> {
  const database = await createTestDatabase();
  const deliveries: Delivery[] = [];
  while (deliveries.length < events + warmUpEvents) {
    const { paidSession } = await openCheckout(database);
    const body = JSON.stringify(eventOf('checkout.session.completed', paidSession()), null, 2);
    const signed = { payload: body, secret: webhookSecret };
    deliveries.push({ body, signature: Stripe.webhooks.generateTestHeaderString(signed) });
  }
  const service = await startServiceProcess(
    { ...testEnvironment(database.url), PORT: String(await freePort()), LOG_LEVEL: 'info' },
    logFile,
    command,
  );
  const url = `${service.url}/webhooks/stripe`;
  await deliverAll(url, deliveries.slice(0, warmUpEvents), connections);
  const result = await deliverAll(url, deliveries.slice(warmUpEvents), connections);
  const memoryMiB = residentMiB(service.process.pid ?? 0);
  const [credited] = await database.query('select count(*) from transfers');
  await service.stop();
  await database.drop();
  if (credited?.count !== BigInt(deliveries.length))
    throw new Error('not every top-up was credited');
  return [
    name.padEnd(26),
    Math.round(result.perSecond).toLocaleString('en').padStart(11),
    `${result.medianMillis.toFixed(1)} ms`.padStart(8),
    `${result.percentile99Millis.toFixed(1)} ms`.padStart(8),
    `${memoryMiB} MiB`.padStart(9),
  ].join(' ');
}

/** From Linux's /proc; 0 elsewhere. */
function residentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

void main();
