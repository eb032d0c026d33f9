import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BodyBudget, readBody } from '../../../service/http/read-body';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';
import { eventually, untilHolds } from '../../support/waiting';

let shop: ServiceWithDatabase;

beforeAll(async () => {
  shop = await startServiceWithDatabase();
});
afterAll(() => shop.close());

const goodForm = () => `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`;

/** Sends the head of a request with a body that is never sent whole. */
function begin(method: string, path: string, headers: Readonly<Record<string, string>>) {
  const { hostname, port } = new URL(shop.service.url);
  const socket: Socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const lines = Object.entries({ host: 'x', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
  return { socket, ended, seen: () => text };
}

const json = { 'content-type': 'application/json', 'content-length': '1000000' };

test.each([
  ['a path that there is not', 'POST', '/nothing', json, 404],
  ['a method that is not allowed', 'PUT', '/webhooks/stripe', json, 405],
  ['no token', 'POST', '/v1/account/spend', json, 401],
  [
    'another type',
    'POST',
    '/webhooks/stripe',
    { ...json, 'content-type': 'text/plain', 'stripe-signature': goodForm() },
    415,
  ],
  ['no signature', 'POST', '/webhooks/stripe', json, 400],
  [
    'no signature that can be read',
    'POST',
    '/webhooks/stripe',
    { ...json, 'stripe-signature': 'x' },
    400,
  ],
  [
    'an old signature',
    'POST',
    '/webhooks/stripe',
    { ...json, 'stripe-signature': `t=1,v1=${'0'.repeat(64)}` },
    400,
  ],
  [
    'too long a body',
    'POST',
    '/webhooks/stripe',
    { ...json, 'content-length': '2000000', 'stripe-signature': goodForm() },
    413,
  ],
  ['a body to a GET', 'GET', '/health', json, 200],
])(
  'S22: %s is answered before the body, and the connection closed',
  async (_name, method, path, headers, status) => {
    const { ended, socket } = begin(method, path, headers);
    socket.write('{');
    const answer = await Promise.race([ended, sleep(30_000, 'still open', { ref: false })]);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
  },
);

test('S22: unsigned bodies are held up to a bound over all connections, and given back', async () => {
  const half = Buffer.alloc(1_000_000, 'x');
  const headers = { ...json, 'content-length': '1048576', 'stripe-signature': goodForm() };
  const holding = Array.from({ length: 40 }, () => begin('POST', '/webhooks/stripe', headers));
  for (const { socket } of holding) socket.write(half);
  const refused = await eventually('one that is refused', async () =>
    holding.find(({ seen }) => seen().startsWith('HTTP/1.1 503')),
  );
  expect((await refused.ended).toLowerCase()).toContain('\r\nconnection: close\r\n');
  // What is small is taken all the same.
  const event = { id: 'evt_small', object: 'event', type: 'ping', data: { object: {} } };
  expect((await shop.service.deliver(event)).status).toBe(200);
  for (const { socket } of holding) socket.destroy();
  const large = { ...event, id: 'evt_large', data: { object: { text: 'x'.repeat(1_000_000) } } };
  await untilHolds(
    () => shop.service.deliver(large),
    ({ status }) => expect(status).toBe(200),
  );
});

/** Of buffers, without those that nobody holds any more. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await sleep(100); // buffers are given back by a thread of its own
  collect();
  return process.memoryUsage().arrayBuffers;
}

test('S22: bytes that come one by one pin no more than they are', async () => {
  const source = new PassThrough();
  const reading = readBody(
    Object.assign(source, { headers: {} }) as unknown as IncomingMessage,
    1024 * 1024,
    new BodyBudget(1024 * 1024),
  );
  const before = await heldBytes();
  // Each a view over what the socket read into, as Node.js hands them on.
  for (let byte = 0; byte < 1_000; byte += 1) {
    source.write(Buffer.allocUnsafeSlow(64 * 1024).subarray(0, 1));
    await setImmediate();
  }
  expect((await heldBytes()) - before).toBeLessThan(1024 * 1024);
  source.end();
  expect(await reading).toHaveLength(1_000);
});

test('S22: a body that drips is cut off after the time that a request may take', async () => {
  const { socket, ended } = begin('POST', '/webhooks/stripe', {
    ...json,
    'stripe-signature': goodForm(),
  });
  const begun = Date.now();
  const drip = setInterval(() => socket.write('x'), 500);
  await ended;
  clearInterval(drip);
  expect(Date.now() - begun).toBeGreaterThan(18_000);
  expect(Date.now() - begun).toBeLessThan(35_000);
});

test('a budget is refused when it is used up, sooner for what is large', () => {
  const budget = new BodyBudget(200_000);
  budget.take(60_000, 60_000);
  expect(() => budget.take(70_000, 70_000)).toThrow(/are being read already/);
  budget.take(60_000, 60_000);
  budget.take(60_000, 60_000);
  expect(() => budget.take(60_000, 60_000)).toThrow(/are being read already/);
  budget.give(60_000);
  budget.take(60_000, 60_000);
  expect(budget.bytes).toBe(180_000);
});
