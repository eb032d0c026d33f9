import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/free-port';
import { killPrograms, startScript } from '../support/program';

const data = mkdtempSync(join(tmpdir(), 'tollgate-watch-'));

afterEach(killPrograms);
afterAll(() => rmSync(data, { recursive: true }));

test('L4: the service starts again when its code changes, and Ctrl-C ends all', async () => {
  const port = await freePort();
  const up = startScript(
    'local/start.ts',
    ...['--watch', '--data', data, '--port', String(port)],
    ...['--stripe-port', '0', '--database-port', '0'],
  );
  const output = await up.printed('to restart the service');
  const now = new Date();
  utimesSync(join(__dirname, '../../service/version.ts'), now, now);
  await up.printed('service/version.ts changed: the service runs again');
  expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);

  up.child.kill('SIGINT');
  expect(await up.code).toBe(0);
  const ports = [...output.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => Number(match[1]));
  for (const each of new Set(ports)) await expect(freePort(each)).resolves.toBe(each);
});
