import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { parseSync } from '@swc/core';

/** One import, as the rules look at it. */
interface Import {
  /** The importing file, from the project's root: `service/store/apply.ts`. */
  readonly from: string;
  /** The imported file from the root, the package's name, or `node:…`. */
  readonly to: string;
  /** Only types are imported: nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

interface Rule {
  readonly name: string;
  readonly because: string;
  readonly forbids: (imported: Import) => boolean;
}

const within = (path: string, ...rooms: string[]) =>
  rooms.some((room) => path === room || path.startsWith(room.endsWith('/') ? room : `${room}.`));

/** The floors of the service, from the ground up: nobody imports from a floor above. */
const floors: readonly (readonly string[])[] = [
  ['service/contract'],
  ['service/errors', 'service/request-problems', 'service/ledger/', 'service/messages/'],
  ['service/effects/'],
  ['service/handlers/'],
  ['service/secrets/parse', 'service/log'],
  ['service/environment-reader'],
  ['service/config', 'service/polling', 'service/metrics'],
  ['service/catalogue/'],
  ['service/secrets/'],
  ['service/store/', 'service/stripe/', 'service/version'],
  ['service/http/'],
  ['service/bookkeeping/'],
  [
    'service/inbox/',
    'service/outbox/',
    'service/checkout/',
    'service/spending/',
    'service/administration/',
  ],
  ['service/reconciliation/'],
  ['service/routes/', 'service/housekeeping/'],
  ['service/app', 'service/loops', 'service/readiness', 'service/what-is-sold'],
  ['service/start'],
  ['service/main'],
];
const floorOf = (path: string) => floors.findIndex((rooms) => within(path, ...rooms));

/** The floors of the operator's command, in the same way. */
const opsFloors: readonly (readonly string[])[] = [
  ['ops/failure', 'ops/service-failure'],
  ['ops/terminal/'],
  ['ops/aws/'],
  ['ops/secrets/', 'ops/stripe-access'],
  ['ops/command'],
  ['ops/service/'],
  ['ops/books/', 'ops/import/', 'ops/import-map/', 'ops/rollback/', 'ops/switch/', 'ops/webhook/'],
  ['ops/doctor/'],
  ['ops/smoke/'],
  ['ops/commands/'],
  ['ops/commands'],
];
const opsFloorOf = (path: string) => opsFloors.findIndex((rooms) => within(path, ...rooms));

/** The floors of the local Stripe, which is a package of its own, in the same way. */
const localStripeFloors: readonly (readonly string[])[] = [
  ['parameters/'],
  ['state/'],
  ['http/'],
  ['events/'],
  ['models/customers/', 'models/catalogue/'],
  ['models/payments/'],
  ['models/billing/'],
  ['models/checkout/'],
  ['resources/', 'control/'],
  ['hosted-pages/'],
  ['visitors/', 'api'],
  ['server'],
  ['index', 'main'],
  ['test/'],
];
const localStripe = 'local/stripe/';
const localStripeName = '@tollgate/local-stripe';
const localStripeFloorOf = (path: string) =>
  localStripeFloors.findIndex((rooms) => within(path, ...rooms.map((room) => localStripe + room)));
const clientName = '@tollgate/client';
const isFile = (to: string) => to.endsWith('.ts') || to.endsWith('.json');

/** Who may take from whom. */
export const rules: readonly Rule[] = [
  {
    name: 'floors',
    because: 'the floors of service/ take only from themselves and from those below',
    forbids: ({ from, to }) =>
      from.startsWith('service/') && to.startsWith('service/') && floorOf(from) < floorOf(to),
  },
  {
    name: 'every-file-has-a-floor',
    because: 'a new room of service/ must be given its floor in test/support/rooms.ts',
    forbids: ({ from }) => from.startsWith('service/') && floorOf(from) === -1,
  },
  {
    name: 'ledger-is-pure',
    because: 'ledger/ imports nothing but itself',
    forbids: ({ from, to }) => within(from, 'service/ledger/') && !within(to, 'service/ledger/'),
  },
  {
    name: 'handlers-are-pure',
    because:
      'handlers/ import nothing but effects/, ledger/ and the types of Stripe and of messages/',
    forbids: ({ from, to, typeOnly }) =>
      within(from, 'service/handlers/') &&
      !within(to, 'service/handlers/', 'service/effects/', 'service/ledger/') &&
      !((to === 'stripe' || within(to, 'service/messages/')) && typeOnly),
  },
  {
    name: 'sql-stands-in-the-store',
    because: 'pg is imported in service/store/ alone',
    forbids: ({ from, to }) => to === 'pg' && !within(from, 'service/store/', 'test/', 'bench/'),
  },
  {
    name: 'one-bookkeeper',
    because: 'only the bookkeeper locks facts and applies effects',
    forbids: ({ from, to }) =>
      within(to, 'service/store/apply', 'service/store/facts') &&
      !within(from, 'service/bookkeeping/bookkeeper', 'service/store/'),
  },
  {
    name: 'stripe-at-run-time',
    because: "Stripe's library runs in service/stripe/, ops/ and local/ alone",
    forbids: ({ from, to, typeOnly }) =>
      to === 'stripe' &&
      !typeOnly &&
      !within(from, 'service/stripe/', 'ops/', 'local/', 'test/', 'bench/'),
  },
  {
    name: 'lib-knows-the-contract-alone',
    because: 'lib/ takes nothing from service/ but contract.ts',
    forbids: ({ from, to }) =>
      within(from, 'lib/', 'bin/app') &&
      to.startsWith('service/') &&
      !within(to, 'service/contract'),
  },
  {
    name: 'service-stands-alone',
    because: 'what runs in the container imports nothing that builds, operates or imitates it',
    forbids: ({ from, to }) =>
      within(from, 'service/') &&
      (within(to, 'lib/', 'ops/', 'local/', 'bin/', 'test/', 'bench/') || to === localStripeName),
  },
  {
    name: 'ops-floors',
    because: 'the floors of ops/ take only from themselves and from those below',
    forbids: ({ from, to }) =>
      within(from, 'ops/') &&
      within(to, 'ops/') &&
      to.endsWith('.ts') &&
      opsFloorOf(from) < opsFloorOf(to),
  },
  {
    name: 'every-file-of-ops-has-a-floor',
    because: 'a new room of ops/ must be given its floor in test/support/rooms.ts',
    forbids: ({ from }) => within(from, 'ops/') && opsFloorOf(from) === -1,
  },
  {
    name: 'local-stripe-floors',
    because: 'the floors of local/stripe/ take only from themselves and from those below',
    forbids: ({ from, to }) =>
      within(from, localStripe) &&
      within(to, localStripe) &&
      localStripeFloorOf(from) < localStripeFloorOf(to),
  },
  {
    name: 'every-file-of-local-stripe-has-a-floor',
    because: 'a new room of local/stripe/ must be given its floor in test/support/rooms.ts',
    forbids: ({ from }) => within(from, localStripe) && localStripeFloorOf(from) === -1,
  },
  {
    name: 'local-stripe-stands-alone',
    because: 'local/stripe/ is a package of its own and imports nothing of the rest of the project',
    forbids: ({ from, to }) => within(from, localStripe) && isFile(to) && !within(to, localStripe),
  },
  {
    name: 'local-stripe-by-its-name',
    because: `the rest of the project takes the local Stripe as others do, from ${localStripeName}`,
    forbids: ({ from, to }) =>
      within(to, localStripe) && to.endsWith('.ts') && !within(from, localStripe),
  },
  {
    name: 'client-stands-alone',
    because: 'client/ is a package of its own and imports nothing of the rest of the project',
    forbids: ({ from, to }) =>
      within(from, 'client/') && (isFile(to) ? !within(to, 'client/') : to === localStripeName),
  },
  {
    name: 'client-by-its-name',
    because: `the rest of the project takes the client as others do, from ${clientName}`,
    forbids: ({ from, to }) =>
      within(to, 'client/') && to.endsWith('.ts') && !within(from, 'client/'),
  },
  {
    name: 'examples-are-applications',
    because: 'an example has what an application has: the client, and packages of the registry',
    forbids: ({ from, to }) => within(from, 'examples/') && (isFile(to) || to === localStripeName),
  },
  {
    name: 'constructs-are-for-any-app',
    because: 'a construct is given plain props: nothing of an environment’s file, flags or stacks',
    forbids: ({ from, to }) =>
      within(from, 'lib/constructs/') &&
      within(to, 'lib/configuration/', 'lib/environments/', 'lib/stacks/', 'lib/checks/'),
  },
  {
    name: 'lib-knows-no-entry',
    because: 'what lib/ and bin/ share stands in lib/, and what a deploy asks AWS in deploy/',
    forbids: ({ from, to }) => within(from, 'lib/') && within(to, 'bin/', 'deploy/'),
  },
  {
    name: 'ops-knows-no-rehearsal',
    because: 'an operator’s command takes nothing from local/, which imitates',
    forbids: ({ from, to }) => within(from, 'ops/', 'deploy/') && within(to, 'local/'),
  },
  {
    name: 'cdk-at-synth-time',
    because: 'aws-cdk-lib is imported in lib/, in bin/ and in the example of a CDK app alone',
    forbids: ({ from, to }) =>
      ['aws-cdk-lib', 'constructs', 'cdk-nag'].includes(to) &&
      !within(from, 'lib/', 'bin/', 'examples/cdk-app/', 'test/'),
  },
];

export const checkedFolders = [
  ...['bin', 'lib', 'deploy', 'service', 'ops', 'local', 'client', 'examples', 'bench', 'test'],
] as const;

/** The imports of all TypeScript files below these folders of the project. */
export function readImports(root: string, folders: readonly string[]): Import[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/(^|\/)(dist|node_modules)\//.test(name))
      .flatMap((name) =>
        importsOf(join(folder, name), readFileSync(join(root, folder, name), 'utf8')),
      ),
  );
}

