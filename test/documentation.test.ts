import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiDocument, readOpenApi } from '../docs/generate/api';
import { flagNames } from '../lib/configuration/flags';
import { createOps } from '../ops/commands';
import { scripts } from '../package.json';
import { environmentVariables } from '../service/contract';

const root = join(__dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const documents = [
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
  'docs/configuration.md',
  'docs/deploying.md',
  'docs/importing.md',
  'docs/local-development.md',
  'docs/operating.md',
  'docs/runbook.md',
];

/** The first parts of paths: `application/json` is none. */
const topFolders = [
  ...[
    '.ci',
    '.githooks',
    '.github',
    '.vscode',
    'bench',
    'bin',
    'catalogue',
    'client',
    'deploy',
    'docs',
  ],
  ...['examples', 'lib', 'local', 'ops', 'schemas', 'service', 'test'],
];

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
const headingsOf = (text: string) =>
  [...text.matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

test('docs/configuration.md names every environment variable of the service', () => {
  const missing = Object.values(environmentVariables).filter(
    (name) => !read('docs/configuration.md').includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});

test.each(documents)('%s names no npm script that does not exist', (file) => {
  const named = [...read(file).matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? '');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test.each(documents)('every file that %s names exists', (file) => {
  const named = [...read(file).matchAll(/`((?:[\w.-]+\/)+[\w.-]*|\.\w+rc|[A-Z]+\.md)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !path.includes('/') || topFolders.includes(path.split('/', 1)[0] ?? ''));
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every folder on the map of README.md exists', () => {
  const [, map = ''] = /## Finding your way\n+```\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  let floor = '';
  const paths = map.split('\n').flatMap((line) => {
    if (!line.startsWith(' ')) floor = line.split('/', 1)[0] ?? '';
    const above = line.startsWith(' ') ? floor : '';
    const [folders = ''] = line.trim().split(/ {2,}/);
    return folders.split(' ').flatMap((name) => (name.endsWith('/') ? join(above, name) : []));
  });
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('CONTRIBUTING.md names files in every one of its lists', () => {
  const lists = read('CONTRIBUTING.md')
    .split(/^### …/m)
    .slice(1);
  expect(lists.length).toBe(6);
  for (const list of lists) expect(list.match(/`[\w-]+\/[\w./-]+`/g)?.length).toBeGreaterThan(2);
});

test.each(['docs/operating.md', 'docs/runbook.md'])('%s begins with its contents', (file) => {
  const listed = [...read(file).matchAll(/^- \[.+\]\(#(.+)\)$/gm)].map(([, anchor]) => anchor);
  expect(listed.toSorted()).toEqual(headingsOf(read(file)).toSorted());
});

test('every link in our documents leads to a file, and to a heading in it', () => {
  const files = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const ofPackages = ['client/README.md', 'examples/README.md', 'local/stripe/README.md'];
  const broken = [...files, ...documents, 'CHANGELOG.md', ...ofPackages].flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].flatMap(
      ([link, path = '', anchor]) => {
        const target = path === '' ? file : join(dirname(file), path);
        const isThere = existsSync(join(root, target));
        const leads = isThere && (!anchor || headingsOf(read(target)).includes(anchor));
        return leads ? [] : `${file}: ${link}`;
      },
    ),
  );
  expect(broken).toEqual([]);
});

test('every decision is listed in docs/decisions/README.md', () => {
  const decisions = readdirSync(join(root, 'docs/decisions')).filter(
    (name) => name !== 'README.md',
  );
  const listed = [...read('docs/decisions/README.md').matchAll(/\]\(([\w-]+\.md)\)/g)];
  expect(listed.map(([, name]) => name).toSorted()).toEqual(decisions.toSorted());
});

test('every heading of the runbook that a log line names exists', () => {
  const headings = headingsOf(read('docs/runbook.md'));
  const named = readdirSync(join(root, 'service'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...read(join('service', name)).matchAll(/docs\/runbook\.md#([a-z-]+)/g)])
    .map((match) => match[1]);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(headings).toContain(name);
});

test.each(documents)('%s names no route that the service does not have', (file) => {
  const routes = new Set(
    [...read('docs/api.md').matchAll(/^\| `((?:GET|POST) \/\S*)`/gm)].map(([, route]) => route),
  );
  const named = [...read(file).matchAll(/`((?:GET|POST)\s+\/[^`?\s]+)/g)].map(([, route = '']) =>
    route.replace(/\s+/, ' '),
  );
  if (file === 'docs/runbook.md') expect(named.length).toBeGreaterThan(3);
  expect(named.filter((route) => !routes.has(route))).toEqual([]);
});

test.each(documents)('%s names no command of ops and no flag that does not exist', (file) => {
  const commands = createOps().commands.map((command) => command.name());
  const named = [...read(file).matchAll(/(?:npm (?:--silent )?run |`)ops (?:-- )?([^\s`]+)/g)].map(
    ([, name = '']) => name,
  );
  expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  const given = [...read(file).matchAll(/-c\s+(\w+)=/g)].map(([, flag = '']) => flag);
  expect(given.filter((flag) => !flagNames.some((name) => name === flag))).toEqual([]);
});

test.each(documents)(
  '%s gives every command of the CDK the environment that the app asks for',
  (file) => {
    const commands = [...read(file).matchAll(/`([^`]*npx cdk [^`]*)`/g)].map(([, text]) => text);
    if (file === 'README.md') expect(commands).not.toEqual([]);
    for (const command of commands) expect(command).toMatch(/ -c env=/);
  },
);

test('S20: docs/api.md is what the routes and the problems say; npm run docs writes it anew', async () => {
  expect(read('docs/api.md')).toBe(apiDocument(await readOpenApi()));
});
