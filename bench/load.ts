import { Agent, request } from 'node:http';

interface LoadResult {
  readonly perSecond: number;
  readonly medianMillis: number;
  readonly percentile99Millis: number;
}

export interface Delivery {
  readonly body: string;
  readonly signature: string;
}

/**
 * Sends every delivery once, over `connections` connections at a time, each the next as soon as its
 * last was answered.
 * @throws Error at the first answer that is not 200
 */
export async function deliverAll(
  url: string,
  deliveries: readonly Delivery[],
  connections: number,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let delivery = deliveries[next++]; delivery; delivery = deliveries[next++]) {
        const sent = performance.now();
        await deliver(url, delivery, agent);
        times.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return {
    perSecond: deliveries.length / seconds,
    medianMillis: at(0.5),
    percentile99Millis: at(0.99),
  };
}

function deliver(url: string, { body, signature }: Delivery, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'stripe-signature': signature,
      },
    });
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
