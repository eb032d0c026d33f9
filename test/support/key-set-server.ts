import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';

/** An identity provider's JWKS endpoint, on loopback. */
export interface KeySetServer {
  readonly url: URL;
  /** How often it was asked. */
  readonly requests: number;
  /** What it answers with from now on; until then the keys it was started with. */
  answerWith(answer: (response: ServerResponse) => void): void;
  stop(): Promise<void>;
}

/** Serves these public keys as a JSON Web Key Set. */
export async function startKeySetServer(keys: readonly JWK[]): Promise<KeySetServer> {
  let requests = 0;
  let answer = (response: ServerResponse) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys }));
  };
  const server = createServer((_request, response) => {
    requests += 1;
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  server.unref(); // a test that fails before it stops it does not keep Jest from ending
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/.well-known/jwks.json`),
    get requests() {
      return requests;
    },
    answerWith(next) {
      answer = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
