import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environmentVariables as variables } from '../../service/contract';
import { Account } from './account';
import { AwsDouble, doubleRegion } from './aws-double';
import { DeployedEnvironment, type Port } from './deployed-environment';
import { Deployment, madeBefore, type Outputs, rehearsed } from './deployment';
import { testWithMoto } from './python-tools';

/** Production, because that is what refuses to be destroyed. */
const production = {
  production: true,
  stripeMode: 'live',
  domainName: 'billing.shop.test',
  stripeEventSource: 'aws.partner/stripe.com/ed_shop',
};

/** To HTTPS, by flags. */
const https = {
  enableRoute53: 'true',
  dnsDelegated: 'true',
  enableAcm: 'true',
  waitForCertificateValidation: 'true',
};

const otherImage = `ghcr.io/tollgate/service@sha256:${'1'.repeat(64)}`;

/** All the others at once: what each changes alone is shown by the templates. */
const everyOtherFlag = {
  forceHttpForwarding: 'true',
  forceHttpForwardingUntil: '2099-12-31',
  image: otherImage,
  secretsVersion: 'previous',
  checkout: 'off',
  processing: 'paused',
  maintenance: 'on',
  desiredCount: '3',
  stripeIpsOnly: 'true',
};

/** What the first deployment makes, as the later ones are compared with it. */
interface First {
  readonly outputs: Outputs;
  readonly http: Port;
  readonly alarms: readonly string[];
}

