import { readFileSync, writeFileSync } from 'node:fs';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { environmentVariables as variables } from '../../service/contract';
import { AwsDouble, doubleAccount, doubleRegion } from './aws-double';
import { testWith } from './python-tools';

const testWithMoto = testWith('moto[server]', ['python3', '-c', 'import moto.server, flask']);

/** An environment of the test's own: one file, and an image that nobody need build. */
const rehearsal = {
  region: doubleRegion,
  account: doubleAccount,
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'billing.rehearsal.test',
  https: { dnsDelegated: true, enableAcm: true },
  image: `ghcr.io/tollgate/service@sha256:${'0'.repeat(64)}`,
};

type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

describe('a deployment against AWS’s own APIs', () => {
  let double: AwsDouble;
  let client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start();
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    client = { endpoint: double.endpoint, region: doubleRegion, credentials };
    for (const env of ['rehearsal', 'taken']) {
      writeFileSync(double.path(`${env}.json`), JSON.stringify({ env, ...rehearsal }));
    }
    const bootstrap = await double.cdk('bootstrap', ...environment('rehearsal'));
    expect(bootstrap).toMatchObject({ exitCode: 0 });
  }, 120_000);

  afterAll(() => double?.stop());

  const environment = (name: string) => [
    ...['-c', `env=${name}`],
    ...['-c', `environmentFile=${double.path(`${name}.json`)}`],
  ];

  async function deploy(...parameters: string[]): Promise<Outputs> {
    const outputs = double.path('outputs.json');
    const { exitCode, output } = await double.cdk(
      ...['deploy', '--all', '--require-approval', 'never', '--outputs-file', outputs],
      ...environment('rehearsal'),
      ...parameters,
    );
    if (exitCode !== 0) throw new Error(`cdk deploy ended with ${exitCode}:\n${output}`);
    return JSON.parse(readFileSync(outputs, 'utf8'));
  }

  async function readPort80(listenerArn: string) {
    const elb = new ElasticLoadBalancingV2Client(client);
    const { Listeners } = await elb.send(
      new DescribeListenersCommand({ ListenerArns: [listenerArn] }),
    );
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
    const [listener] = Listeners ?? [];
    return {
      arn: listener?.ListenerArn,
      port: listener?.Port,
      redirect: listener?.DefaultActions?.[0]?.RedirectConfig?.StatusCode,
      forwarded: (Rules ?? [])
        .filter(({ Actions }) => Actions?.[0]?.Type === 'forward')
        .map(({ Conditions }) =>
          Conditions?.flatMap((condition) => condition.PathPatternConfig?.Values),
        ),
    };
  }

  testWithMoto(
    'I1, I2, I4, I5: all stacks deploy, and port 80 changes its face and changes it back in place',
    async () => {
      const { 'tollgate-rehearsal-service': service, 'tollgate-rehearsal-data': data } =
        await deploy();
      const listenerArn = service?.HttpListenerArn ?? '';
      const before = await readPort80(listenerArn);
      expect(before).toEqual({ arn: listenerArn, port: 80, redirect: 'HTTP_301', forwarded: [] });

      await expectSecretsByArn(service, data);
      await expectPlaceholders();

      const flipped = await deploy('--method=direct', '-c', 'forceHttpForwarding=true');
      expect(flipped['tollgate-rehearsal-service']).toMatchObject({
        HttpListenerArn: listenerArn,
        HttpsListenerArn: service?.HttpsListenerArn,
        EmergencyHttp: expect.stringMatching(/^ON/),
        FlagsInForce: expect.stringContaining('forceHttpForwarding=true'),
      });
      const during = await readPort80(listenerArn);
      expect(during).toEqual({
        ...before,
        redirect: 'HTTP_302',
        forwarded: [['/webhooks/stripe', '/health']],
      });

      await deploy('--method=direct');
      expect(await readPort80(listenerArn)).toEqual(before);
    },
    180_000,
  );

  async function expectSecretsByArn(service?: Outputs[string], data?: Outputs[string]) {
    const ecs = new ECSClient(client);
    const { services } = await ecs.send(
      new DescribeServicesCommand({
        cluster: service?.ClusterName,
        services: [service?.ServiceName ?? ''],
      }),
    );
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
    );
    const [container] = taskDefinition?.containerDefinitions ?? [];
    const injected = (container?.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom]);
    expect(Object.fromEntries(injected)).toEqual({
      [variables.stripeSecretKey]: data?.StripeSecretKeyArn,
      [variables.stripeWebhookSecret]: data?.StripeWebhookSecretArn,
      [variables.jwtAccessTokenSecret]: data?.JwtAccessTokenSecretArn,
    });
    const inTheOpen = (container?.environment ?? []).map(({ name, value }) => [name, value]);
    expect(Object.fromEntries(inTheOpen)).toMatchObject({
      [variables.databaseSecretArn]: data?.DatabaseSecretArn,
      [variables.stripeSecretKeyArn]: data?.StripeSecretKeyArn,
      [variables.stripeWebhookSecretArn]: data?.StripeWebhookSecretArn,
      [variables.jwtAccessTokenSecretArn]: data?.JwtAccessTokenSecretArn,
      [variables.billingEventsTopicArn]: data?.BillingEventsTopicArn,
    });
  }

  /** Every secret has a value, or ECS would start no task; no placeholder passes for a Stripe key. */
  async function expectPlaceholders() {
    const secretsManager = new SecretsManagerClient(client);
    const { SecretList } = await secretsManager.send(new ListSecretsCommand({}));
    expect((SecretList ?? []).map(({ Name }) => Name).sort()).toEqual([
      'tollgate-rehearsal-database',
      'tollgate-rehearsal-jwt-access-token-secret',
      'tollgate-rehearsal-stripe-secret-key',
      'tollgate-rehearsal-stripe-webhook-secret',
    ]);
    const { SecretString } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: 'tollgate-rehearsal-stripe-secret-key' }),
    );
    expect(JSON.parse(SecretString ?? '')).toEqual({
      key: expect.stringMatching(/^[A-Za-z0-9]{48}$/),
    });
  }

  testWithMoto(
    'a stack that cannot be created fails the command, so that no success here is an empty one',
    async () => {
      const secretsManager = new SecretsManagerClient(client);
      const taken = 'tollgate-taken-stripe-webhook-secret';
      await secretsManager.send(
        new CreateSecretCommand({ Name: taken, SecretString: 'whsec_theirs' }),
      );
      const { exitCode, output } = await double.cdk(
        ...['deploy', '--all', '--require-approval', 'never'],
        ...environment('taken'),
      );
      expect(exitCode).toBe(1);
      expect(output).toContain('ResourceExistsException');
    },
    120_000,
  );
});
