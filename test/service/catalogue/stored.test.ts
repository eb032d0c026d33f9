import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createCatalogueStore } from '../../../service/catalogue/stored';
import { type AnsweringServer, startAnsweringServer } from '../../support/answering-server';

const arn = 'arn:aws:s3:::shop-catalogue/sold/now.json';

let s3: AnsweringServer;
beforeAll(async () => {
  s3 = await startAnsweringServer();
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  process.env.AWS_REGION = 'eu-central-1';
});
afterAll(() => s3.close());

/** Answers with these headers and the beginning of a body that never ends. */
function stallAfter(contentLength: number): Promise<Socket> {
  return new Promise((resolve) => {
    s3.answer = (response, request) => {
      resolve(request.socket);
      response.writeHead(200, { etag: '"1"', 'content-length': contentLength });
      response.write('{');
    };
  });
}

const isClosed = (socket: Socket) => socket.destroyed || once(socket, 'close').then(() => true);

test('S6: a body that stalls after its headers is given up, with its socket', async () => {
  const socket = stallAfter(100);
  const read = createCatalogueStore(arn, s3.url.href, 300).read();
  await expect(read).rejects.toThrow(/sold\/now\.json cannot be read \(AbortError\)/);
  expect(await isClosed(await socket)).toBe(true);
}, 5_000);

test('S6: an object that is too large is refused, and holds no socket', async () => {
  const socket = stallAfter(2 * 1024 * 1024);
  const read = createCatalogueStore(arn, s3.url.href).read();
  await expect(read).rejects.toThrow(/has 2097152 bytes; expected 1048576 at most/);
  expect(await isClosed(await socket)).toBe(true);
}, 5_000);
