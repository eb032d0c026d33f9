import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut and restored, as a network or a failover does. */
interface TcpProxy {
  /** The server's URL by this way. */
  readonly url: string;
  /** Drops what is connected and refuses what is not. */
  cut(): Promise<void>;
  /** Accepts again, on the same port. */
  restore(): Promise<void>;
}

/** Stands between a client and the server of this URL, on loopback. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const server = createServer((inward) => {
    const outward = connect(Number(port), hostname);
    track(inward);
    track(outward);
    inward.pipe(outward).pipe(inward);
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    server.unref(); // a test that fails before it cuts it does not keep Jest from ending
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const ownPort = await listen(0);
  const url = new URL(target);
  url.host = `127.0.0.1:${ownPort}`;
  return {
    url: url.href,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    restore: async () => {
      await listen(ownPort);
    },
  };
}
