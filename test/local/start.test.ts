import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelOnHostedPage, payOnHostedPage } from '@tollgate/local-stripe';
import { freePort } from '../../local/free-port';
import { killPrograms, startScript } from '../support/program';
import { eventually } from '../support/waiting';

const data = mkdtempSync(join(tmpdir(), 'tollgate-start-'));

/** The service ends a moment after its parent. */
const untilFree = (port: number) =>
  eventually(`port ${port} to be free`, () => freePort(port).catch(() => undefined));

afterEach(killPrograms);
afterAll(() => rmSync(data, { recursive: true }));

/** `npm start` without npm, on free ports unless it names some: other tests run as well. */
const start = (...options: string[]) =>
  startScript(
    'local/start.ts',
    ...['--data', data, '--port', '0', '--stripe-port', '0', '--database-port', '0'],
    ...options,
  );

test('L1: a payment becomes a balance, and a second start finds it again', async () => {
  const first = start('--once');
  expect(await first.code).toBe(0);
  for (const line of [
    'GET /v1/account → 0.00 USD',
    'POST /v1/checkout/sessions → 201',
    "on Stripe's hosted page → paid",
    'checkout.session.completed → 200',
    'GET /v1/account → 10.00 USD',
    'the same event once more → still 10.00 USD',
    'paid as above → 1000 credits',
    'all of it refunded in Stripe → 0 credits',
    'The rehearsal passed',
  ]) {
    expect(first.output()).toContain(line);
  }
  const second = start('--once');
  expect([await second.code, second.output()]).toEqual([
    0,
    expect.stringContaining('GET /v1/account → 20.00 USD'),
  ]);
});

test('L1: it stays up until Ctrl-C, keeps others from its data, and stops everything', async () => {
  const port = await freePort();
  const up = start('--port', String(port));
  const output = await up.printed('Still running');
  expect(output).toContain(`http://127.0.0.1:${port}/openapi.json`);
  expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
  const [, url, , admin] = /URL=(\S+)\s+TOKEN=(\S+)[\s\S]*ADMIN=(\S+)/.exec(output) ?? [];
  const headers = { authorization: `Bearer ${admin}` };
  expect((await fetch(`${url}/v1/admin/trial-balance`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/v1/account?userId=buyer-1`, { headers })).status).toBe(200);

  const sameData = start('--once');
  expect(await sameData.code).toBe(1);
  expect(sameData.output()).toMatch(
    new RegExp(`runs already, at ${url}: .* in use by process \\d+; stop that one .* with --data`),
  );

  const samePort = start('--data', join(data, 'other'), '--stripe-port', String(port));
  expect(await samePort.code).toBe(1);
  expect(samePort.output()).toContain(`--stripe-port ${port} cannot be used`);

  up.child.kill('SIGINT');
  expect(await up.code).toBe(0);
  const ports = [...output.matchAll(/127\.0\.0\.1:(\d+)/g)].map((match) => Number(match[1]));
  for (const each of new Set(ports)) await expect(freePort(each)).resolves.toBe(each);
});

test('L1: killed, it leaves no service behind, and starts again on the same data and port', async () => {
  const port = await freePort();
  const killed = start('--port', String(port));
  await killed.printed('Still running');
  killed.child.kill('SIGKILL');
  await killed.code;
  const again = start('--once', '--port', String(await untilFree(port)));
  expect([await again.code, again.output()]).toEqual([
    0,
    expect.stringContaining('The rehearsal passed'),
  ]);
});

test('L1: a buyer who has paid, or not, comes back to a page that says so', async () => {
  const up = start();
  const output = await up.printed('Still running');
  const token = /TOKEN=(\S+)/.exec(output)?.[1] ?? '';
  const service = /service +(http:\S+)/.exec(output)?.[1] ?? '';
  const begun = await fetch(`${service}/v1/checkout/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ topup: { amountMinor: 2500, currency: 'usd' } }),
  });
  const { url } = (await begun.json()) as { url: string };
  const canceled = await cancelOnHostedPage(url);
  expect(await (await fetch(canceled.redirectUrl ?? '')).text()).toContain('Nothing was paid');
  const paid = await payOnHostedPage(url, { card: '4242424242424242' });
  expect(await (await fetch(paid.redirectUrl ?? '')).text()).toContain('your payment went through');
  up.child.kill('SIGTERM');
  await up.code;
});

test('L1: interrupted before it has passed, it does not say that it has', async () => {
  const up = start('--once');
  await up.printed('local Stripe');
  up.child.kill('SIGINT');
  expect(await up.code).toBe(1);
  expect(up.output()).not.toContain('rehearsal passed');
});

test.each([
  ['--port', 'eighty', /expected a whole number from 0 to 65535/],
  ['--unknown', '1', /unknown option '--unknown'/],
])('a wrong option is named with what is expected: %s %s', async (option, value, message) => {
  const wrong = start(option, value);
  expect([await wrong.code, wrong.output()]).toEqual([1, expect.stringMatching(message)]);
});
