import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Importable, importable } from './importable';

/** What of a template the mapping is made from. */
export interface SynthesisedStack {
  readonly stackName: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** A mapping for `cdk import --resource-mapping`, and what a person should know of it. */
export interface ImportMap {
  /** By logical id; for a resource that was not named, a placeholder in pointed brackets. */
  readonly mapping: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The stacks in the order in which they must be imported. */
  readonly stackNames: readonly string[];
  readonly remarks: readonly string[];
}

/** Ends the command with what was seen and what to do. */
export class ImportMapError extends Error {
  override readonly name = 'ImportMapError';
  constructor(
    readonly code: 'synthesis_failed' | 'identifier_malformed' | 'identifier_unused',
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

const placeholder = ({ option }: Importable) => `<${option}>`;

/**
 * Maps the logical ids of existing resources to what they are known by. A resource that refers to
 * one which is not in the mapping is left out, since CloudFormation takes no template with a
 * reference to nothing.
 * @param identifiers by the option's name, such as `load-balancer`
 * @throws ImportMapError for an identifier that is malformed, or of a resource that no stack has
 */
export function importMap(
  stacks: readonly SynthesisedStack[],
  identifiers: Readonly<Record<string, string>>,
): ImportMap {
  checkForms(identifiers);
  const found = importable.map((each) => ({ each, at: locate(stacks, each) }));
  const inStack = found.flatMap(({ each, at }) => (at === undefined ? [] : [{ each, ...at }]));
  for (const option of Object.keys(identifiers)) {
    if (inStack.some(({ each }) => each.option === option)) continue;
    throw new ImportMapError(
      'identifier_unused',
      `--${option} is given, but no stack of the environment creates that resource; take the option ` +
        'out, or let the environment file create it (see docs/environment-file.md)',
    );
  }
  const ids = inStack.map(({ logicalId }) => logicalId);
  const isWhole = (one: (typeof inStack)[number]) =>
    referencesIn(one.stack, one.logicalId).every((id) => ids.includes(id));
  const taken = inStack.filter(isWhole);
  const mapping = taken.map(({ each, logicalId }) => [
    logicalId,
    { [each.key]: identifiers[each.option] ?? placeholder(each) },
  ]);
  return {
    mapping: Object.fromEntries(mapping),
    stackNames: ['network', 'data', 'service'].flatMap(
      (kind) => taken.find(({ each }) => each.stack === kind)?.stack.stackName ?? [],
    ),
    remarks: [
      ...taken.map(({ each, logicalId }) => {
        const given = identifiers[each.option];
        const isMissing = given === undefined ? `; give --${each.option}, or replace it` : '';
        return `${logicalId}: ${given ?? placeholder(each)}, ${each.mustBe}${isMissing}`;
      }),
      ...inStack
        .filter((one) => !isWhole(one))
        .map(({ logicalId, stack }) => {
          const missing = referencesIn(stack, logicalId).filter((id) => !ids.includes(id));
          return (
            `${logicalId} is left out: it refers to ${missing.join(', ')}, which cannot be imported; ` +
            'adopt it by reference in the environment file'
          );
        }),
      ...found
        .filter(({ at }) => at === undefined)
        .map(({ each }) => `${each.option} is left out: no stack of the environment creates it`),
      // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/614
      'a certificate cannot be imported into CloudFormation: adopt it as https.certificateArn in the ' +
        'environment file',
    ],
  };
}

function checkForms(identifiers: Readonly<Record<string, string>>): void {
  for (const [option, identifier] of Object.entries(identifiers)) {
    const known = importable.find((each) => each.option === option);
    if (known === undefined || known.form.test(identifier)) continue;
    throw new ImportMapError(
      'identifier_malformed',
      `--${option} is ${identifier}; expected ${known.mustBe}, such as ${known.example}`,
    );
  }
}

function locate(stacks: readonly SynthesisedStack[], { path, stack: kind }: Importable) {
  for (const stack of stacks.filter(({ stackName }) => stackName.endsWith(`-${kind}`))) {
    const wanted = `${stack.stackName}/${path}`;
    const found = Object.entries(stack.resources).find(
      ([, { Metadata }]) => Metadata?.['aws:cdk:path'] === wanted,
    );
    if (found !== undefined) return { stack, logicalId: found[0] };
  }
  return undefined;
}

/** The resources of the same template that one refers to. */
function referencesIn({ resources }: SynthesisedStack, logicalId: string): readonly string[] {
  const resource = resources[logicalId];
  const named = [
    ...[resource?.DependsOn ?? []].flat(),
    ...JSON.stringify(resource?.Properties ?? {}).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(\w+)"/g),
  ].map((each) => (typeof each === 'string' ? each : (each[1] ?? '')));
  return [...new Set(named)].filter((id) => Object.hasOwn(resources, id));
}

const project = resolve(__dirname, '..');

/**
 * Synthesises an environment as a deploy would; needs no account.
 * @param parameters of the CDK, such as `-c env=prod`
 * @throws ImportMapError with what the synthesis printed
 */
export async function synthesisedStacks(
  parameters: readonly string[],
): Promise<readonly SynthesisedStack[]> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-import-map-'));
  try {
    const command = ['bin/cdk.cjs', 'synth', '--quiet', '--path-metadata', ...parameters];
    await promisify(execFile)(process.execPath, [...command, '--output', directory], {
      cwd: project,
    });
    return readdirSync(directory)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => ({
        stackName: file.replace('.template.json', ''),
        resources: JSON.parse(readFileSync(join(directory, file), 'utf8')).Resources,
      }));
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new ImportMapError(
      'synthesis_failed',
      `the environment cannot be synthesised; mend what is said here and try again:\n${printed || error}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
