import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** The variables by which AWS's clients find their credentials, and the server, in its place. */
const variables = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'testing',
  AWS_SECRET_ACCESS_KEY: 'testing',
});

/**
 * Lets AWS's clients that `use` makes talk to a server that takes every request and answers none, as
 * a network does that drops packets.
 */
export async function withSilentAws(use: (endpoint: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // a client that gives up resets the connection
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const before = { ...process.env };
  Object.assign(process.env, variables(endpoint));
  try {
    await use(endpoint);
  } finally {
    for (const name of Object.keys(variables(endpoint))) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}
