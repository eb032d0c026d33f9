import { readFileSync } from 'node:fs';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { OpsFailure } from '../failure';
import { readStack, type Stack } from './stacks';

/** Which environment a command is for, and how to reach its account. */
export interface Target {
  readonly env: string;
  readonly project: string;
  readonly region?: string;
  readonly profile?: string;
  /** A file of `cdk deploy --outputs-file`, read in place of the stacks. */
  readonly outputs?: string;
}

/** What every client of the AWS SDK is made with. */
export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  /** The SDK waits longer from attempt to attempt, so that throttling is sat out. */
  readonly maxAttempts: number;
}

const kinds = ['network', 'data', 'service'] as const;

/** The stacks whose outputs are read. */
export function stackNames({ env, project }: Pick<Target, 'env' | 'project'>): readonly string[] {
  return kinds.map((kind) => `${project}-${env}-${kind}`);
}

/** An environment as it is deployed: the outputs of its stacks, whatever commit made them. */
export class Deployed {
  constructor(
    readonly name: string,
    private readonly outputs: Readonly<Record<string, string>>,
    /** Its stacks are protected from deletion, or its keys are of Stripe's live mode. */
    readonly isProduction: boolean,
    readonly clients: ClientSettings,
  ) {}

  /** An output that not every environment has. */
  find(output: string): string | undefined {
    return this.outputs[output];
  }

  /** @throws OpsFailure where the deployed version does not publish it yet */
  get(output: string): string {
    const value = this.outputs[output];
    if (value !== undefined) return value;
    throw new OpsFailure(
      `the stacks of ${this.name} publish no output ${output}`,
      `Deploy this version once (npm run deploy -- -c env=${this.name}): it publishes it.`,
    );
  }

  /** The value in force of a flag, as output FlagsInForce has it. */
  flag(name: string): string | undefined {
    return flagsIn(this.get('FlagsInForce'))[name];
  }
}

/** Output FlagsInForce by name; a value may have spaces, as `by autoscaling` has. */
export function flagsIn(output: string): Readonly<Record<string, string>> {
  const pairs = output.split(/ (?=\w+=)/).map((pair) => /^(\w+)=(.*)$/.exec(pair) ?? []);
  return Object.fromEntries(
    pairs.flatMap(([, name, value]) => (name ? [[name, value ?? '']] : [])),
  );
}

/**
 * Reads the outputs of an environment's stacks.
 * @throws OpsFailure where a stack is missing, or AWS refuses
 */
export async function readDeployed(target: Target): Promise<Deployed> {
  const clients: ClientSettings = {
    ...(target.region !== undefined && { region: target.region }),
    ...(target.profile !== undefined && { profile: target.profile }),
    maxAttempts: 8,
  };
  if (target.outputs !== undefined) return readOutputsFile(target, target.outputs, clients);
  const client = new CloudFormationClient(clients);
  try {
    const stacks = await Promise.all(stackNames(target).map((name) => readStanding(client, name)));
    const outputs = Object.assign({}, ...stacks.map(({ outputs }) => outputs));
    const isProtected = stacks.some((stack) => stack.isProtected);
    return new Deployed(target.env, outputs, isProtected || isLive(outputs), clients);
  } finally {
    client.destroy();
  }
}

async function readStanding(client: CloudFormationClient, name: string): Promise<Stack> {
  const stack = await readStack(client, name);
  if (stack !== undefined) return stack;
  throw new OpsFailure(
    `there is no stack ${name} in this account and region`,
    'Check --env, --project, --region and --profile; or deploy the environment first.',
  );
}

const isLive = (outputs: Readonly<Record<string, string>>) => outputs.StripeMode === 'live';

function readOutputsFile(target: Target, file: string, clients: ClientSettings): Deployed {
  let byStack: Partial<Record<string, Record<string, string>>>;
  try {
    byStack = Object(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch (error) {
    throw new OpsFailure(
      `${file} cannot be read as JSON: ${error instanceof Error ? error.message : error}`,
      'Give a file that `cdk deploy --outputs-file` wrote.',
      'badUse',
    );
  }
  const found = kinds.map((kind) => byStack[`${target.project}-${target.env}-${kind}`]);
  const outputs: Record<string, string> = Object.assign({}, ...found);
  if (found[2] === undefined) {
    throw new OpsFailure(
      `${file} has no outputs of ${target.project}-${target.env}-service, but of ${Object.keys(byStack).join(', ') || 'nothing'}`,
      'Check --env and --project, or give the file of the whole deploy.',
      'badUse',
    );
  }
  // A file says nothing of protection, so that every environment with live keys counts.
  return new Deployed(target.env, outputs, isLive(outputs), clients);
}
