/** Writes docs/flags.md from the table of flags and from what their flips change: npm run docs */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlagName, flagNames, flagTable } from '../../lib/configuration/flags';
import {
  faultsOf,
  removeAssemblies,
  type Synthesis,
  synthesise,
  toHttps,
} from '../../test/lib/synthesis';
import { changesBetween } from '../../test/lib/template-changes';

type Given = Readonly<Record<string, string>>;

/** Not of lib/environments, whose files change as environments are filled in. */
const undelegated = { env: 'shop', environmentFile: 'test/lib/environments/undelegated.json' };
const complete = { ...undelegated, ...toHttps };
const digest = 'd'.repeat(64);

/** A flip of each flag that does not name other stacks: what is given beside it, and its value. */
const flips: Readonly<Partial<Record<FlagName, readonly [beside: Given, value: string]>>> = {
  forceHttpForwarding: [complete, 'true'],
  forceHttpForwardingUntil: [{ ...complete, forceHttpForwarding: 'true' }, '2026-12-31'],
  enableRoute53: [undelegated, 'false'],
  dnsDelegated: [undelegated, 'true'],
  enableAcm: [{ ...undelegated, dnsDelegated: 'true' }, 'true'],
  waitForCertificateValidation: [complete, 'false'],
  image: [complete, `ghcr.io/tollgate/service@sha256:${digest}`],
  secretsVersion: [complete, 'previous'],
  checkout: [complete, 'off'],
  processing: [complete, 'paused'],
  maintenance: [complete, 'on'],
  desiredCount: [complete, '3'],
  canaryTargetGroup: [
    {
      env: 'shop',
      environmentFile: 'test/lib/environments/watched.json',
      maintenance: 'on',
      canaryTargetGroup: 'primary',
    },
    'alternate',
  ],
  stripeIpsOnly: [complete, 'true'],
};

/** Flags that contradict one another or the environment, beside the words of the refusal. */
const refused: readonly (readonly [given: string, flags: Given, content: object])[] = [
  ['`forceHttpForwardingUntil` alone', { forceHttpForwardingUntil: '2026-12-31' }, {}],
  [
    '`forceHttpForwardingUntil` in the past',
    { forceHttpForwarding: 'true', forceHttpForwardingUntil: '2026-01-31' },
    {},
  ],
  ['`enableAcm` before the zone is delegated', { enableAcm: 'true' }, {}],
  ['`maintenance=on` without an HTTPS listener', { maintenance: 'on' }, {}],
  ['`stripeIpsOnly=true` without an HTTPS listener', { stripeIpsOnly: 'true' }, {}],
  [
    '`forceHttpForwarding=true` under a canary',
    { ...toHttps, forceHttpForwarding: 'true' },
    { deployment: 'canary' },
  ],
  ['`maintenance=on` under a canary', { ...toHttps, maintenance: 'on' }, { deployment: 'canary' }],
  [
    '`stripeIpsOnly=true` under a canary',
    { ...toHttps, stripeIpsOnly: 'true' },
    { deployment: 'canary' },
  ],
  ['`canaryTargetGroup` without a canary', { canaryTargetGroup: 'alternate' }, {}],
  ['`desiredCount` above `tasks.maximum`', { desiredCount: '9' }, {}],
  ['`project` beside another in the file', { project: 'acme' }, { project: 'shop' }],
];

