import { removeAssemblies } from '../lib/synthesis';
import { Account } from './account';
import { AwsDouble, doubleAccount } from './aws-double';
import { DeployedEnvironment } from './deployed-environment';
import { Deployment, madeBefore, type Outputs } from './deployment';
import { testWithMoto } from './python-tools';

const frontEndImage = `ghcr.io/shop/front@sha256:${'0'.repeat(64)}`;
const provider = `arn:aws:iam::${doubleAccount}:oidc-provider/token.actions.githubusercontent.com`;

/** All that an environment can have besides what it has by default. */
const rich = {
  domainName: 'billing.rich.test',
  nat: 'perZone',
  interfaceEndpoints: true,
  flowLogs: 'all',
  https: { dnsDelegated: true, enableAcm: true },
  deployment: 'canary',
  firewall: { enabled: true },
  frontEnd: { hosts: ['app.billing.rich.test'], image: frontEndImage, taskCount: 2 },
  deployRole: { repository: 'shop/payments' },
  stripeEventSource: 'aws.partner/stripe.com/ed_test_rich',
};

const direct = '--method=direct';

describe('canary, front end, firewall, NAT per zone, endpoints and deploy role', () => {
  let double: AwsDouble;
  let account: Account;
  let deployed: DeployedEnvironment;
  let environment: Deployment;
  let templates: readonly string[];
  let made: Outputs | undefined;
  let ruleArn: string | undefined;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    account = new Account(double);
    deployed = new DeployedEnvironment(double.endpoint);
    environment = new Deployment(double, 'rich', rich);
    await double.makePartnerEventSource(rich.stripeEventSource);
    templates = environment.synthesised();
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  const outputs = () => madeBefore(made, 'the deployment of everything');
  const service = () => outputs().service ?? {};
  const httpsListener = () => service().HttpsListenerArn ?? '';

  testWithMoto(
    'I3: a certificate asked for before its zone is delegated keeps the deploy waiting',
    async () => {
      await expect(environment.deploy(templates, direct)).rejects.toThrow(
        /the certificate of \S*billing\.rich\.test is PENDING_VALIDATION: CloudFormation would wait/,
      );
    },
  );

  testWithMoto('I1, I3: with the zone delegated all of it deploys, HTTPS included', async () => {
    await account.delegate(rich.domainName);
    made = await environment.deploy(templates, direct);
    expect(service()).toMatchObject({
      NextStepToHttps: 'none: HTTPS is complete',
      EmergencyHttp: 'off',
    });
    expect(await deployed.port(service().HttpListenerArn ?? '')).toMatchObject({
      port: 80,
      redirect: 'HTTP_301',
      rules: [],
    });
  });

  testWithMoto(
    'I1: each zone has its way out, and the AWS APIs are inside of the VPC',
    async () => {
      const [vpc = ''] = (await account.everything()).vpcs as readonly string[];
      const { endpoints, gateways, routes } = await account.network(vpc);
      expect(Object.values(gateways).map((name) => name.split('/').at(-1))).toEqual([
        'publicSubnet1',
        'publicSubnet2',
      ]);
      const [inFirst, inSecond] = Object.keys(gateways);
      expect(routes).toMatchObject({ privateSubnet1: inFirst, privateSubnet2: inSecond });
      expect(endpoints).toEqual({
        s3: 'Gateway',
        ...Object.fromEntries(
          ['ecr.api', 'ecr.dkr', 'secretsmanager', 'logs', 'sns', 'sqs'].map((name) => [
            name,
            'Interface',
          ]),
        ),
      });
    },
  );

  testWithMoto('I1: ECS shifts a canary by the one rule that forwards to both groups', async () => {
    const { deploymentConfiguration, loadBalancers } = await deployed.service(service());
    expect(deploymentConfiguration).toMatchObject({
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 10 },
    });
    const [targets] = loadBalancers ?? [];
    ruleArn = targets?.advancedConfiguration?.productionListenerRule;
    expect(targets?.targetGroupArn).toBe(service().TargetGroupArn);
    expect(await deployed.weights(ruleArn ?? '')).toEqual([
      [service().TargetGroupArn, 100],
      [targets?.advancedConfiguration?.alternateTargetGroupArn, 0],
    ]);
    const rules = await deployed.rules(httpsListener());
    expect(rules.map(({ RuleArn }) => RuleArn).at(-1)).toBe(ruleArn);
  });

  testWithMoto(
    'I7: the front end has its host, its tasks and a certificate of its own',
    async () => {
      const [rule] = await deployed.rules(httpsListener());
      const groups = new Set((await deployed.weights(ruleArn ?? '')).map(([arn]) => arn));
      expect(rule?.Conditions?.[0]?.HostHeaderConfig?.Values).toEqual(['app.billing.rich.test']);
      expect(groups).not.toContain(rule?.Actions?.[0]?.TargetGroupArn);
      expect(await deployed.certificates(httpsListener())).toBe(2);
      const services = (await account.everything()).services as readonly string[];
      const [frontEnd] = services.filter((name) => name !== service().ServiceName);
      expect(await deployed.service({ ...service(), ServiceName: frontEnd ?? '' })).toMatchObject({
        desiredCount: 2,
        loadBalancers: [
          { targetGroupArn: rule?.Actions?.[0]?.TargetGroupArn, containerPort: 3000 },
        ],
      });
    },
  );

  testWithMoto(
    'I11: the firewall before the load balancer lets signed webhooks through first',
    async () => {
      expect(await account.firewall(service().LoadBalancerArn ?? '')).toEqual([
        { name: 'UnsignedWebhooks', action: 'Block', path: '' },
        { name: 'WebhooksOfOneAddress', action: 'Block', path: '' },
        { name: 'Webhooks', action: 'Allow', path: '/webhooks/stripe' },
        { name: 'RequestsOfOneAddress', action: 'Block', path: '' },
        { name: 'AWSManagedRulesAmazonIpReputationList', action: "the group's", path: '' },
        { name: 'AWSManagedRulesKnownBadInputsRuleSet', action: "the group's", path: '' },
        { name: 'AWSManagedRulesCommonRuleSet', action: "the group's", path: '' },
      ]);
    },
  );

  testWithMoto(
    'I14: GitHub’s provider exists, and its workflow may become bootstrap roles, and ask which stacks stand',
    async () => {
      const role = await account.role('tollgate-rich-deploy');
      expect(role.arn).toBe(outputs()['deploy-role']?.DeployRoleArn);
      expect(role.providers).toEqual([provider]);
      expect(role.trust).toEqual([
        expect.objectContaining({
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: provider },
        }),
      ]);
      expect(role.may.map(({ Action }) => Action)).toEqual([
        'cloudformation:DescribeStacks',
        'sts:AssumeRole',
        'ecs:DescribeServices',
        'ecs:DescribeTaskDefinition',
      ]);
    },
  );

  testWithMoto('I9: flags leave the weights as ECS has moved them', async () => {
    const before = await deployed.weights(ruleArn ?? '');
    const moved = before.map(([arn, weight]) => [arn, 100 - weight] as const);
    await deployed.moveWeights(ruleArn ?? '', moved);
    const image = `ghcr.io/tollgate/service@sha256:${'1'.repeat(64)}`;
    const flags = { image, checkout: 'off', processing: 'paused', secretsVersion: 'previous' };
    const flipped = await environment.deploy(
      environment.synthesised(flags),
      direct,
      ...environment.only('service'),
    );
    expect((await deployed.container(flipped.service)).image).toBe(image);
    expect(await deployed.weights(ruleArn ?? '')).toEqual(moved);
    expect((await deployed.service(service())).deploymentConfiguration?.alarms?.enable).toBe(false);
  });

  testWithMoto(
    'I2: under a canary, the emergency forwards to the tasks, and leaves the weights',
    async () => {
      const [alternate] =
        (await deployed.weights(ruleArn ?? '')).find(([, weight]) => weight > 0) ?? [];
      await environment.deploy(
        environment.synthesised({ forceHttpForwarding: 'true', canaryTargetGroup: 'alternate' }),
        direct,
        ...environment.only('service'),
      );
      const [rule] = await deployed.rules(service().HttpListenerArn ?? '');
      expect(alternate).toBe(service().AlternateTargetGroupArn);
      expect(rule?.Actions).toEqual([
        expect.objectContaining({ Type: 'forward', TargetGroupArn: alternate }),
      ]);
      expect(await deployed.weights(ruleArn ?? '')).toContainEqual([alternate, 100]);
    },
  );

  testWithMoto(
    'I2: with deployment set to rolling the emergency opens port 80, and every listener stays',
    async () => {
      environment.rewrite({ ...rich, deployment: 'rolling' });
      const rolling = await environment.deploy(
        environment.synthesised({ forceHttpForwarding: 'true' }),
        direct,
        ...environment.only('service'),
      );
      expect(rolling.service).toMatchObject({
        HttpListenerArn: service().HttpListenerArn,
        HttpsListenerArn: service().HttpsListenerArn,
        TargetGroupArn: service().TargetGroupArn,
      });
      const http = await deployed.port(service().HttpListenerArn ?? '');
      expect(http).toMatchObject({
        redirect: 'HTTP_302',
        rules: ['forward /webhooks/stripe /health'],
      });
      expect((await deployed.port(httpsListener())).rules).toEqual([
        'forward app.billing.rich.test',
      ]);
      expect(await deployed.defaultActions(httpsListener())).toEqual([
        expect.objectContaining({ TargetGroupArn: service().TargetGroupArn }),
      ]);
    },
  );

  testWithMoto(
    'I1: as long as somebody has the policy of the reader, its stack cannot be destroyed',
    async () => {
      const policy = outputs().data?.DatabaseReaderPolicyArn ?? '';
      await account.attachPolicy(policy, 'reader');
      await expect(environment.destroy(templates)).rejects.toThrow(
        /tollgate-rich-data[\s\S]*DeleteConflict/,
      );
      await account.detachPolicy(policy, 'reader');
    },
  );

  testWithMoto(
    'I1, I4: outside of production all stacks are destroyed; secrets, zone, events and a snapshot stay',
    async () => {
      await environment.destroy(templates);
      expect(await account.everything()).toEqual({
        ...nothing,
        snapshots: 1,
        providers: 1,
        zones: ['billing.rich.test.', 'rich.test.'],
        secrets: [
          'tollgate-rich-jwt-access-token-secret',
          'tollgate-rich-stripe-secret-key',
          'tollgate-rich-stripe-webhook-secret',
        ],
        topics: ['tollgate-rich-billing-events'],
      });
    },
  );
});

/** An account with nothing of these kinds. */
const nothing = {
  ...{ vpcs: [], securityGroups: [], natGateways: 0, addresses: 0 },
  ...{ loadBalancers: [], targetGroups: [] },
  ...{ services: [], databases: [], snapshots: 0, firewalls: 0 },
  ...{ zones: [], secrets: [], topics: [], providers: 0 },
};
