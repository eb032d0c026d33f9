import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dependencies } from '../package.json';

/** The example of the README, which is what another project begins with. */
const [, example = ''] =
  /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(__dirname, '../README.md'), 'utf8')) ?? [];

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
  writeFileSync(join(project, 'example.ts'), example);
}, 60_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Where npm has put a package: next to this one, or further up. */
function folderOf(name: string): string {
  const folders = require.resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed. Run npm ci.`);
  return found;
}

test('L2: another project that installs the package compiles and passes the example', () => {
  const tsc = join(folderOf('typescript'), 'bin/tsc');
  const options = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--strict'];
  execFileSync(process.execPath, [tsc, ...options, 'example.ts'], { cwd: project });
  const output = execFileSync(process.execPath, ['example.js'], { cwd: project });
  expect(output.toString()).toMatch(/pass 1\n/);
});

test('L2: its command is there, and says how to use it', () => {
  const command = join(project, 'node_modules/@tollgate/local-stripe/dist/main.js');
  const output = execFileSync(process.execPath, [command, '--help']);
  expect(output.toString()).toContain('--settle-after');
});
