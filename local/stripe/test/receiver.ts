import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMillis: number;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** How a receiver answers: the status, and what else; it may take its time. */
export type Answer = (count: number, received: Received) => number | Promise<number>;

const open: Server[] = [];

/** A webhook endpoint that remembers what it was sent; `answer` is told how many came before. */
export async function startReceiver(answer: Answer = () => 200): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString();
      const delivery = { headers: request.headers, body, atMillis: performance.now() };
      received.push(delivery);
      response.writeHead(await answer(received.length - 1, delivery), { location: '/elsewhere' });
      response.end('received');
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    url: `http://127.0.0.1:${address.port}/webhooks/stripe`,
    received,
    close: () => closed(server),
  };
}

export async function closeReceivers(): Promise<void> {
  await Promise.all(open.splice(0).map(closed));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
