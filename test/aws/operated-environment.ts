import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { type LocalStripe, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { freePort } from '../../local/free-port';
import { environmentVariables as names } from '../../service/contract';
import { removeAssemblies } from '../lib/synthesis';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startOps } from '../support/ops';
import { killPrograms, type Program, startProgram } from '../support/program';
import { startTestService, stripeKey, type TestService } from '../support/running-service';
import { Account } from './account';
import { AwsDouble, doubleRegion, variablesFor } from './aws-double';
import { AwsGate } from './aws-gate';
import { DeployedEnvironment } from './deployed-environment';
import { Deployment, type Outputs } from './deployment';

/**
 * An environment as an operator has it before them: its stacks deployed to the double, a local
 * Stripe, and the real service, run with what the task definition says as ECS runs it: anew for each
 * deployment. What AWS is asked passes the gate.
 */
export class OperatedEnvironment {
  /** Whose calls tests refuse, or count; put back by `afterEach`. */
  readonly gate: AwsGate;
  /** Where the service listens, deployment after deployment. */
  url = '';
  outputs: Outputs[string] = {};
  private service: TestService | undefined;
  private deployment: Deployment | undefined;
  private port = 0;
  private endpoint = '';

  private constructor(
    readonly name: string,
    readonly double: AwsDouble,
    readonly deployed: DeployedEnvironment,
    readonly database: TestDatabase,
    readonly localStripe: LocalStripe,
  ) {
    this.gate = new AwsGate(double.endpoint);
  }

  /** @param commit that is said to be deployed. @default - unknown */
  static async start(
    name: string,
    content: object = {},
    commit?: string,
  ): Promise<OperatedEnvironment> {
    const double = await AwsDouble.start('bootstrapped');
    const environment = new OperatedEnvironment(
      name,
      double,
      new DeployedEnvironment(double.endpoint),
      await createTestDatabase(),
      await startLocalStripe(),
    );
    await environment.deploy(
      { domainName: `billing.${name}.test`, nat: 'none', flowLogs: 'none', ...content },
      commit,
    );
    return environment;
  }

  /** Stripe as whoever has its dashboard sees it. */
  get stripe(): Stripe {
    const { port } = this.localStripe;
    return new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port });
  }

  /** For clients of the AWS SDK that change something behind the operator's back. */
  get client() {
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    return { endpoint: this.double.endpoint, region: doubleRegion, credentials };
  }

  /** Runs `ops` as an operator does, with `--env`; `given` begins with the command. */
  async ops(...given: readonly string[]): Promise<{ code: number | null; output: string }> {
    const program = this.startOps(...given);
    return { code: await program.code, output: program.output() };
  }

  startOps(...given: readonly string[]): Program {
    return startOps([...given, '--env', this.name], variablesFor(this.endpoint));
  }

  /** The same by npm, as it is typed. */
  startNpm(...given: readonly string[]): Program {
    return startProgram('npm', [...given, '--env', this.name], variablesFor(this.endpoint));
  }

  /** As the next `npm run deploy` does, of another image. */
  async deployImage(image: string, commit: string): Promise<void> {
    if (this.deployment === undefined) throw new Error('it is deployed by start()');
    const templates = this.deployment.synthesised({ image }, commit);
    await this.deployment.deploy(templates, ...this.deployment.only('service'), '--method=direct');
  }

  /** As a deployment whose tasks do not start: ECS gives it up, and what ran goes on. */
  async failDeployment(): Promise<void> {
    const { ClusterName: cluster, ServiceName: service } = this.outputs;
    this.double.failCreationOf('deployment');
    const ecs = new ECSClient(this.client);
    await ecs.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }));
    ecs.destroy();
    // One ends once it has been looked at twice.
    await this.deployed.service(this.outputs);
    await this.deployed.service(this.outputs);
    this.double.failCreationOf();
  }

  /** Starts a task in place of the one that runs. */
  async runTask(): Promise<void> {
    await this.service?.stop();
    const { injected, told } = await this.deployed.container(this.outputs);
    const secrets: Record<string, string> = {};
    for (const [variable, arn] of Object.entries(injected)) {
      secrets[variable] = await this.deployed.secretValue(arn);
    }
    const { [names.databaseSecretArn]: _ours, ...variables } = told;
    this.service = await startTestService(this.database.url, {
      ...variables,
      [names.stripeSecretKey]: '',
      [names.stripeWebhookSecret]: '',
      [names.jwtAccessTokenSecret]: '',
      ...secrets,
      [names.stripeApiBase]: this.localStripe.url,
      [names.port]: String(this.port),
      [names.logLevel]: process.env.TEST_LOG ?? 'silent',
    });
    this.url = this.service.url;
  }

  /** To be called after each test. */
  afterEach(): void {
    killPrograms();
    this.gate.decide = () => 'pass';
    this.gate.done = this.likeEcs;
    this.double.failCreationOf();
  }

  async stop(): Promise<void> {
    removeAssemblies();
    await this.service?.stop();
    await this.localStripe.close();
    await this.gate.stop();
    await this.double.stop();
    await this.database.drop();
  }

  /** Has the task replaced before whoever asked for it hears of it. */
  readonly likeEcs = async (call: string): Promise<void> => {
    if (call === 'UpdateService') await this.runTask();
  };

  private async deploy(content: object, commit: string | undefined): Promise<void> {
    this.endpoint = await this.gate.start();
    // The service runs in this process, and asks Secrets Manager as its task role may.
    Object.assign(process.env, variablesFor(this.double.endpoint));
    const environment = new Deployment(this.double, this.name, content);
    this.deployment = environment;
    const templates = environment.synthesised({}, commit);
    // A certificate is issued to a domain that is delegated.
    if ('https' in content) {
      await environment.deploy(templates, ...environment.only('network'));
      await new Account(this.double).delegate(`billing.${this.name}.test`);
    }
    const deployed = await environment.deploy(templates);
    this.outputs = { ...deployed.network, ...deployed.data, ...deployed.service };
    this.port = await freePort();
    await this.runTask();
    this.afterEach();
  }
}
