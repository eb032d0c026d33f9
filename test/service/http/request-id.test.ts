import { connect } from 'node:net';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../../support/service-with-database';

let shop: ServiceWithDatabase;

beforeAll(async () => {
  shop = await startServiceWithDatabase();
});
afterAll(() => shop.close());

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const origin = 'https://shop.example.com';

test.each([
  ['a success', 'GET', '/health', 200],
  ['a caller without a token', 'GET', '/v1/account', 401],
  ['a path that there is not', 'GET', '/nothing', 404],
  ['a path of the API that there is not', 'GET', '/v1/nothing', 404],
  ['a path that cannot be decoded', 'GET', '/v1/%zz', 400],
  ['a preflight', 'OPTIONS', '/v1/account', 204],
  ['a path of another method', 'PUT', '/v1/account', 404],
])(
  'S20: %s is answered with a request id that pages may read',
  async (_what, method, path, status) => {
    const answer = await fetch(shop.service.url + path, {
      method,
      headers: { origin, 'x-request-id': 'of-the-caller' },
    });
    const id = answer.headers.get('x-request-id');
    expect([answer.status, id]).toEqual([status, expect.stringMatching(uuid)]);
    if (status >= 400) expect(await answer.json()).toMatchObject({ status, requestId: id });
    if (status === 400) return; // refused before there is anything that may allow it
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['Retry-After', 'X-Request-Id']));
  },
);

test('S20: a delivery and its refusal have a request id, and no page may read them', async () => {
  for (const method of ['POST', 'GET', 'OPTIONS']) {
    const answer = await fetch(`${shop.service.url}/webhooks/stripe`, {
      method,
      headers: { origin },
    });
    expect(answer.headers.get('x-request-id')).toMatch(uuid);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  }
});

function sendBytes(bytes: string): Promise<string> {
  const { hostname, port } = new URL(shop.service.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

test.each([
  ['bytes that are no request', 'hello\r\n\r\n', 400, 'bad_request'],
  [
    'too many headers',
    `GET /health HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
])('S20: %s are refused with a problem and a request id', async (_what, bytes, status, code) => {
  const [head = '', body = ''] = (await sendBytes(bytes)).split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status} `);
  const problem = JSON.parse(body) as { requestId: string };
  expect(problem).toMatchObject({ status, code, requestId: expect.stringMatching(uuid) });
  expect(head).toContain(`x-request-id: ${problem.requestId}`);
});
