import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface CloudEvent {
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
}

/** An application that is sent what is published. */
export interface Subscriber {
  readonly url: string;
  /** Its status from now on. */
  answers: number;
  readonly taken: CloudEvent[];
  readonly refused: CloudEvent[];
  close(): Promise<void>;
}

export async function startSubscriber(): Promise<Subscriber> {
  const server = createServer(async (request, response) => {
    const event = JSON.parse(Buffer.concat(await request.toArray()).toString()) as CloudEvent;
    const isTaken = subscriber.answers < 300;
    (isTaken ? subscriber.taken : subscriber.refused).push(event);
    response.writeHead(subscriber.answers).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const subscriber: Subscriber = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    answers: 204,
    taken: [],
    refused: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return subscriber;
}