/** The whole document. */
export function flagsDocument(changes: FlagChanges): string {
  return [
    '<!-- Written by `npm run docs`; a test holds it to the code. -->',
    '# Context flags',
    '',
    'Give a flag as `-c name=value`. It holds for one run of the CDK: the next deploy without it takes',
    'it back. Synth prints the values in force, and so does `npm run ops -- flags --env NAME`, with who',
    'has set each; the output `FlagsInForce` of the service stack has them too. To keep the flags, give',
    'the next deploy all of its output `FlagsGiven`: `npm run deploy` refuses to take one back unless',
    '`--drop-flags` says that it is meant. A flag that is not in this table is refused with the nearest',
    'name.',
    '',
    '| flag | value | without it | what it does |',
    '|---|---|---|---|',
    ...flagNames.map(rowOf),
    '',
    '## What a flip changes',
    '',
    'This is read from the templates with and without the flag; taking the flag back changes the same.',
    '`FlagsInForce` and `FlagsGiven`, which every flip changes, are left out. CloudFormation replaces',
    'nothing, except that a task definition that is named here gets its next revision. `env`,',
    '`environmentFile` and `project` are left out because they name other stacks.',
    '',
    ...Object.entries(changes).map(([name, all]) => `- \`${name}\`: ${all.join(', ')}`),
    '',
    '## What is refused',
    '',
    '| given | answer |',
    '|---|---|',
    ...refused.map(([given, flags, content]) => `| ${given} | ${faultOf(flags, content)} |`),
    '',
  ].join('\n');
}

function rowOf(name: FlagName): string {
  const flag = flagTable[name];
  const cells = [`\`${name}\``, flag.expected, flag.default, flag.sentence];
  // GitHub would take <env> for a tag.
  return `| ${cells.map((cell) => cell.replaceAll('<', '&lt;')).join(' | ')} |`;
}

/** By flag what its flip changes, in words. */
type FlagChanges = Readonly<Record<string, readonly string[]>>;

export function flagChanges(): FlagChanges {
  const all = Object.entries(flips).map(([name, [beside, value]]) => [
    name,
    flipOf(name as FlagName, beside, value),
  ]);
  return Object.fromEntries(all);
}

function flipOf(name: FlagName, beside: Given, value: string): readonly string[] {
  const [off, on] = [synthesise(beside), synthesise({ ...beside, [name]: value })];
  const lines = changesBetween(off, on)
    .filter((line) => !/output (Flags\w+|PublishOutputRef\w+)$/.test(line))
    .map((line) => inWords(line, off, on));
  const counted = new Map<string, number>();
  for (const line of lines) counted.set(line, (counted.get(line) ?? 0) + 1);
  return [...counted].map(([line, times]) => (times > 1 ? `${line} (${times})` : line));
}

/** `service: + HttpsEdgeMaintenance6F27FADF` as `adds a ListenerRule`. */
function inWords(line: string, off: Synthesis, on: Synthesis): string {
  const [, kind, sign, id, property] =
    /^(\w+): (?:([+-]) )?(?:output )?(\w+)(?:\.(\w+))?$/.exec(line) ?? [];
  if (line.includes(': output ')) return `output \`${id}\``;
  const { Resources } = { ...(sign === '-' ? off : on).templates }[kind as 'service'];
  const type = Resources[id ?? '']?.Type.split('::').at(-1);
  if (sign === '+') return `adds ${type}`;
  return sign === '-' ? `removes ${type}` : `\`${type}.${property}\``;
}

function faultOf(flags: Given, content: object): string {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-flags-'));
  const environmentFile = join(directory, 'example.json');
  const example = {
    env: 'example',
    region: 'us-east-1',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    domainName: 'pay.example.test',
  };
  try {
    writeFileSync(environmentFile, JSON.stringify({ ...example, ...content }));
    const faults = faultsOf({ env: 'example', environmentFile, ...flags });
    if (faults.length === 0) throw new Error(`not refused: ${JSON.stringify(flags)}`);
    return faults.join('; ').replaceAll(environmentFile, 'the environment file');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** For `ops flags`: a terminal shows Markdown's marks as they are. */
export const flagChangesFile = (changes: FlagChanges) =>
  `${JSON.stringify(changes, null, 2).replaceAll('`', '')}\n`;

export function writeFlags(project: string): void {
  const changes = flagChanges();
  writeFileSync(join(project, 'docs/flags.md'), flagsDocument(changes));
  writeFileSync(join(project, 'ops/flag-changes.json'), flagChangesFile(changes));
  removeAssemblies();
}
