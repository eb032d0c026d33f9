import {
  defaultCatalogueFile,
  deregistrationDelaySeconds,
  drainTimeoutSeconds,
  keepAliveTimeoutSeconds,
  loadBalancerIdleTimeoutSeconds,
  servicePort,
  startedPath,
  stopTimeoutSeconds,
  environmentVariables as variables,
} from '../../../service/contract';
import { all, dev, type Policy, prod, staging } from '../shipped-environments';
import { shop } from '../shop-environment';
import { propertiesOf, removeAssemblies, resourcesOf, synthesise } from '../synthesis';

afterAll(removeAssemblies);

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
  readonly [property: string]: unknown;
}

const task = propertiesOf<{
  readonly ContainerDefinitions: readonly [Container];
  readonly RuntimePlatform: unknown;
}>(staging.templates.service, 'AWS::ECS::TaskDefinition');
const [container] = task.ContainerDefinitions;
const told = Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value]));

describe('I4, I5: secrets', () => {
  test('I5: they are named by project, environment and kind', () => {
    const secrets = resourcesOf<{ Name: string }>(
      prod.templates.data,
      'AWS::SecretsManager::Secret',
    );
    expect(
      Object.values(secrets)
        .map(({ Properties }) => Properties.Name)
        .sort(),
    ).toEqual([
      'tollgate-prod-database',
      'tollgate-prod-jwt-access-token-secret',
      'tollgate-prod-stripe-secret-key',
      'tollgate-prod-stripe-webhook-secret',
    ]);
  });

  test('I4: the three that people set outlive the stack and start with a placeholder', () => {
    const secrets = Object.entries(resourcesOf(dev.templates.data, 'AWS::SecretsManager::Secret'));
    const ours = secrets.filter(([id]) => id.startsWith('StripeSecrets'));
    expect(ours).toHaveLength(3);
    for (const [, { DeletionPolicy, Properties }] of ours) {
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
      // Pinned: another template would make CloudFormation generate over what somebody stored.
      expect(Properties.GenerateSecretString).toEqual({
        SecretStringTemplate: '{}',
        GenerateStringKey: 'key',
        PasswordLength: 48,
        ExcludePunctuation: true,
      });
    }
  });

  test('I4: they are injected whole, by ARN, and their ARNs are told as well', () => {
    const references = container.Secrets.map(({ Name, ValueFrom }) => [
      Name,
      JSON.stringify(ValueFrom),
    ]);
    const injected = Object.fromEntries(references);
    expect(Object.keys(injected).sort()).toEqual(
      [
        variables.stripeSecretKey,
        variables.stripeWebhookSecret,
        variables.jwtAccessTokenSecret,
      ].sort(),
    );
    expect(injected[variables.stripeSecretKey]).toMatch(/GetStackOutput.*StripeSecretKey/);
    for (const reference of Object.values(injected))
      expect(reference).not.toMatch(/:key:|Fn::Join/);
    expect(JSON.stringify(told[variables.stripeSecretKeyArn])).toBe(
      injected[variables.stripeSecretKey],
    );
    expect(JSON.stringify(told[variables.stripeWebhookSecretArn])).toBe(
      injected[variables.stripeWebhookSecret],
    );
    expect(JSON.stringify(told[variables.jwtAccessTokenSecretArn])).toBe(
      injected[variables.jwtAccessTokenSecret],
    );
  });

  test('I4: no value of a secret is in any template', () => {
    for (const { templates } of all) {
      const text = JSON.stringify(templates);
      expect(text).not.toMatch(/[sr]k_(live|test)_|whsec_[A-Za-z0-9]/);
      expect(text).not.toContain('"SecretString"');
    }
  });
});

