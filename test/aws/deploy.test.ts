import { readFileSync, writeFileSync } from 'node:fs';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
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
  image: `ghcr.io/tollgate/service@sha256:${'0'.repeat(64)}`,
  stripeEventSource: 'aws.partner/stripe.com/ed_test_rehearsal',
};

const flag = (name: string, value: string) => ['-c', `${name}=${value}`];

/** To HTTPS, by flags. */
const https = [
  ...flag('enableRoute53', 'true'),
  ...flag('dnsDelegated', 'true'),
  ...flag('enableAcm', 'true'),
  ...flag('waitForCertificateValidation', 'true'),
];

const otherImage = `ghcr.io/tollgate/service@sha256:${'1'.repeat(64)}`;

/** All the others at once: what each changes alone is shown by the templates. */
const everyOtherFlag = [
  ...flag('forceHttpForwarding', 'true'),
  ...flag('forceHttpForwardingUntil', '2099-12-31'),
  ...flag('image', otherImage),
  ...flag('secretsVersion', 'previous'),
  ...flag('checkout', 'off'),
  ...flag('processing', 'paused'),
  ...flag('maintenance', 'on'),
  ...flag('desiredCount', '3'),
  ...flag('stripeIpsOnly', 'true'),
];

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

  /** What Stripe does when a destination is made: the event source that the bus is for. */
  async function makePartnerEventSource() {
    const { status } = await fetch(double.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSEvents.CreatePartnerEventSource',
        authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/${doubleRegion}/events/aws4_request`,
      },
      body: JSON.stringify({ Name: rehearsal.stripeEventSource, Account: doubleAccount }),
    });
    expect(status).toBe(200);
  }

  async function readPort(listenerArn: string) {
    const elb = new ElasticLoadBalancingV2Client(client);
    const { Listeners } = await elb.send(
      new DescribeListenersCommand({ ListenerArns: [listenerArn] }),
    );
    const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
    const [listener] = Listeners ?? [];
    const named = (Rules ?? []).filter(({ IsDefault }) => IsDefault !== true);
    return {
      arn: listener?.ListenerArn,
      port: listener?.Port,
      redirect: listener?.DefaultActions?.[0]?.RedirectConfig?.StatusCode,
      // Each kind once: Stripe's addresses take several rules.
      rules: [
        ...new Set(
          named.map(
            ({ Actions, Conditions }) =>
              `${Actions?.[0]?.Type} ${(Conditions ?? [])
                .map(
                  ({ Field, PathPatternConfig, HostHeaderConfig }) =>
                    (PathPatternConfig ?? HostHeaderConfig)?.Values?.join(' ') ?? Field,
                )
                .join(', ')}`,
          ),
        ),
      ].sort(),
    };
  }

  /** The container as it runs now: what it is told, and where its secrets come from. */
  async function readContainer(service: Outputs[string] = {}) {
    const ecs = new ECSClient(client);
    const { services } = await ecs.send(
      new DescribeServicesCommand({
        cluster: service.ClusterName,
        services: [service.ServiceName ?? ''],
      }),
    );
    // The newest revision of its family: moto changes the task definition and not what refers to it.
    const [, family] = /\/([^:]+):\d+$/.exec(services?.[0]?.taskDefinition ?? '') ?? [];
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: family }),
    );
    const [container] = taskDefinition?.containerDefinitions ?? [];
    const told = (container?.environment ?? []).map(({ name, value }) => [name, value]);
    const injected = (container?.secrets ?? []).map(({ name, valueFrom }) => [name, valueFrom]);
    return {
      image: container?.image,
      told: Object.fromEntries(told) as Readonly<Record<string, string>>,
      injected: Object.fromEntries(injected) as Readonly<Record<string, string>>,
    };
  }

  async function readTaskBounds() {
    const scaling = new ApplicationAutoScalingClient(client);
    const { ScalableTargets } = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
    );
    return ScalableTargets?.map(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]);
  }

  /** The runbook's headings that the alarms name, each alarm told to the topic. */
  async function readAlarms(topicArn: string | undefined): Promise<readonly string[]> {
    const cloudwatch = new CloudWatchClient(client);
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 100 }));
    for (const { AlarmActions, OKActions } of MetricAlarms ?? []) {
      expect([AlarmActions, OKActions]).toEqual([[topicArn], [topicArn]]);
    }
    return (MetricAlarms ?? [])
      .map(({ AlarmDescription }) => /"(.+)"\.$/.exec(AlarmDescription ?? '')?.[1] ?? '')
      .sort();
  }

  async function expectTopicPolicies(data: Outputs[string] = {}) {
    const sns = new SNSClient(client);
    for (const topic of [data.AlarmTopicArn, data.BillingEventsTopicArn]) {
      const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
      expect(JSON.parse(Attributes?.Policy ?? '{}').Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Resource: topic,
        }),
      );
    }
  }

  async function expectQueues(data: Outputs[string] = {}) {
    const sqs = new SQSClient(client);
    const read = async (url: string | undefined) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
      );
      return Attributes ?? {};
    };
    const deadLetters = await read(data.StripeEventDeadLetterQueueUrl);
    const queue = await read(data.StripeEventQueueUrl);
    expect(JSON.parse(queue.RedrivePolicy ?? '')).toMatchObject({
      deadLetterTargetArn: deadLetters.QueueArn,
    });
    for (const { Policy } of [queue, deadLetters]) {
      expect(Policy).toContain('"events.amazonaws.com"');
      expect(Policy).toContain('"aws:SecureTransport"');
    }
  }

  testWithMoto(
    'I1, I2, I4, I9, I15: all stacks deploy, every flag is flipped and taken back in place, and destroyed',
    async () => {
      await makePartnerEventSource();
      const first = await deploy();
      const [service, data] = [
        first['tollgate-rehearsal-service'],
        first['tollgate-rehearsal-data'],
      ];
      const httpArn = service?.HttpListenerArn ?? '';
      const before = await readPort(httpArn);
      expect(before).toMatchObject({ arn: httpArn, port: 80, redirect: 'HTTP_301' });
      await expectPlaceholders();
      await expectTopicPolicies(data);
      await expectQueues(data);
      const withoutHttps = await readAlarms(data?.AlarmTopicArn);
      expect(withoutHttps).toEqual(expect.arrayContaining(['No task is healthy', 'Events failed']));
      expect(await readTaskBounds()).toEqual([[1, 4]]);

      const flipped = await deploy('--method=direct', ...https, ...everyOtherFlag);
      const on = flipped['tollgate-rehearsal-service'];
      expect(on).toMatchObject({
        HttpListenerArn: httpArn,
        EmergencyHttp: expect.stringMatching(/^ON/),
        NextStepToHttps: expect.stringMatching(/^none/),
      });
      expect(await readPort(httpArn)).toEqual({
        ...before,
        redirect: 'HTTP_302',
        rules: ['forward /health', 'forward /webhooks/stripe, source-ip'],
      });
      const closed = await readPort(on?.HttpsListenerArn ?? '');
      expect(closed.rules).toEqual(expect.arrayContaining(['fixed-response /*']));
      await expectContainer(on, data, { suffix: '::AWSPREVIOUS:', image: otherImage });
      expect(await readTaskBounds()).toEqual([[3, 3]]);
      expect(await readAlarms(data?.AlarmTopicArn)).toEqual(
        [...withoutHttps, 'Emergency HTTP is on', 'The certificate expires'].sort(),
      );

      const back = await deploy('--method=direct', ...https);
      const off = back['tollgate-rehearsal-service'];
      expect(off).toMatchObject({
        HttpListenerArn: httpArn,
        HttpsListenerArn: on?.HttpsListenerArn,
        EmergencyHttp: 'off',
      });
      expect(await readPort(httpArn)).toEqual({ ...before, rules: [] });
      expect((await readPort(on?.HttpsListenerArn ?? '')).rules).toEqual([]);
      await expectContainer(off, data, { suffix: '', image: rehearsal.image });
      expect(await readTaskBounds()).toEqual([[1, 4]]);
      expect(await readAlarms(data?.AlarmTopicArn)).toEqual(
        [...withoutHttps, 'The certificate expires'].sort(),
      );

      await destroyWhatHoldsNothing(data);
    },
    300_000,
  );

  interface Running {
    readonly suffix: string;
    readonly image: string;
  }

  /** Secrets by their ARNs, current or previous; the switches; the queues of the second way in. */
  async function expectContainer(
    service: Outputs[string] | undefined,
    data: Outputs[string] = {},
    { image, suffix }: Running,
  ) {
    const container = await readContainer(service);
    const isFlipped = suffix !== '';
    expect(container.image).toBe(image);
    expect(container.injected).toEqual({
      [variables.stripeSecretKey]: `${data.StripeSecretKeyArn}${suffix}`,
      [variables.stripeWebhookSecret]: `${data.StripeWebhookSecretArn}${suffix}`,
      [variables.jwtAccessTokenSecret]: `${data.JwtAccessTokenSecretArn}${suffix}`,
    });
    expect(container.told).toMatchObject({
      [variables.environmentName]: 'tollgate-rehearsal',
      [variables.checkout]: isFlipped ? 'off' : 'on',
      [variables.processing]: isFlipped ? 'paused' : 'on',
      [variables.secretsVersion]: isFlipped ? 'previous' : 'current',
      [variables.databaseSecretArn]: data.DatabaseSecretArn,
      [variables.stripeSecretKeyArn]: data.StripeSecretKeyArn,
      [variables.stripeWebhookSecretArn]: data.StripeWebhookSecretArn,
      [variables.jwtAccessTokenSecretArn]: data.JwtAccessTokenSecretArn,
      [variables.billingEventsTopicArn]: data.BillingEventsTopicArn,
      [variables.stripeEventQueueUrl]: data.StripeEventQueueUrl,
      [variables.stripeEventDeadLetterQueueUrl]: data.StripeEventDeadLetterQueueUrl,
    });
  }

  /** The stacks that can be made again go; what cannot is still there. */
  async function destroyWhatHoldsNothing(data: Outputs[string] | undefined) {
    const { exitCode, output } = await double.cdk(
      ...['destroy', 'tollgate-rehearsal-monitoring', 'tollgate-rehearsal-service', '--force'],
      ...environment('rehearsal'),
    );
    if (exitCode !== 0) throw new Error(`cdk destroy ended with ${exitCode}:\n${output}`);
    expect(await readAlarms(data?.AlarmTopicArn)).toEqual([]);
    const elb = new ElasticLoadBalancingV2Client(client);
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toEqual([]);
    await expectPlaceholders();
    await expectQueues(data);
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
