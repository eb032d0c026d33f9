import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to a Stripe that keeps what it is sent. */
interface RecordedStripe {
  readonly url: string;
  /** What was sent to a path, oldest first. */
  sentTo(path: string): URLSearchParams[];
  close(): Promise<void>;
}

/** @param to where requests are passed on to */
export async function recordStripe(to: string): Promise<RecordedStripe> {
  const sent: { readonly path: string; readonly parameters: URLSearchParams }[] = [];
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '' } = request;
    const body = await bodyOf(request);
    sent.push({ path, parameters: new URLSearchParams(body) });
    const { authorization = '', 'idempotency-key': key } = request.headers;
    const answer = await fetch(to + path, {
      method,
      headers: {
        authorization,
        ...(body !== '' && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(typeof key === 'string' && { 'idempotency-key': key }),
      },
      ...(body !== '' && { body }),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sentTo: (path) => sent.flatMap((each) => (each.path === path ? [each.parameters] : [])),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