describe('I1: the service', () => {
  test('I1: buyers return to the pages that the environment file names, or a warning says that there are none', () => {
    const pages = {
      publicBaseUrl: 'https://shop.test/pay',
      successPath: '/paid',
      cancelPath: '/no',
    };
    const { report, templates } = shop(pages);
    expect(JSON.stringify(templates.service)).toContain(
      '{"Name":"PUBLIC_BASE_URL","Value":"https://shop.test/pay"},{"Name":"SUCCESS_PATH","Value":"/paid"},{"Name":"CANCEL_PATH","Value":"/no"}',
    );
    expect(report).not.toContain('publicBaseUrl is not set');
    expect(shop({}).report).toMatch(
      /WARNING: publicBaseUrl is not set: .*billing\.shop\.test\/, where the service says what it is/,
    );
    expect(shop({ successPath: '/paid' }).report).toMatch(
      /billing\.shop\.test\/paid, which .* 404/,
    );
  });

  test('I1: the container is told everything that the contract names', () => {
    expect(told).toMatchObject({
      [variables.port]: String(servicePort),
      [variables.databasePoolMax]: '10',
      [variables.stripeMode]: 'test',
      [variables.stripeCurrency]: 'usd',
      [variables.publicBaseUrl]: 'https://billing.staging.example.com',
      [variables.successPath]: '/',
      [variables.cancelPath]: '/',
      [variables.allowedOrigins]: 'https://app.staging.example.com',
      [variables.webhookPaths]: '/webhooks/stripe',
      [variables.logLevel]: 'info',
      [variables.environmentName]: 'tollgate-staging',
      [variables.catalogueFile]: defaultCatalogueFile,
      [variables.checkout]: 'on',
      [variables.processing]: 'on',
      [variables.foreignSessions]: 'ignore',
      [variables.secretsVersion]: 'current',
    });
    const known: readonly string[] = Object.values(variables);
    expect(Object.keys(told).filter((name) => !known.includes(name))).toEqual([]);
    // These are for other ways of running the service, and for choices that staging does not make;
    // where to listen is said by the image.
    const given = [...Object.keys(told), ...container.Secrets.map(({ Name }) => Name)];
    expect(known.filter((name) => !given.includes(name)).sort()).toEqual([
      variables.adapters,
      variables.adjustmentApprovalAbove,
      variables.catalogueArn,
      variables.databaseMayPause,
      variables.databaseUrl,
      variables.fixHints,
      variables.foreignUserKeys,
      variables.host,
      variables.jwtAudience,
      variables.jwtIssuer,
      variables.jwtJwksUrl,
      variables.jwtUserClaim,
      variables.stripeApiBase,
      variables.stripeEventDeadLetterQueueUrl,
      variables.stripeEventQueueUrl,
    ]);
  });

  test('I10: live mode in production alone', () => {
    const modeOf = ({ templates }: typeof prod) => templates.service.Outputs.StripeMode?.Value;
    expect(all.map(modeOf)).toEqual(['test', 'test', 'live']);
  });

  test('I11: it runs on ARM64, as nobody in particular, on a file system that it cannot write', () => {
    expect(task.RuntimePlatform).toEqual({
      CpuArchitecture: 'ARM64',
      OperatingSystemFamily: 'LINUX',
    });
    expect(container).toMatchObject({ User: '1000:1000', ReadonlyRootFilesystem: true });
  });

  test('S22, S23: health, drain and idle times are the contract’s, and fit each other', () => {
    const group = propertiesOf<Record<string, unknown>>(
      staging.templates.service,
      'AWS::ElasticLoadBalancingV2::TargetGroup',
    );
    expect(group).toMatchObject({
      HealthCheckPath: startedPath,
      Port: servicePort,
      TargetGroupAttributes: expect.arrayContaining([
        { Key: 'deregistration_delay.timeout_seconds', Value: String(deregistrationDelaySeconds) },
      ]),
    });
    expect(container).toMatchObject({ StopTimeout: stopTimeoutSeconds });
    expect(
      propertiesOf(staging.templates.service, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
    ).toMatchObject({
      LoadBalancerAttributes: expect.arrayContaining([
        { Key: 'idle_timeout.timeout_seconds', Value: String(loadBalancerIdleTimeoutSeconds) },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ]),
    });
    expect(drainTimeoutSeconds).toBeLessThan(stopTimeoutSeconds);
    expect(deregistrationDelaySeconds).toBeLessThan(drainTimeoutSeconds);
    expect(loadBalancerIdleTimeoutSeconds).toBeLessThan(keepAliveTimeoutSeconds);
  });

  test('I9: a deployment that fails is rolled back soon, and none resets the number of tasks', () => {
    const service = propertiesOf(staging.templates.service, 'AWS::ECS::Service');
    expect(service).not.toHaveProperty('DesiredCount');
    expect(service).toMatchObject({
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        DeploymentCircuitBreaker: {
          Enable: true,
          Rollback: true,
          ThresholdConfiguration: { Type: 'COUNT', Value: 3 },
        },
      },
    });
    expect(
      propertiesOf(prod.templates.service, 'AWS::ApplicationAutoScaling::ScalableTarget'),
    ).toMatchObject({ MinCapacity: 3, MaxCapacity: 12 });
  });

  test('I1: no task starts before both of its roles have their policies', () => {
    for (const { templates } of all) {
      const [service] = Object.values(resourcesOf(templates.service, 'AWS::ECS::Service'));
      const ofTasks = (type: string) =>
        Object.keys(resourcesOf(templates.service, type)).filter((id) =>
          /TaskRole|ExecutionRole/.test(id),
        );
      const roles = ofTasks('AWS::IAM::Role');
      const policies = ofTasks('AWS::IAM::Policy');
      expect([roles.length, policies.length]).toEqual([2, 2]);
      expect(service?.DependsOn).toEqual(expect.arrayContaining([...roles, ...policies]));
    }
  });

  test('I9: a rollback pins the image by its digest, and ECR lets the tasks pull it', () => {
    const digest = `sha256:${'c'.repeat(64)}`;
    const { service } = synthesise({
      env: 'staging',
      image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/tollgate@${digest}`,
    }).templates;
    const pinned = propertiesOf<typeof task>(service, 'AWS::ECS::TaskDefinition');
    expect(JSON.stringify(pinned.ContainerDefinitions[0].Image)).toContain(`/tollgate@${digest}`);
    const policies = JSON.stringify(resourcesOf(service, 'AWS::IAM::Policy'));
    expect(policies).toContain('arn:aws:ecr:us-east-1:123456789012:repository/tollgate');
  });

  test('I11: the tasks may read their secrets and publish to their topic, and nothing else', () => {
    const [policy] = Object.entries(
      resourcesOf<Policy>(staging.templates.service, 'AWS::IAM::Policy'),
    ).filter(([id]) => id.includes('TaskTaskRole'));
    const statements = policy?.[1].Properties.PolicyDocument.Statement ?? [];
    const actions = statements.flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'sns:Publish',
    ]);
    for (const { Resource } of statements) expect(JSON.stringify(Resource)).not.toMatch(/"\*"/);
    const resources = JSON.stringify(statements.map(({ Resource }) => Resource));
    for (const secret of [
      'StripeSecretKey',
      'StripeWebhookSecret',
      'JwtAccessTokenSecret',
      'LedgerDatabaseCredentials',
    ]) {
      expect(resources).toContain(secret);
    }
  });

  test('I11: the tasks reach HTTPS and the database, and nothing else', () => {
    const groups = Object.entries(
      resourcesOf<{ SecurityGroupEgress: readonly { ToPort: number; CidrIp: string }[] }>(
        staging.templates.service,
        'AWS::EC2::SecurityGroup',
      ),
    );
    const [own] = groups.filter(([id]) => id.startsWith('PaymentsService'));
    expect(own?.[1].Properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }),
    ]);
    const further = Object.entries(
      resourcesOf<{ ToPort: number }>(staging.templates.service, 'AWS::EC2::SecurityGroupEgress'),
    ).filter(([id]) => id.startsWith('PaymentsService'));
    expect(further.map(([, { Properties }]) => Properties.ToPort)).toEqual([5432]);
  });
});
