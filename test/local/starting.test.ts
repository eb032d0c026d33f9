import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';
import { freePort } from '../../local/free-port';
import { choosePorts } from '../../local/ports';
import { findSettings } from '../../local/remembered';
import { killPrograms, startProgram } from '../support/program';
import { eventually } from '../support/waiting';
import { commandsOn } from './running-stack';

const data = mkdtempSync(join(tmpdir(), 'tollgate-starting-'));
const commands = commandsOn(data);
const root = join(__dirname, '../..');

afterEach(killPrograms);
afterAll(() => rmSync(data, { recursive: true, force: true }));

test('L4: ports and secrets are those of the last start', async () => {
  const first = commands.start('--once');
  expect([await first.code, first.output()]).toEqual([0, expect.stringContaining('passed')]);
  const before = findSettings(data);
  const token = await commands.token('alice');
  const up = commands.startOnUsualPorts();
  await up.printed('Still running');
  expect(findSettings(data)).toEqual(before);
  const status = await commands.json();
  expect(status.serviceUrl).toBe(`http://127.0.0.1:${before?.ports.service}`);
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${status.serviceUrl}/v1/account`, { headers })).status).toBe(200);
  up.child.kill('SIGTERM');
  await up.code;
  const gone = commands.status();
  expect([await gone.code, gone.output()]).toEqual([
    1,
    expect.stringContaining('does not run with its data in'),
  ]);
});

test('L4: what an earlier start was to fail at is cleared, and named', async () => {
  const leftBehind = await startLocalStripe({ stateFile: join(data, 'stripe.json') });
  const control = new RemoteControl(leftBehind.url);
  await control.addFault({ kind: 'status', status: 500, path: '/v1/*', times: 100 });
  await control.suppressEvents(['checkout.session.*'], 5);
  await leftBehind.close();
  const next = commands.start('--once');
  expect([await next.code, next.output()]).toEqual([
    0,
    expect.stringContaining('cleared a fault of before: status 500 for * /v1/*, 100 more'),
  ]);
  expect(next.output()).toContain(
    'cleared a suppression of before: the next 5 of checkout.session.*',
  );
});

test('L4: a rehearsal that fails says so, and keeps nobody from their work', async () => {
  const up = commands.start();
  const stripeUrl = /local Stripe .* s {3}(http:\S+),/;
  const [, url = ''] = (await up.printed(stripeUrl)).match(stripeUrl) ?? [];
  await new RemoteControl(url).addFault({ kind: 'status', path: '/v1/checkout/*', times: 100 });
  const output = await up.printed('Still running');
  expect(output).toContain('The rehearsal failed: POST /v1/checkout/sessions → 503');
  expect((await commands.json()).state).toBe('ready');
});

test('L4: a database that does not open is named with the way out, and --fresh is it', async () => {
  writeFileSync(join(data, 'database/global/pg_control'), 'damaged');
  const damaged = commands.start('--once');
  expect(await damaged.code).toBe(1);
  expect(damaged.output()).toMatch(
    /the database in \S+ does not open \(.+\): .* Delete \S+, or start with --fresh/,
  );
  const secret = findSettings(data)?.jwtSecret;
  const fresh = commands.start('--once', '--fresh');
  expect([await fresh.code, fresh.output()]).toEqual([
    0,
    expect.stringContaining('GET /v1/account → 0.00 USD'),
  ]);
  expect(findSettings(data)?.jwtSecret).toBe(secret);
});

test('L4: a real account takes the place of the local Stripe, by its key', async () => {
  const sandbox = await startLocalStripe();
  const keyFile = join(data, 'key.txt');
  writeFileSync(keyFile, 'sk_live_0123456789abcdef\n');
  const live = commands.start('--stripe-key-file', keyFile);
  expect([await live.code, live.output()]).toEqual([
    1,
    expect.stringMatching(/key\.txt holds a live key.*sk_test_ or rk_test_/),
  ]);

  writeFileSync(keyFile, 'sk_test_0123456789abcdef\n');
  const up = commands.start('--stripe-key-file', keyFile, '--stripe-api-base', sandbox.url);
  expect(await up.printed('Still running')).toContain('No rehearsal');
  const { serviceUrl, localStripeUrl } = await commands.json();
  expect(localStripeUrl).toBeNull();
  const headers = {
    authorization: `Bearer ${await commands.token('alice')}`,
    'content-type': 'application/json',
  };
  const begun = await fetch(`${serviceUrl}/v1/checkout/sessions`, {
    method: 'POST',
    headers,
    body: '{"package": "starter"}',
  });
  const { url } = (await begun.json()) as { url: string };
  await eventually('stripe listen', async () =>
    readFileSync(join(data, 'stripe-listen.log'), 'utf8').includes('Ready!') ? true : undefined,
  );
  await payOnHostedPage(url, { card: '4242424242424242' });
  // By the webhook alone: nobody asks for the session.
  const account = await eventually('the credits', async () => {
    const answer = await fetch(`${serviceUrl}/v1/account`, { headers });
    const { balances } = (await answer.json()) as { balances: unknown[] };
    return balances.length > 0 ? balances : undefined;
  });
  expect(account).toEqual([{ unit: 'credits', amountMinor: 1000 }]);
  up.child.kill('SIGTERM');
  await up.code;
  await sandbox.close();
});

describe('L4: the ports', () => {
  const options = { once: false, watch: false, fresh: false, data, origin: [], webhookPath: [] };

  test('are the usual ones at first, or free ones, which is said', async () => {
    const said: string[] = [];
    const ports = await choosePorts(options, {}, (line) => said.push(line));
    for (const [port, usual] of [
      [ports.service, 8080],
      [ports.stripe, 12_111],
      [ports.database, 54_320],
    ]) {
      if (port !== usual) expect(said.join()).toContain(`port ${usual} is taken`);
    }
  });

  test('are those of last time, and a free one where somebody else listens now', async () => {
    const remembered = { service: await freePort(), stripe: await freePort() };
    const said: string[] = [];
    const first = await choosePorts(options, remembered, (line) => said.push(line));
    expect(first).toMatchObject(remembered);
    const other = createServer().listen(remembered.service, '127.0.0.1');
    const second = await choosePorts(options, remembered, (line) => said.push(line));
    other.close();
    expect(second.service).not.toBe(remembered.service);
    expect(said.join()).toContain(
      `port ${remembered.service} is taken: the service is on ${second.service} from now on (--port`,
    );
  });
});

describe('L4: one line says what is missing', () => {
  const bare = mkdtempSync(join(tmpdir(), 'tollgate-bare-'));
  afterAll(() => rmSync(bare, { recursive: true }));
  const lineOf = (output: string) => output.trimEnd().split('\n');

  test('before npm ci', async () => {
    const compiler = ['bin/typescript.cjs', 'bin/compiling.cjs'];
    for (const name of ['package.json', 'bin/run.cjs', 'local/start.ts', ...compiler]) {
      cpSync(join(root, name), join(bare, name), { recursive: true });
    }
    const program = startProgram(process.execPath, [join(bare, 'bin/run.cjs'), 'local/start.ts']);
    expect([await program.code, lineOf(program.output())]).toEqual([
      1,
      ['Tollgate: @swc/core is not installed; run npm ci, then this once more.'],
    ]);
  });

  test('with a Node.js that is too old', async () => {
    const old = join(bare, 'old.cjs');
    writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '18.20.8' });");
    const run = join(root, 'bin/run.cjs');
    const program = startProgram(process.execPath, ['--require', old, run, 'local/start.ts']);
    expect([await program.code, lineOf(program.output())]).toEqual([
      1,
      [
        expect.stringMatching(
          /^Tollgate: this is Node\.js 18\.20\.8, and 20\.19 or newer is needed/,
        ),
      ],
    ]);
  });

  test('for a token before anything was started', async () => {
    const nowhere = join(bare, 'nowhere');
    expect(await commandsOn(nowhere).token('alice')).toMatch(/no secret is remembered in/);
    expect(existsSync(nowhere)).toBe(false);
  });
});

test.each([
  ['--origin', 'localhost:3000', /expected an origin without a path/],
  ['--origin', 'http://localhost:3000/shop', /expected an origin without a path/],
  ['--webhook-path', 'api/stripe', /expected a path such as/],
  ['--webhook-secret', 'secret', /expected a signing secret, whsec_/],
  ['--catalogue', 'nowhere.json', /there is no file \S+nowhere\.json/],
  ['--events-to', 'localhost/events', /expected a URL such as/],
  ['--settle-after', 'soon', /expected a whole number of seconds/],
  ['--set', 'ADAPTER=topups', /expected NAME=value, .*did you mean ADAPTERS\?/],
  ['--set', 'PORT=8080', /PORT is what --port says; give that/],
])('L4: a wrong option is named with what is expected: %s %s', async (option, value, message) => {
  const wrong = commands.start(option, value);
  expect([await wrong.code, wrong.output()]).toEqual([1, expect.stringMatching(message)]);
});
