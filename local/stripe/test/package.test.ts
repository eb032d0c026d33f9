import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dependencies } from '../package.json';

const application = `
import Stripe from 'stripe';
import { payOnHostedPage, RemoteControl, startLocalStripe } from '@tollgate/local-stripe';

const local = await startLocalStripe();
const control = new RemoteControl(local.url);
const stripe = new Stripe('sk_test_local0000000000', {
  host: '127.0.0.1',
  port: local.port,
  protocol: 'http',
});
const session = await stripe.checkout.sessions.create({
  mode: 'payment',
  success_url: 'https://shop.example/thanks',
  line_items: [
    { quantity: 1, price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Top-up' } } },
  ],
});
if (session.url === null) throw new Error('The session has no page.');
const { outcome } = await payOnHostedPage(session.url, { card: '4242 4242 4242 4242' });
const { payment_status } = await stripe.checkout.sessions.retrieve(session.id);
console.log(JSON.stringify({ outcome, payment_status, faults: await control.faults() }));
await local.close();
`;

/** Another project, offline: the package as it is packed, and links to what it declares. */
let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'local-stripe-'));
  const installed = join(project, 'node_modules/@tollgate/local-stripe');
  mkdirSync(installed, { recursive: true });
  const options = { cwd: join(__dirname, '..'), encoding: 'utf8' } as const;
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', project], options);
  const archive = packed.trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['-xzf', join(project, archive), '--strip-components=1', '-C', installed]);
  // The compiler asks for the types of Node.js, which any project in TypeScript has.
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(folderOf(name), join(project, 'node_modules', name));
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'application.ts'), application);
}, 60_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Where npm has put a package: next to this one, or further up. */
function folderOf(name: string): string {
  const folders = require.resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed. Run npm ci.`);
  return found;
}

test('L2: another project that installs the package compiles against it and pays a checkout', () => {
  const tsc = join(folderOf('typescript'), 'bin/tsc');
  const options = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--strict'];
  execFileSync(process.execPath, [tsc, ...options, 'application.ts'], { cwd: project });
  const output = execFileSync(process.execPath, ['application.js'], { cwd: project });
  expect(JSON.parse(output.toString())).toEqual({
    outcome: 'paid',
    payment_status: 'paid',
    faults: [],
  });
});

test('L2: its command is there, and says how to use it', () => {
  const command = join(project, 'node_modules/@tollgate/local-stripe/dist/main.js');
  const output = execFileSync(process.execPath, [command, '--help']);
  expect(output.toString()).toContain('--settle-after');
});
