import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peerDependencies as constructsDependencies } from '../../../lib/constructs/package.json';
import { serviceOfImage } from '../../../local/service-process';
import { dependencies as localStripeDependencies } from '../../../local/stripe/package.json';
import { dependencies } from '../../../package.json';
import { environmentVariables, servicePort } from '../../../service/contract';

const project = join(__dirname, '../../..');
const read = (path: string) => readFileSync(join(project, path), 'utf8');
const dockerfile = read('service/Dockerfile');
const ignored = read('.dockerignore').split('\n');

test('I1: the image exposes the port that the load balancer forwards to', () => {
  expect(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]).toBe(String(servicePort));
});

test('I1: the load balancer reaches the service in its container', () => {
  const host = /^ENV HOST=(\S+)$/m.exec(dockerfile)?.[1];
  expect(host).toBe('0.0.0.0');
  expect(environmentVariables.host).toBe('HOST');
});

test('I1: what the image copies is there, and let through to the builder', () => {
  const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
  const sources = copies.flatMap(([, paths]) => paths?.split(' ') ?? []);
  expect(sources).toEqual([
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'service',
    'catalogue',
  ]);
  for (const source of sources) {
    expect([source, existsSync(join(project, source))]).toEqual([source, true]);
    expect(ignored).toContain(`!${source}`);
  }
});

test('I1: npm installs from what the builder is given, without the workspaces and what they need', () => {
  const installs = [...dockerfile.matchAll(/npm (?:ci|prune)( [^&\n]+)/g)].map(([, flags = '']) =>
    flags.trim().split(' '),
  );
  expect(installs).toEqual([
    ['--ignore-scripts', '--workspaces=false'],
    ['--omit=dev', '--ignore-scripts', '--workspaces=false'],
  ]);
  const builder = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(project, file), join(builder, file));
    }
    const flags = [...new Set(installs.flat()), '--dry-run', '--offline'];
    const output = execFileSync('npm', ['ci', ...flags], { cwd: builder, encoding: 'utf8' });
    const installed = [...output.matchAll(/^add (\S+) /gm)].map(([, name]) => name);
    expect(installed).toEqual(expect.arrayContaining(Object.keys(dependencies)));
    const ofWorkspaces = { ...localStripeDependencies, ...constructsDependencies };
    const ownToWorkspace = Object.keys(ofWorkspaces).filter((name) => !(name in dependencies));
    expect(ownToWorkspace).toEqual(expect.arrayContaining(['ws', 'aws-cdk-lib']));
    for (const name of ['@tollgate/local-stripe', 'jest', ...ownToWorkspace]) {
      expect(installed).not.toContain(name);
    }
  } finally {
    rmSync(builder, { recursive: true, force: true });
  }
});

test('I11: everything else stays outside of the image, and nobody runs it as root', () => {
  expect(ignored).toContain('*');
  expect(dockerfile).toMatch(/^USER 1000:1000$/m);
});

test('I1: the image starts what the build makes, and it is started elsewhere as there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const command: string[] = JSON.parse(/^CMD (.+)$/m.exec(dockerfile)?.[1] ?? '[]');
  const entry = command.at(-1) ?? '';
  expect(command.join(' ')).toBe(scripts.service);
  expect(['node', ...serviceOfImage]).toEqual([...command.slice(0, -1), join(project, entry)]);
  expect(existsSync(join(project, entry.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(
    true,
  );
});

test('I1: the service can verify Aurora: Amazon’s authorities are in the image, and Node.js told', () => {
  const [, written, told] = /^COPY --from=build --chmod=444 (\S+) (\S+)$/m.exec(dockerfile) ?? [];
  expect(dockerfile).toContain(`node service/authorities.cjs ${written} &&`);
  expect(dockerfile).toContain(`ENV NODE_EXTRA_CA_CERTS=${told}`);
  const file = join(mkdtempSync(join(tmpdir(), 'authorities-')), 'rds.pem');
  execFileSync(process.execPath, [join(project, 'service/authorities.cjs'), file]);
  const [first] = readFileSync(file, 'utf8').split(/(?<=-----END CERTIFICATE-----)/);
  expect(new X509Certificate(first ?? '').subject).toContain('Amazon');
});

test('I1: what the image joins into few files is TypeBox still, and one module', () => {
  expect(dockerfile).toContain('node service/fewer-files.cjs node_modules/typebox &&');
  const folder = mkdtempSync(join(tmpdir(), 'typebox-'));
  cpSync(join(project, 'node_modules/typebox'), join(folder, 'node_modules/typebox'), {
    recursive: true,
  });
  const joined = join(folder, 'node_modules/typebox');
  execFileSync(process.execPath, [join(project, 'service/fewer-files.cjs'), joined]);
  const checks = `
    const { Type } = require('typebox');
    const { Compile } = require('typebox/compile');
    const Format = require('typebox/format').default;
    const { Value } = require('typebox/value');
    const isEven = (text) => text.length % 2 === 0;
    Format.Set('even', isEven);
    const schema = Type.Object({ even: Type.String({ format: 'even' }) });
    const [odd, even] = [{ even: 'abc' }, { even: 'ab' }];
    console.log(JSON.stringify([
      Compile(schema).Check(odd), Compile(schema).Check(even),
      Value.Check(schema, odd), Value.Errors(schema, odd).length,
    ]));`;
  const run = (cwd: string) =>
    execFileSync(process.execPath, ['-e', checks], { cwd, encoding: 'utf8' });
  expect(run(folder)).toBe(run(project));
  expect(JSON.parse(run(folder))).toEqual([false, true, false, 1]);
  rmSync(folder, { recursive: true });
});

test('I1: the base is one digest, which an argument of the build takes the place of, and nothing is downloaded', () => {
  const bases = [...dockerfile.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map(
    ([, base]) => base,
  );
  const [first, second, ...others] = bases;
  expect(first).toMatch(/^node:24\.\d+\.\d+-bookworm-slim@sha256:[0-9a-f]{64}$/);
  expect(second).toBe(first);
  expect(others).toEqual([`\${BASE:-node-of-builder}`, `\${BASE:-node-of-task}`]);
  expect(dockerfile).not.toMatch(/^ADD|^RUN.*(curl|wget|apt)/m);
});
