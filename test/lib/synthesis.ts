import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import {
  DISABLE_ASSET_STAGING_CONTEXT,
  DISABLE_CREATION_STACK_TRACES,
  DISABLE_METADATA_STACK_TRACE,
  PATH_METADATA_ENABLE_CONTEXT,
} from 'aws-cdk-lib/cx-api';
import { context } from '../../cdk.json';
import { describe as report } from '../../lib/checks/synth-report';
import { ConfigurationError } from '../../lib/configuration/faults';
import { readSettings } from '../../lib/configuration/read-settings';
import type { Surroundings } from '../../lib/configuration/settings';
import { buildStacks, type IsStanding } from '../../lib/stacks/environment-stacks';

/** A resource of a template, as CloudFormation reads it. */
export interface Resource<Properties = Readonly<Record<string, unknown>>> {
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Synthesis {
  /** Where the templates are. */
  readonly directory: string;
  /** By the stack's kind: network, data, service, monitoring. */
  readonly templates: Readonly<Record<'network' | 'data' | 'service' | 'monitoring', Template>>;
  readonly terminationProtection: readonly string[];
  /** What is printed. */
  readonly report: string;
}

interface SynthesisOptions extends Partial<Surroundings> {
  /** The CDK's own validation of the templates; the greatest part of the time. */
  readonly isValidated?: boolean;
  /** The path of each construct in its resource's metadata, as the CDK's command line has it. */
  readonly hasPaths?: boolean;
  /** Which stacks stand already; by default all of them. */
  readonly isStanding?: IsStanding;
  /** What is done to the app before anything is built. */
  readonly prepare?: (app: App) => void;
}

/** The flags with which HTTPS is complete. */
export const toHttps = { dnsDelegated: 'true', enableAcm: 'true' } as const;

/** Leaves out what an assembly has beside its templates; it takes longer to make than they do. */
const templatesAlone = {
  [DISABLE_ASSET_STAGING_CONTEXT]: true,
  [DISABLE_CREATION_STACK_TRACES]: true,
  [DISABLE_METADATA_STACK_TRACE]: true,
} as const;

const now = new Date('2026-06-01T12:00:00Z');
const directories: string[] = [];

/** Synthesises in this process as `cdk synth -c …` would, cdk.json's context included. */
export function synthesise(
  flags: Readonly<Record<string, string>>,
  options: SynthesisOptions = {},
): Synthesis {
  const outdir = mkdtempSync(join(tmpdir(), 'tollgate-synth-'));
  directories.push(outdir);
  const app = new App({
    outdir,
    treeMetadata: false,
    autoSynth: false,
    builtinCloudFormationValidation: options.isValidated ?? false,
    context: {
      ...context,
      ...templatesAlone,
      ...(options.hasPaths && { [PATH_METADATA_ENABLE_CONTEXT]: true }),
      ...flags,
    },
  });
  options.prepare?.(app);
  const surroundings = { now, accountAtHand: undefined, ...options };
  const settings = readSettings(app.node.getAllContext(), surroundings);
  const tollgate = buildStacks(app, settings, options.isStanding);
  const assembly = app.synth();
  const read = (stackName: string): Template => ({
    Outputs: {},
    ...JSON.parse(readFileSync(join(assembly.directory, `${stackName}.template.json`), 'utf8')),
  });
  const stacks = assembly.stacks.filter((stack) => stack.terminationProtection === true);
  return {
    directory: assembly.directory,
    templates: {
      network: read(tollgate.network.stackName),
      data: read(tollgate.data.stackName),
      service: read(tollgate.service.stackName),
      monitoring: read(tollgate.monitoring.stackName),
    },
    terminationProtection: stacks.map((stack) => stack.stackName).sort(),
    report: report(tollgate),
  };
}

/** The faults that synthesis ends with. */
export function faultsOf(
  flags: Readonly<Record<string, string>>,
  options: SynthesisOptions = {},
): readonly string[] {
  try {
    synthesise(flags, options);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

/** The resources of a type, by logical id; the caller says which properties that type has. */
export function resourcesOf<Properties = Resource['Properties']>(
  template: Template,
  type: string,
): Readonly<Record<string, Resource<Properties>>> {
  const found = Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
  return Object.fromEntries(found) as Record<string, Resource<Properties>>;
}

/** The properties of the only resource of a type. */
export function propertiesOf<Properties = Resource['Properties']>(
  template: Template,
  type: string,
): Properties {
  const [only, ...more] = Object.values(resourcesOf<Properties>(template, type));
  if (only === undefined || more.length > 0) {
    throw new Error(`the template has ${more.length + (only ? 1 : 0)} ${type}; expected one`);
  }
  return only.Properties;
}

/** For `afterAll`. */
export function removeAssemblies(): void {
  for (const directory of directories.splice(0))
    rmSync(directory, { recursive: true, force: true });
}
