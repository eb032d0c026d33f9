import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What stands before PostgreSQL and refuses what PgBouncer refuses when a connection begins. */
interface PoolerDouble {
  readonly url: string;
  /** The parameters of each start-up that it has seen. */
  readonly startups: readonly Readonly<Record<string, string>>[];
  close(): Promise<void>;
}

/** Those that PgBouncer keeps track of: https://www.pgbouncer.org/config.html */
const knownParameters = new Set([
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]);

export async function startPoolerDouble(target: string): Promise<PoolerDouble> {
  const { hostname, port } = new URL(target);
  const startups: Record<string, string>[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((inward) => {
    sockets.add(inward);
    inward.on('error', () => undefined);
    inward.once('data', (startup: Buffer) => {
      const parameters = parametersOf(startup);
      startups.push(parameters);
      const refused = Object.keys(parameters).find((name) => !knownParameters.has(name));
      if (refused !== undefined) {
        inward.end(fatal('08P01', `unsupported startup parameter: ${refused}`));
        return;
      }
      const outward = connect(Number(port), hostname);
      sockets.add(outward);
      outward.on('error', () => undefined);
      outward.write(startup);
      inward.pipe(outward).pipe(inward);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    startups,
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: StartupMessage */
function parametersOf(startup: Buffer): Record<string, string> {
  const texts = startup.subarray(8).toString('utf8').split('\0');
  const parameters: Record<string, string> = {};
  for (let index = 0; index + 1 < texts.length && texts[index] !== ''; index += 2) {
    parameters[texts[index] ?? ''] = texts[index + 1] ?? '';
  }
  return parameters;
}

/** The same place: ErrorResponse */
function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
