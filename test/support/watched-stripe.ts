import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to a Stripe that sees which requests are under way at once. */
interface WatchedStripe {
  readonly url: URL;
  /** The most that were under way at once, of all paths and of any one path. */
  readonly most: { readonly ofAll: number; readonly ofOnePath: number };
  close(): Promise<void>;
}

/**
 * @param to where requests are passed on to
 * @param together how many have to be under way before the first of them is passed on
 */
export async function watchStripe(to: string, together = 1): Promise<WatchedStripe> {
  const underWay: string[] = [];
  const most = { ofAll: 0, ofOnePath: 0 };
  let release: () => void = () => undefined;
  const assembled = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    underWay.push(path);
    most.ofAll = Math.max(most.ofAll, underWay.length);
    most.ofOnePath = Math.max(most.ofOnePath, underWay.filter((each) => each === path).length);
    if (underWay.length >= together) release();
    await assembled;
    const { authorization = '' } = request.headers;
    const answer = await fetch(to + path, { headers: { authorization } });
    const body = await answer.text();
    underWay.splice(underWay.indexOf(path), 1);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    most,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
