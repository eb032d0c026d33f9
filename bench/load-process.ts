import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoadOrder, LoadResult } from './load';

/**
 * The load, in a process of its own. Requests are bytes that were made ahead, written to sockets of
 * our own: an HTTP client would take the time of the core that PostgreSQL needs.
 */
class Connection {
  private received = '';
  private answered: ((status: number) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.read(chunk));
    socket.on('close', () => this.answered?.(0));
    socket.on('error', () => undefined);
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  /** @returns the status; 0 when the connection was lost */
  send(request: Buffer): Promise<number> {
    // The service gives up one on which nothing was asked for some seconds.
    if (this.socket.destroyed) return Promise.resolve(0);
    return new Promise((resolve) => {
      this.answered = resolve;
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: string): void {
    this.received += chunk;
    const end = this.received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(this.received)?.[1] ?? 0);
    if (this.received.length < end + 4 + length) return;
    const status = Number(this.received.slice(9, 12));
    this.received = '';
    this.answered?.(status);
  }
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const { port, requests, connections, perSecond, withinMillis = Number.POSITIVE_INFINITY } = order;
  const pool = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const times: number[] = [];
  const statuses: Record<number, number> = {};
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const send = async (connection: Connection, request: Uint8Array, due: number) => {
    const status = await connection.send(
      Buffer.from(request.buffer, request.byteOffset, request.length),
    );
    times.push(performance.now() - due);
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const began = performance.now();
  if (perSecond === undefined) {
    let next = 0;
    await Promise.all(
      pool.map(async (connection) => {
        while (next < requests.length && performance.now() - began < withinMillis) {
          const request = requests[next++];
          if (request) await send(connection, request, performance.now());
        }
      }),
    );
  } else {
    await sendSteadily(pool, requests, perSecond, send);
  }
  const seconds = (performance.now() - began) / 1000;
  for (const connection of pool) connection.close();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return {
    sent: times.length,
    perSecond: times.length / seconds,
    medianMillis: at(0.5),
    percentile99Millis: at(0.99),
    statuses,
  };
}

/** Each at its own time, whatever became of those before it; its time counts from when it was due. */
async function sendSteadily(
  pool: readonly Connection[],
  requests: readonly Uint8Array[],
  perSecond: number,
  send: (connection: Connection, request: Uint8Array, due: number) => Promise<void>,
): Promise<void> {
  const idle = [...pool];
  const waiting: { request: Uint8Array; due: number }[] = [];
  const began = performance.now();
  let sent = 0;
  let done = 0;
  await new Promise<void>((resolve) => {
    const pump = () => {
      for (
        let due = began + (sent * 1000) / perSecond;
        sent < requests.length && due <= performance.now();
      ) {
        const request = requests[sent];
        if (request) waiting.push({ request, due });
        sent += 1;
        due = began + (sent * 1000) / perSecond;
      }
      while (idle.length > 0 && waiting.length > 0) {
        const connection = idle.pop();
        const next = waiting.shift();
        if (connection === undefined || next === undefined) break;
        void send(connection, next.request, next.due).then(() => {
          idle.push(connection);
          done += 1;
          if (done === requests.length) resolve();
          else pump();
        });
      }
    };
    const timer = setInterval(() => {
      pump();
      if (done === requests.length) clearInterval(timer);
    }, 1);
  });
}

process.on('message', (order: LoadOrder) => {
  void run(order).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.send?.('ready');
