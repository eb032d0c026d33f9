import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startedPath, environmentVariables as variables } from '../../../service/contract';
import { faultsOfShop, shop } from '../shop-environment';
import {
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  type Synthesis,
  synthesise,
  toHttps,
} from '../synthesis';
import { changesBetween } from '../template-changes';

afterAll(removeAssemblies);

interface Deployment {
  readonly DeploymentConfiguration: Readonly<Record<string, unknown>>;
  readonly LoadBalancers: readonly [Readonly<Record<string, unknown>>];
  readonly [property: string]: unknown;
}

const serviceOf = ({ templates }: Synthesis) =>
  propertiesOf<Deployment>(templates.service, 'AWS::ECS::Service');

const rolling = synthesise({ env: 'staging', ...toHttps });
const canary = shop({ deployment: 'canary' });

describe('I9: how a new version takes over', () => {
  test('I9: it rolls unless somebody chooses otherwise, and keeps all tasks while it does', () => {
    const { AvailabilityZoneRebalancing, DeploymentConfiguration, LoadBalancers } =
      serviceOf(rolling);
    expect(AvailabilityZoneRebalancing).toBe('ENABLED');
    expect(DeploymentConfiguration).toMatchObject({
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
    });
    expect(DeploymentConfiguration).not.toHaveProperty('Strategy');
    expect(LoadBalancers[0]).not.toHaveProperty('AdvancedConfiguration');
  });

  test('I9: a version that answers 5xx is rolled back, by the alarm that tells of it', () => {
    const alarms = resourcesOf<{ MetricName: string }>(
      rolling.templates.service,
      'AWS::CloudWatch::Alarm',
    );
    const [[id, alarm] = []] = Object.entries(alarms);
    expect(alarm?.Properties.MetricName).toBe('HTTPCode_Target_5XX_Count');
    expect(serviceOf(rolling).DeploymentConfiguration.Alarms).toEqual({
      AlarmNames: [{ Ref: id }],
      Enable: true,
      Rollback: true,
    });
  });

  test('I9: the deployment that stops selling is not rolled back for its 503', () => {
    const synthesis = synthesise({ env: 'staging', ...toHttps, checkout: 'off' });
    expect(serviceOf(synthesis).DeploymentConfiguration).toMatchObject({
      Alarms: { Enable: false },
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
  });

  test('I17: deployments ask what is 200 once the database is migrated, and wait as long as that takes', () => {
    const paths = Object.values(
      resourcesOf<{ HealthCheckPath: string }>(
        canary.templates.service,
        'AWS::ElasticLoadBalancingV2::TargetGroup',
      ),
    );
    expect(paths.map(({ Properties }) => Properties.HealthCheckPath)).toEqual([
      startedPath,
      startedPath,
    ]);
    // Longer than one statement of a migration may take.
    expect(serviceOf(canary).HealthCheckGracePeriodSeconds).toBe(20 * 60);
    const { service } = shop({ tasks: { startMinutes: 45 } }).templates;
    expect(propertiesOf(service, 'AWS::ECS::Service')).toMatchObject({
      HealthCheckGracePeriodSeconds: 45 * 60,
    });
  });

  test('I9: a canary gets a tenth of the requests for ten minutes, and all before the old one goes', () => {
    expect(serviceOf(canary).DeploymentConfiguration).toMatchObject({
      Strategy: 'CANARY',
      BakeTimeInMinutes: 10,
      CanaryConfiguration: { CanaryPercent: 10, CanaryBakeTimeInMinutes: 10 },
      MinimumHealthyPercent: 100,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      Alarms: { Enable: true, Rollback: true },
    });
  });

  test('I9: a canary shifts by one rule of its own, between two target groups of one kind', () => {
    const { service } = canary.templates;
    const groups = resourcesOf(service, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    const [first, second] = Object.values(groups).map(({ Properties }) => Properties);
    expect(second).toEqual(first);
    const rules = Object.entries(resourcesOf(service, 'AWS::ElasticLoadBalancingV2::ListenerRule'));
    const [[id, rule] = [], ...others] = rules.filter(([name]) => name.startsWith('Canary'));
    expect(others).toEqual([]);
    expect(rule?.Properties).toMatchObject({
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: { Ref: expect.stringMatching(/^HttpsEdgeTargets/) }, Weight: 100 },
              { TargetGroupArn: { Ref: expect.stringMatching(/^CanaryTargets/) }, Weight: 0 },
            ],
          },
        },
      ],
    });
    expect(serviceOf(canary).LoadBalancers[0].AdvancedConfiguration).toMatchObject({
      AlternateTargetGroupArn: { Ref: expect.stringMatching(/^CanaryTargets/) },
      ProductionListenerRule: { Ref: id },
    });
  });

  test('I9: a canary scales by processor alone, as its requests change their target group', () => {
    const policies = resourcesOf(
      canary.templates.service,
      'AWS::ApplicationAutoScaling::ScalingPolicy',
    );
    expect(Object.keys(policies)).toEqual([expect.stringContaining('Cpu')]);
  });

  test('I9: the deployment before the first canary rolls, and has what ECS asks for already', () => {
    const before = shop({ deployment: 'beforeCanary' });
    const { DeploymentConfiguration, LoadBalancers } = serviceOf(before);
    expect(DeploymentConfiguration).not.toHaveProperty('Strategy');
    expect(LoadBalancers).toEqual(serviceOf(canary).LoadBalancers);
    expect(changesBetween(before, canary)).toEqual([
      expect.stringMatching(/^service: PaymentsService\w+\.DeploymentConfiguration$/),
    ]);
  });

  test('I8: a canary says where to look which target group has the requests, and how to go back', () => {
    const { Outputs, Resources } = canary.templates.service;
    const at = (output: string) => {
      const { Ref } = (Outputs[output]?.Value ?? { Ref: '' }) as { readonly Ref: string };
      return Resources[Ref]?.Type;
    };
    expect(at('ProductionRuleArn')).toBe('AWS::ElasticLoadBalancingV2::ListenerRule');
    expect(at('AlternateTargetGroupArn')).toBe('AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(Outputs.AlternateTargetGroupArn).not.toEqual(Outputs.TargetGroupArn);
    const heading = 'Going back from a canary';
    expect(canary.report).toContain(
      `Before it is set to rolling or beforeCanary, docs/operating.md, "${heading}"`,
    );
    expect(readFileSync(join(__dirname, '../../../docs/operating.md'), 'utf8')).toContain(
      `\n## ${heading}\n`,
    );
    expect(rolling.report).not.toContain(heading);
    expect(rolling.templates.service.Outputs).not.toHaveProperty('ProductionRuleArn');
  });

  test('I3, I9: a canary before there is an HTTPS listener is refused, with the order', () => {
    expect(faultsOfShop({ deployment: 'canary', https: {} })).toEqual([
      expect.stringMatching(
        /^deployment is canary, and there is no HTTPS listener.*set it to beforeCanary in .* complete HTTPS first \(delegate.*then deploy once more with canary$/,
      ),
    ]);
    const early = shop({ deployment: 'beforeCanary', https: {} });
    expect(serviceOf(early).DeploymentConfiguration).not.toHaveProperty('Strategy');
  });
});

