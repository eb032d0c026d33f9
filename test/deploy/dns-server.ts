import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';

/** By domain: its addresses, its name servers, and who may issue certificates for it. */
export interface Zones {
  [name: string]: {
    readonly a?: readonly string[];
    readonly ns?: readonly string[];
    readonly caa?: readonly string[];
  };
}

const types = { a: 1, ns: 2, caa: 257 } as const;
const nameError = 3;

/** Answers over UDP for some domains, and that there are no others. */
export class DnsServer {
  private constructor(private readonly socket: Socket) {}

  static async start(zones: Zones): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.on('message', (query, { address, port }) => {
      socket.send(answer(query, zones), port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  /** Where it listens, as resolvers are told. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  resolver(): Resolver {
    const resolver = new Resolver({ timeout: 5_000, tries: 1 });
    resolver.setServers([this.address]);
    return resolver;
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}

/** https://www.rfc-editor.org/rfc/rfc1035#section-4 */
function answer(query: Buffer, zones: Zones): Buffer {
  const { end, name } = nameAt(query, 12);
  const type = query.readUInt16BE(end);
  const question = query.subarray(12, end + 4);
  const zone = zones[name];
  const records =
    type === types.ns
      ? (zone?.ns ?? []).map((server) => record(types.ns, encoded(server)))
      : type === types.caa
        ? (zone?.caa ?? []).map((issuer) => record(types.caa, caa(issuer)))
        : type === types.a
          ? (zone?.a ?? []).map((address) =>
              record(types.a, Buffer.from(address.split('.').map(Number))),
            )
          : [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (zone === undefined ? nameError : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

function nameAt(message: Buffer, start: number) {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** Its name is that of the question, which begins at 12. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

const encoded = (name: string) =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** https://www.rfc-editor.org/rfc/rfc8659#section-4.1 */
const caa = (issuer: string) => Buffer.concat([Buffer.from([0, 5]), Buffer.from(`issue${issuer}`)]);
