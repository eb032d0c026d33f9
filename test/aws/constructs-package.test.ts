import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { peerDependencies } from '../../lib/constructs/package.json';
import { Account } from './account';
import { AwsDouble, doubleAccount, doubleRegion } from './aws-double';
import { testWithMoto } from './python-tools';

const root = join(__dirname, '../..');
const source = join(root, 'lib/constructs');

/** Another project, offline: the package as it is packed, and links to what it asks for. */
const project = mkdtempSync(join(tmpdir(), 'tollgate-constructs-'));
const domain = 'shop.test';
let packed: readonly string[];

beforeAll(() => {
  const options = { cwd: source, encoding: 'utf8' } as const;
  const [{ filename, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', project], options),
  );
  packed = files.map(({ path }: { readonly path: string }) => path);
  const installed = join(project, 'node_modules/@tollgate/constructs');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(project, filename), '--strip-components=1', '-C', installed]);
  // The compiler asks for the types of Node.js, which any project in TypeScript has.
  for (const name of [...Object.keys(peerDependencies), '@types/node', 'undici-types']) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
  cpSync(join(root, 'examples/cdk-app'), project, { recursive: true });
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** In the project, as its own shell would. */
const run = (args: readonly string[], environment: object = {}) =>
  execFileSync(process.execPath, [...args], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  });

test('I19: the package holds the compiled constructs, their types and the sources of the image, and nothing else', () => {
  const image = execFileSync('git', ['ls-files', 'service', 'catalogue'], {
    cwd: root,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');
  const sources = ['.dockerignore', 'package.json', 'package-lock.json', 'tsconfig.json', ...image];
  const copied = sources.map((file) => `dist/${file}`);
  expect(packed).toEqual(expect.arrayContaining(copied));
  expect(packed).toEqual(
    expect.arrayContaining(['dist/lib/constructs/index.js', 'dist/lib/constructs/index.d.ts']),
  );
  const compiled = /^dist\/(lib\/constructs\/[\w-]+|service\/contract)\.(js|d\.ts)$/;
  const others = packed.filter((file) => !copied.includes(file) && !compiled.test(file));
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
});

test('I19: the image can be compiled from what the package holds', () => {
  const image = join(project, 'image');
  cpSync(join(project, 'node_modules/@tollgate/constructs/dist'), image, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(image, 'node_modules'));
  execFileSync(process.execPath, ['service/build.cjs'], { cwd: image });
  expect(readFileSync(join(image, 'dist/service/main.js'), 'utf8')).toContain('require');
});

test('I19: the example compiles against the types of the package, as strict as a project may be', () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const options = [
    '--ignoreConfig',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  run([compiler, ...options, ...strict, '--skipLibCheck', 'app.ts']);
});

describe('the app of the example', () => {
  let double: AwsDouble;
  let account: Account;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start();
    account = new Account(double);
  });
  afterAll(() => double?.stop());

  testWithMoto(
    'I19: with a zone and an account of its own it deploys, and is destroyed',
    async () => {
      const { https } = await account.makeShared(domain);
      const { id } = (https as { readonly hostedZone: { readonly id: string } }).hostedZone;
      const app = join(project, 'app.js');
      const own = readFileSync(app, 'utf8')
        .replaceAll('example.com', domain)
        .replaceAll('Z0123456789ABCDEFGHIJ', id);
      writeFileSync(app, own);
      const image = `ghcr.io/tollgate/service@sha256:${'0'.repeat(64)}`;
      // As the CDK's command line would look them up.
      const zones = {
        [`availability-zones:account=${doubleAccount}:region=${doubleRegion}`]: [
          'us-east-1a',
          'us-east-1b',
        ],
      };
      const context = JSON.stringify({ image, ...zones });
      run(['app.js'], { CDK_OUTDIR: 'out', CDK_CONTEXT_JSON: context });
      const before = await account.everything();
      const assembly = ['--app', join(project, 'out')];
      const outputs = double.path('shop.json');
      for (const [command, ...how] of [
        ['bootstrap'],
        [
          'deploy',
          '--all',
          '--require-approval=never',
          '--method=direct',
          '--outputs-file',
          outputs,
        ],
      ] as const) {
        const { exitCode, output } = await double.cdk(command, ...assembly, ...how);
        if (exitCode !== 0) throw new Error(output);
      }
      expect(Object.values(JSON.parse(readFileSync(outputs, 'utf8')).Shop)).toContain(
        `https://pay.${domain}/webhooks/stripe`,
      );
      const made = await account.everything();
      expect(made.databases).toHaveLength(1);
      expect(made.services).toHaveLength(1);
      const { exitCode, output } = await double.cdk('destroy', '--force', '--all', ...assembly);
      if (exitCode !== 0) throw new Error(output);
      const left = await account.everything();
      expect(left.services).toEqual(before.services);
      expect(left.loadBalancers).toEqual(before.loadBalancers);
    },
  );
});
