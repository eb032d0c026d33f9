import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { dependencies as clientDependencies } from '../client/package.json';
import { dependencies as stripeDependencies } from '../local/stripe/package.json';
import { importsOf, readImports, rules, violations } from './support/rooms';

const broken = (file: string, source: string) => violations(importsOf(file, source));

const breaches = [
  ['floors', 'service/store/a.ts', "import { x } from '../routes/b';"],
  ['every-file-has-a-floor', 'service/attic/a.ts', "import { x } from 'pino';"],
  ['ledger-is-pure', 'service/ledger/a.ts', "import { readFileSync } from 'node:fs';"],
  ['handlers-are-pure', 'service/handlers/a.ts', "import Stripe from 'stripe';"],
  ['handlers-are-pure', 'service/handlers/a.ts', "import type { Pool } from 'pg';"],
  ['sql-stands-in-the-store', 'service/inbox/a.ts', "import type { Pool } from 'pg';"],
  ['one-bookkeeper', 'service/spending/a.ts', "import { x } from '../store/apply';"],
  ['one-bookkeeper', 'service/inbox/a.ts', "import { x } from '../store/facts';"],
  ['stripe-at-run-time', 'service/routes/a.ts', "import Stripe from 'stripe';"],
  ['lib-knows-the-contract-alone', 'lib/a.ts', "import { x } from '../service/config';"],
  ['service-stands-alone', 'service/routes/a.ts', "import { x } from '../../local/start';"],
  ['service-stands-alone', 'service/routes/a.ts', "import { x } from '@tollgate/local-stripe';"],
  ['ops-floors', 'ops/aws/a.ts', "import { x } from '../doctor/b';"],
  ['every-file-of-ops-has-a-floor', 'ops/attic/a.ts', "import { x } from 'commander';"],
  ['local-stripe-floors', 'local/stripe/models/payments/a.ts', "import { x } from '../billing/b';"],
  ['every-file-of-local-stripe-has-a-floor', 'local/stripe/a.ts', "import { x } from 'ws';"],
  [
    'local-stripe-stands-alone',
    'local/stripe/test/a.ts',
    "import { x } from '../../../test/support/waiting';",
  ],
  ['local-stripe-by-its-name', 'local/a.ts', "import { x } from './stripe/server';"],
  ['client-stands-alone', 'client/a.ts', "import { x } from '../service/contract';"],
  ['client-by-its-name', 'examples/a.ts', "import { x } from '../client/index';"],
  [
    'examples-are-applications',
    'examples/a.ts',
    "import { x } from '../ops/service/bearer-token';",
  ],
  [
    'constructs-are-for-any-app',
    'lib/constructs/a.ts',
    "import { x } from '../configuration/flags';",
  ],
  ['lib-knows-no-entry', 'lib/checks/a.ts', "import { x } from '../../bin/app';"],
  ['ops-knows-no-rehearsal', 'ops/a.ts', "import { x } from '../local/lock';"],
  ['cdk-at-synth-time', 'ops/a.ts', "import { App } from 'aws-cdk-lib';"],
  ['no-circles', 'ops/a.ts', "import { x } from './a';"],
  ['no-circles', 'service/store/a.ts', "import type { X } from './a';"],
];

test.each(breaches)('%s is broken by %s', (rule, file, source) => {
  expect(broken(file, source)).toContainEqual(expect.stringContaining(`(${rule})`));
});

test('every rule is shown to be able to fail', () => {
  const shown = new Set(breaches.map(([rule]) => rule));
  expect(rules.filter((rule) => !shown.has(rule.name))).toEqual([]);
});

test.each([
  [
    'service/handlers/a.ts',
    "import type Stripe from 'stripe'; import { x } from '../ledger/money';",
  ],
  ['service/inbox/a.ts', "import type Stripe from 'stripe';"],
  ['lib/a.ts', "import { x } from '../service/contract';"],
  ['service/store/a.ts', "import type { B } from './b'; import pg from 'pg';"],
  ['service/bookkeeping/bookkeeper.ts', "import { x } from '../store/apply';"],
])('%s may import what it needs', (file, source) => {
  expect(broken(file, source)).toEqual([]);
});

test.each([
  ['local/stripe', stripeDependencies],
  ['client', clientDependencies],
])('the package in %s declares what it imports, and nothing else', (folder, dependencies) => {
  const imported = readImports(join(__dirname, '..'), [folder])
    .filter(({ from, to }) => !from.startsWith(`${folder}/test/`) && !to.endsWith('.ts'))
    .map(({ to }) => to)
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
  expect([...new Set(imported)].toSorted()).toEqual(Object.keys(dependencies).toSorted());
});
