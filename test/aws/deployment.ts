import { readFileSync, writeFileSync } from 'node:fs';
import { synthesise } from '../lib/synthesis';
import { type AwsDouble, doubleAccount, doubleRegion } from './aws-double';

/** What each stack publishes, by its kind: network, data, service, monitoring, deploy-role. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Where the command line has the templates from. */
type Templates = readonly string[];
type Flags = Readonly<Record<string, string>>;

/** What every environment of these tests says: an image that nobody need build, and the account. */
export const rehearsed = {
  region: doubleRegion,
  account: doubleAccount,
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  image: `ghcr.io/tollgate/service@sha256:${'0'.repeat(64)}`,
};

/** One environment on the double, deployed and destroyed by the CDK's command line. */
export class Deployment {
  private readonly file: string;

  constructor(
    private readonly double: AwsDouble,
    private readonly env: string,
    content: object,
  ) {
    this.file = double.path(`${env}.json`);
    this.rewrite(content);
  }

  /** Writes the environment's file anew. */
  rewrite(content: object): void {
    writeFileSync(this.file, JSON.stringify({ env: this.env, ...rehearsed, ...content }));
  }

  /** As an operator deploys: the command line starts the app. */
  app(flags: Flags = {}): Templates {
    const context = this.context(flags);
    return Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  }

  /** What the app wrote when it was last started, which saves starting it again. */
  lastSynthesised(): Templates {
    return ['--app', this.double.path('out')];
  }

  /**
   * Synthesised in this process, which saves starting the app.
   * @param commit that is said to be checked out
   */
  synthesised(flags: Flags = {}, commit?: string): Templates {
    return ['--app', synthesise(this.context(flags), { commit }).directory];
  }

  /** What its app is given. */
  context(flags: Flags = {}): Flags {
    return { env: this.env, environmentFile: this.file, ...flags };
  }

  async bootstrap(templates: Templates): Promise<void> {
    await this.run('bootstrap', ...templates);
  }

  /** @param parameters the stacks by name and what goes with them; by default all stacks */
  async deploy(templates: Templates, ...parameters: readonly string[]): Promise<Outputs> {
    const file = this.double.path('outputs.json');
    const how = ['--require-approval', 'never', '--outputs-file', file];
    await this.run('deploy', ...how, ...templates, ...this.allUnlessNamed(parameters));
    const byName: Outputs = JSON.parse(readFileSync(file, 'utf8'));
    const prefix = `tollgate-${this.env}-`;
    return Object.fromEntries(
      Object.entries(byName).map(([name, outputs]) => [name.replace(prefix, ''), outputs]),
    );
  }

  /** @param stacks by kind, and none that needs them; by default all */
  async destroy(templates: Templates, ...stacks: readonly string[]): Promise<void> {
    const names = stacks.map((kind) => `tollgate-${this.env}-${kind}`);
    const which = names.length > 0 ? [...names, '--exclusively'] : ['--all'];
    await this.run('destroy', '--force', ...templates, ...which);
  }

  /** The name of a stack, to deploy it and none that it needs. */
  only(kind: string): readonly string[] {
    return [`tollgate-${this.env}-${kind}`, '--exclusively'];
  }

  private allUnlessNamed(parameters: readonly string[]): readonly string[] {
    const isNamed = parameters.some((parameter) => !parameter.startsWith('-'));
    return isNamed ? parameters : ['--all', ...parameters];
  }

  private async run(command: string, ...parameters: readonly string[]): Promise<void> {
    const { exitCode, output } = await this.double.cdk(command, ...parameters);
    if (exitCode !== 0) throw new Error(`cdk ${command} ended with ${exitCode}:\n${output}`);
  }
}

/**
 * What an earlier test of the file made.
 * @throws Error that names it, where that test failed
 */
export function madeBefore<Made>(made: Made | undefined, what: string): Made {
  if (made === undefined) throw new Error(`${what} failed; see the test of it, above this one`);
  return made;
}
