import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands where Stripe should, and answers as it is told to. */
export interface AnsweringServer {
  readonly url: URL;
  /** Method and path of each request, without its query. */
  readonly requests: string[];
  /** How the next requests are answered. */
  answer: (response: ServerResponse, request: IncomingMessage) => void;
  close(): Promise<void>;
}

export async function startAnsweringServer(): Promise<AnsweringServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    request.resume().on('end', () => answering.answer(response, request));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answering: AnsweringServer = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    requests,
    answer: (response) => response.end(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return answering;
}