describe('I18: what an environment may do without', () => {
  test('I18: its tasks may run on spare capacity, and its cluster without Container Insights', () => {
    const { service } = shop({ tasks: { spot: true }, containerInsights: false }).templates;
    expect(propertiesOf(service, 'AWS::ECS::Service')).toMatchObject({
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }],
    });
    expect(propertiesOf(service, 'AWS::ECS::Service')).not.toHaveProperty('LaunchType');
    expect(propertiesOf(service, 'AWS::ECS::Cluster')).toMatchObject({
      ClusterSettings: [{ Name: 'containerInsights', Value: 'disabled' }],
    });
  });

  test('I18: production does not', () => {
    const live = { production: true, stripeMode: 'live' } as const;
    expect(faultsOfShop({ ...live, tasks: { spot: true } })).toEqual([
      expect.stringMatching(/tasks\.spot is true in production.*leave it out/),
    ]);
    expect(faultsOfShop({ ...live, database: { minimumCapacityUnits: 0 } })).toEqual([
      expect.stringMatching(/minimumCapacityUnits is 0 in production.*give 0\.5 or more/),
    ]);
  });

  test.each([
    ['one task', { tasks: { maximum: 1 } }, true],
    ['several tasks', { tasks: { maximum: 2 } }, false],
  ])('I18: %s: whether they let a database pause that may', (_what, given, expected) => {
    const { service } = shop({ database: { minimumCapacityUnits: 0 }, ...given }).templates;
    expect(JSON.stringify(service).includes('DATABASE_MAY_PAUSE')).toBe(expected);
  });
});

describe('I11: a shell in a task', () => {
  const containerOf = ({ templates }: Synthesis) =>
    propertiesOf<{ ContainerDefinitions: readonly [Readonly<Record<string, unknown>>] }>(
      templates.service,
      'AWS::ECS::TaskDefinition',
    ).ContainerDefinitions[0];
  const grants = ({ templates }: Synthesis) =>
    JSON.stringify(resourcesOf(templates.service, 'AWS::IAM::Policy'));

  test('I11: nobody has one, and the file system cannot be written', () => {
    expect(serviceOf(rolling).EnableExecuteCommand).toBe(false);
    expect(containerOf(rolling).ReadonlyRootFilesystem).toBe(true);
    expect(grants(rolling)).not.toContain('ssmmessages');
  });

  test('I11: by choice it can be had, and its agent may write and speak', () => {
    const open = shop({ ecsExec: true });
    expect(serviceOf(open).EnableExecuteCommand).toBe(true);
    expect(containerOf(open)).toMatchObject({ ReadonlyRootFilesystem: false, User: '1000:1000' });
    expect(grants(open)).toContain('ssmmessages:OpenDataChannel');
  });
});

describe('I1: what an environment sells and whom it trusts', () => {
  const told = ({ templates }: Synthesis) => {
    const [{ Environment }] = propertiesOf<{
      ContainerDefinitions: readonly [
        { readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[] },
      ];
    }>(templates.service, 'AWS::ECS::TaskDefinition').ContainerDefinitions;
    return Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value]));
  };

  test('I1: its catalogue, issuer, audience and foreign sessions are told to the container', () => {
    const synthesis = shop({
      catalogueFile: 'catalogue/default.json',
      jwtIssuer: 'https://id.shop.test/',
      jwtAudience: 'billing',
      foreignSessions: 'credit',
    });
    expect(told(synthesis)).toMatchObject({
      [variables.catalogueFile]: 'catalogue/default.json',
      [variables.jwtIssuer]: 'https://id.shop.test/',
      [variables.jwtAudience]: 'billing',
      [variables.foreignSessions]: 'credit',
    });
  });

  test.each([
    ['catalogue/missing.json', /does not exist; name a JSON file below catalogue\//],
    ['package.json', /catalogueFile is "package.json"; expected the path of a \.json file/],
    ['catalogue/../package.json', /catalogueFile is .*; expected the path of a \.json file/],
  ])(
    'I1: a catalogue that the container could not read, %s, ends the synth',
    (catalogueFile, fault) => {
      expect(faultsOfShop({ catalogueFile })).toEqual([expect.stringMatching(fault)]);
    },
  );
});