/** The imports and re-exports of one file. */
export function importsOf(file: string, source: string): Import[] {
  return parseSync(source, { syntax: 'typescript' }).body.flatMap((item) => {
    if (item.type === 'ImportDeclaration') {
      const typeOnly =
        item.typeOnly ||
        (item.specifiers.length > 0 &&
          item.specifiers.every((each) => each.type === 'ImportSpecifier' && each.isTypeOnly));
      return [{ from: file, to: resolve(file, item.source.value), typeOnly }];
    }
    if (item.type === 'ExportAllDeclaration' || item.type === 'ExportNamedDeclaration') {
      if (!item.source) return [];
      return [{ from: file, to: resolve(file, item.source.value), typeOnly: false }];
    }
    return [];
  });
}

/** What breaks the rules, in words; empty when nothing does. */
export function violations(imports: readonly Import[]): string[] {
  const broken = imports.flatMap((imported) =>
    rules
      .filter((rule) => rule.forbids(imported))
      .map((rule) => `${imported.from} imports ${imported.to}, but ${rule.because} (${rule.name})`),
  );
  return [...broken, ...circles(imports)];
}

/**
 * Circles among files. A type counts as much as what runs: whoever has to read two files at once to
 * understand either is not helped by a type being gone at run time.
 */
function circles(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) {
    targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push(
        `${[...path.slice(path.indexOf(file)), file].join(' → ')} is a circle (no-circles)`,
      );
    } else if (!done.has(file)) {
      for (const next of targets.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of targets.keys()) walk(file, []);
  return found;
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    const path = normalize(join(dirname(file), specifier));
    return path.endsWith('.json') ? path : `${path}.ts`;
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return specifier;
  const [scope = '', name] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

if (require.main === module) {
  const root = join(__dirname, '../..');
  const found = violations(readImports(root, checkedFolders));
  for (const line of found) console.error(line);
  console.log(
    `rooms: ${found.length === 0 ? 'every import stays within the rules' : `${found.length} violations`} (${relative(process.cwd(), root) || '.'})`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
}