describe('a deployment against AWS’s own APIs', () => {
  let double: AwsDouble;
  let account: Account;
  let environment: Deployment;
  let deployed: DeployedEnvironment;
  let made: First | undefined;
  let withHttps: Outputs | undefined;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start();
    account = new Account(double);
    deployed = new DeployedEnvironment(double.endpoint);
    environment = new Deployment(double, 'prod', production);
    await double.makePartnerEventSource(production.stripeEventSource);
    await environment.bootstrap(environment.app());
  });

  afterAll(() => double?.stop());

  const first = () => madeBefore(made, 'the first deployment');
  const data = () => first().outputs.data ?? {};

  testWithMoto(
    'I1: all stacks deploy, port 80 redirects, and every alarm is told to the topic',
    async () => {
      const outputs = await environment.deploy(environment.lastSynthesised());
      const arn = outputs.service?.HttpListenerArn ?? '';
      const http = await deployed.port(arn);
      expect(http).toMatchObject({ arn, port: 80, redirect: 'HTTP_301' });
      const alarms = await deployed.alarms(outputs.data?.AlarmTopicArn);
      expect(alarms).toEqual(expect.arrayContaining(['No task is healthy', 'Events failed']));
      expect(await deployed.taskBounds()).toEqual([[1, 4]]);
      made = { outputs, http, alarms };
    },
  );

  testWithMoto('I4: every secret has a value, and none passes for a Stripe key', () =>
    expectPlaceholders(),
  );

  testWithMoto('I8: what the ops commands need is where the outputs say', async () => {
    const { data = {}, service = {} } = first().outputs;
    expect(service.Region).toBe(rehearsed.region);
    expect(await deployed.service(service)).toMatchObject({ status: 'ACTIVE' });
    expect((await deployed.container(service)).logGroup).toBe(service.LogGroupName);
    expect(await deployed.loadBalancers()).toEqual([service.LoadBalancerArn]);
    for (const arn of [
      data.StripeSecretKeyArn,
      data.StripeWebhookSecretArn,
      data.JwtAccessTokenSecretArn,
      data.DatabaseSecretArn,
    ]) {
      expect(await deployed.secretValue(arn ?? '')).not.toBe('');
    }
  });

  testWithMoto('I11: both topics refuse what comes without TLS', async () => {
    for (const topic of [data().AlarmTopicArn, data().BillingEventsTopicArn]) {
      expect(await deployed.topicStatements(topic)).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Resource: topic,
        }),
      );
    }
  });

  testWithMoto('I15: the second way in has a queue with a dead-letter queue, by TLS alone', () =>
    expectQueues(),
  );

  testWithMoto('I2, I9: every flag is flipped by a second deployment, in place', async () => {
    const { alarms, http, outputs } = first();
    const nameServers = outputs.network?.NameServers?.split(', ');
    await account.delegate(production.domainName, nameServers);
    withHttps = await environment.deploy(
      environment.app({ ...https, ...everyOtherFlag }),
      '--method=direct',
    );
    const on = withHttps.service ?? {};
    expect(on).toMatchObject({
      HttpListenerArn: http.arn,
      EmergencyHttp: expect.stringMatching(/^ON/),
      NextStepToHttps: expect.stringMatching(/^none/),
    });
    expect(await deployed.port(on.HttpListenerArn ?? '')).toEqual({
      ...http,
      redirect: 'HTTP_302',
      rules: ['forward /health', 'forward /webhooks/stripe, source-ip'],
    });
    const { rules } = await deployed.port(on.HttpsListenerArn ?? '');
    expect(rules).toEqual(expect.arrayContaining(['fixed-response /*']));
    await expectContainer(on, { suffix: '::AWSPREVIOUS:', image: otherImage });
    expect(await deployed.taskBounds()).toEqual([[3, 3]]);
    expect(await deployed.alarms(data().AlarmTopicArn)).toEqual(
      [...alarms, 'Emergency HTTP is on', 'The certificate expires'].sort(),
    );
  });

  testWithMoto('I2, I9: every flag is taken back by a third deployment, in place', async () => {
    const { alarms, http } = first();
    const on = madeBefore(withHttps, 'the second deployment').service ?? {};
    const back = await environment.deploy(environment.app(https), '--method=direct');
    expect(back.service).toMatchObject({
      HttpListenerArn: http.arn,
      HttpsListenerArn: on.HttpsListenerArn,
      EmergencyHttp: 'off',
    });
    expect(await deployed.port(http.arn ?? '')).toEqual({ ...http, rules: [] });
    expect((await deployed.port(on.HttpsListenerArn ?? '')).rules).toEqual([]);
    await expectContainer(back.service, { suffix: '', image: rehearsed.image });
    expect(await deployed.taskBounds()).toEqual([[1, 4]]);
    expect(await deployed.alarms(data().AlarmTopicArn)).toEqual(
      [...alarms, 'The certificate expires'].sort(),
    );
  });

  testWithMoto(
    'I1: production refuses to be destroyed, by its stacks, its load balancer and its cluster',
    async () => {
      const destroyed = (...kinds: string[]) =>
        environment.destroy(environment.lastSynthesised(), ...kinds);
      for (const kind of ['monitoring', 'service', 'data', 'network']) {
        await expect(destroyed(kind)).rejects.toThrow(
          `tollgate-prod-${kind}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      expect(await deployed.alarms(data().AlarmTopicArn)).not.toEqual([]);

      await account.unprotectStack('tollgate-prod-service');
      await expect(destroyed('service')).rejects.toThrow(
        /tollgate-prod-service[\s\S]* because deletion protection is enabled/,
      );
      expect(await deployed.loadBalancers()).toEqual([first().outputs.service?.LoadBalancerArn]);
      const { databases } = await account.everything();
      expect(databases).toHaveLength(1);
      for (const name of databases as readonly string[]) {
        expect(await account.deleteDatabase(name)).toMatch(/disable deletion protection/);
      }
    },
  );

  testWithMoto(
    'I1: the stacks that can be made again are destroyed; what cannot is still there',
    async () => {
      const topic = data().AlarmTopicArn;
      await account.unprotectStack('tollgate-prod-monitoring');
      await account.unprotectLoadBalancer(first().outputs.service?.LoadBalancerArn ?? '');
      await environment.destroy(environment.lastSynthesised(), 'monitoring', 'service');
      expect(await deployed.alarms(topic)).toEqual([]);
      expect(await deployed.loadBalancers()).toEqual([]);
      await expectPlaceholders();
      await expectQueues();
    },
  );

  testWithMoto(
    'a stack that cannot be created fails the command, so that no success here is an empty one',
    async () => {
      const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
      const client = { endpoint: double.endpoint, region: doubleRegion, credentials };
      await new SecretsManagerClient(client).send(
        new CreateSecretCommand({
          Name: 'tollgate-taken-stripe-webhook-secret',
          SecretString: 'whsec_theirs',
        }),
      );
      const taken = new Deployment(double, 'taken', { domainName: 'billing.taken.test' });
      await expect(taken.deploy(taken.synthesised())).rejects.toThrow(
        /ended with 1:[\s\S]*ResourceExistsException/,
      );
    },
  );

  /** No placeholder begins as a Stripe key does; without a value, ECS would start no task. */
  async function expectPlaceholders(): Promise<void> {
    expect(await deployed.secretNames()).toEqual([
      'tollgate-prod-database',
      'tollgate-prod-jwt-access-token-secret',
      'tollgate-prod-stripe-secret-key',
      'tollgate-prod-stripe-webhook-secret',
    ]);
    const value = await deployed.secretValue('tollgate-prod-stripe-secret-key');
    expect(JSON.parse(value)).toEqual({ key: expect.stringMatching(/^[A-Za-z0-9]{48}$/) });
  }

  async function expectQueues(): Promise<void> {
    const deadLetters = await deployed.queue(data().StripeEventDeadLetterQueueUrl);
    const queue = await deployed.queue(data().StripeEventQueueUrl);
    expect(JSON.parse(queue.RedrivePolicy ?? '')).toMatchObject({
      deadLetterTargetArn: deadLetters.QueueArn,
    });
    for (const { Policy } of [queue, deadLetters]) {
      expect(Policy).toContain('"events.amazonaws.com"');
      expect(Policy).toContain('"aws:SecureTransport"');
    }
  }

  interface Running {
    readonly suffix: string;
    readonly image: string;
  }

  /** Secrets by their ARNs, current or previous; the switches; the queues of the second way in. */
  async function expectContainer(service: Outputs[string] = {}, { image, suffix }: Running) {
    const container = await deployed.container(service);
    const isFlipped = suffix !== '';
    const made = data();
    expect(container.image).toBe(image);
    expect(container.injected).toEqual({
      [variables.stripeSecretKey]: `${made.StripeSecretKeyArn}${suffix}`,
      [variables.stripeWebhookSecret]: `${made.StripeWebhookSecretArn}${suffix}`,
      [variables.jwtAccessTokenSecret]: `${made.JwtAccessTokenSecretArn}${suffix}`,
    });
    expect(container.told).toMatchObject({
      [variables.environmentName]: 'tollgate-prod',
      [variables.checkout]: isFlipped ? 'off' : 'on',
      [variables.processing]: isFlipped ? 'paused' : 'on',
      [variables.secretsVersion]: isFlipped ? 'previous' : 'current',
      [variables.databaseSecretArn]: made.DatabaseSecretArn,
      [variables.stripeSecretKeyArn]: made.StripeSecretKeyArn,
      [variables.stripeWebhookSecretArn]: made.StripeWebhookSecretArn,
      [variables.jwtAccessTokenSecretArn]: made.JwtAccessTokenSecretArn,
      [variables.billingEventsTopicArn]: made.BillingEventsTopicArn,
      [variables.stripeEventQueueUrl]: made.StripeEventQueueUrl,
      [variables.stripeEventDeadLetterQueueUrl]: made.StripeEventDeadLetterQueueUrl,
    });
  }
});
