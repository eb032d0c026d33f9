import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { architectureDocument } from '../../docs/generate/architecture';
import { flagChanges, flagChangesFile, flagsDocument } from '../../docs/generate/flags';
import { rolesDocument } from '../../docs/generate/roles';
import { flagNames } from '../../lib/configuration/flags';
import { removeAssemblies } from './synthesis';

afterAll(removeAssemblies);

const written = (name: string) => readFileSync(join(__dirname, '../../docs', name), 'utf8');
const slowest = 120_000;

test(
  'I9: docs/flags.md is what the flags are, change and refuse; npm run docs writes it anew',
  () => {
    const changes = flagChanges();
    const document = flagsDocument(changes);
    expect(written('flags.md')).toBe(document);
    // What `ops flags` shows.
    expect(written('../ops/flag-changes.json')).toBe(flagChangesFile(changes));
    for (const name of flagNames) expect(document).toContain(`| \`${name}\` |`);
  },
  slowest,
);

test(
  'I11: docs/roles.md is what every role may do; npm run docs writes it anew',
  () => {
    const document = rolesDocument();
    expect(written('roles.md')).toBe(document);
    const actions = [...document.matchAll(/`(\w+:[\w*]+)`/g)].map(([, action = '']) => action);
    expect(actions).toContain('secretsmanager:GetSecretValue');
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  },
  slowest,
);

test(
  'I1: docs/architecture.md is what production consists of; npm run docs writes it anew',
  () => {
    expect(written('architecture.md')).toBe(architectureDocument());
  },
  slowest,
);
