import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startLocalStripe } from '@tollgate/local-stripe';
import { readBounds } from '../support/bounds';
import { createTestDatabase } from '../support/database';
import { type DescribedRoute, describedRoutes } from '../support/described-routes';
import { startPostgresServer } from '../support/postgres-server';
import { Random } from '../support/random';
import { startTestService } from '../support/running-service';
import { hostileRequest } from './hostile';

const { seconds, seed } = readBounds();
const concurrency = 16;
const memoryGrowthMax = 96 * 1024 * 1024;

/** The status and the text of an answer; status 0 when the connection ended without one. */
function send(port: number, bytes: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setTimeout(40_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve({ status: Number(/^HTTP\/1.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    });
    socket.write(bytes);
  });
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function usedBytes(): number {
  collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
}

async function main(): Promise<void> {
  const server = await startPostgresServer();
  process.env.TOLLGATE_TEST_SERVER = server.url;
  const database = await createTestDatabase({ empty: true });
  const localStripe = await startLocalStripe();
  const service = await startTestService(database.url, { STRIPE_API_BASE: localStripe.url });
  const faults: string[] = [];
  try {
    const [first, ...others] = await describedRoutes(service.url);
    if (first === undefined) throw new Error('/openapi.json describes no route');
    const routes: readonly [DescribedRoute, ...DescribedRoute[]] = [first, ...others];
    const port = Number(new URL(service.url).port);
    const random = new Random(seed);
    const statuses = new Map<number, number>();
    let keysKept = 0;
    let eventsTaken = 0;
    let holdsPlaced = 0;
    let requests = 0;
    let before = 0;
    const until = Date.now() + seconds * 1_000;
    const work = async (): Promise<void> => {
      while (Date.now() < until && faults.length < 20) {
        const request = await hostileRequest(random, routes);
        const { status, text } = await send(port, request.bytes);
        requests += 1;
        // After the first ones everything that is made once has been made.
        if (requests === 2_000) before = usedBytes();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const isShed = status === 503 && text.includes('"overloaded"');
        if (status >= 500 && !isShed) {
          faults.push(
            `${request.route}: ${text.split('\r\n\r\n')[1]?.slice(0, 300)}\n    ${JSON.stringify(
              request.bytes
                .toString('latin1')
                .replace(/authorization: \S+ \S+/, 'authorization: …')
                .slice(0, 600),
            )}`,
          );
        }
        if (status >= 200 && status < 300 && request.route.startsWith('POST')) {
          if (request.route.endsWith('/webhooks/stripe')) eventsTaken += 1;
          else keysKept += 1;
          if (status === 201 && request.route.endsWith('/account/holds')) holdsPlaced += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    await sleep(2_000);
    const count = async (what: string) =>
      Number((await database.query<{ n: string }>(`select count(*) as n from ${what}`))[0]?.n);
    const bounded = async (what: string, most: number) => {
      const rows = await count(what);
      if (rows > most) faults.push(`${rows} rows in ${what}; expected ${most} at most`);
      return rows;
    };
    const rows = {
      'leases left': await bounded('idempotency_keys where status_code is null', 0),
      keys: await bounded('idempotency_keys', keysKept),
      events: await bounded('stripe_events', eventsTaken),
      holds: await bounded('holds', holdsPlaced),
      'checkouts without a session': await bounded('checkouts where session_id is null', 0),
    };
    const grownBytes = before === 0 ? 0 : usedBytes() - before;
    if (grownBytes > memoryGrowthMax) faults.push(`${grownBytes} bytes did not come back`);
    const told = [...statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
    console.log(
      `fuzz: seed ${seed}, ${requests} requests over ${routes.length} routes in ${seconds} s`,
    );
    console.log(`  answers  ${told.join(', ')}`);
    console.log(
      `  rows     ${Object.entries(rows)
        .map(([name, n]) => `${name} ${n}`)
        .join(', ')}`,
    );
    console.log(
      `  memory   ${(grownBytes / 2 ** 20).toFixed(1)} MiB more than after 2,000 requests`,
    );
  } finally {
    // What it tells of events that Stripe would never send need not be of the form that it promises.
    await service.stop().catch(() => undefined);
    await localStripe.close();
    await database.drop();
    await server.stop();
  }
  for (const fault of faults) console.error(`  FAULT    ${fault}`);
  console.log(faults.length === 0 ? '  no fault' : `  ${faults.length} faults`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
