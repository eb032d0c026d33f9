import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultWebhookPath } from '../../service/contract';
import type { Random } from '../support/random';

/** Later than that it is tried no more; what ends a run at all is to be found soon. */
const deliverWithinMillis = 90_000;

/**
 * What lies between Stripe and the services: it loses, doubles and reorders what it is to deliver,
 * and tries again what was not taken, to either service.
 */
export interface Post {
  readonly url: string;
  /** Accepted from Stripe and delivered to nobody, by their ids: Stripe believes that they arrived. */
  readonly lost: ReadonlySet<string>;
  /** The objects that these two were about: of what else was told of, nothing is left to repair. */
  readonly untold: ReadonlySet<string>;
  /** Never accepted from Stripe, which gives them up. */
  readonly refused: ReadonlySet<string>;
  readonly figures: {
    readonly deliveries: number;
    readonly duplicates: number;
    readonly overtaken: number;
    readonly retries: number;
  };
  /** Resolves when all that was accepted has been delivered. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What is looked at of an event. */
interface Told {
  readonly id: string;
  readonly data: { readonly object: { readonly id: string } };
}

/** @param onFault told what no delivery of Stripe's should be answered with */
export async function openPost(
  random: Random,
  serviceUrls: readonly [string, ...string[]],
  onFault: (fault: string) => void,
): Promise<Post> {
  const lost = new Set<string>();
  const refused = new Set<string>();
  const untold = new Set<string>();
  const figures = { deliveries: 0, duplicates: 0, overtaken: 0, retries: 0 };
  const underWay = new Set<Promise<void>>();
  let accepted = 0;
  let newest = 0;

  async function deliver(place: number, body: Buffer, headers: Record<string, string>) {
    await sleep(random.chance(0.5) ? random.below(1_500) : 0);
    const deadline = performance.now() + deliverWithinMillis;
    while (performance.now() < deadline) {
      const answer = await fetch(random.of(serviceUrls) + defaultWebhookPath, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
      }).catch(() => undefined); // it was killed
      const text = await answer?.text().catch(() => undefined);
      if (answer?.ok) {
        figures.deliveries += 1;
        if (place < newest) figures.overtaken += 1;
        newest = Math.max(newest, place);
        return;
      }
      if (answer !== undefined && answer.status !== 503) {
        onFault(`a delivery was answered with ${answer.status}: ${text}`);
      }
      figures.retries += 1;
      await sleep(100 + random.below(400));
    }
    onFault(`a delivery was not taken within ${deliverWithinMillis} ms`);
  }

  const server = createServer(async (request, response) => {
    // Who has mistaken the port for another's is none of ours.
    if (request.headers['stripe-signature'] === undefined) {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { id, data } = JSON.parse(body.toString()) as Told;
    const fate = refused.has(id) ? 0 : random.next();
    if (fate < 0.04) {
      refused.add(id);
      untold.add(data.object.id);
      response.writeHead(500).end();
      return;
    }
    response.writeHead(200).end();
    if (fate < 0.08) {
      lost.add(id);
      untold.add(data.object.id);
      return;
    }
    const copies = random.chance(0.6) ? 1 : 2 + random.below(2);
    figures.duplicates += copies - 1;
    accepted += 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delivery = deliver(accepted, body, signedHeaders(request.headers));
      underWay.add(delivery);
      void delivery.finally(() => underWay.delete(delivery));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    lost,
    untold,
    refused,
    figures,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function signedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return {
    'content-type': String(headers['content-type']),
    'stripe-signature': String(headers['stripe-signature']),
  };
}
