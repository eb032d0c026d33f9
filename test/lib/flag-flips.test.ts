import { type FlagName, flagNames } from '../../lib/flags';
import { environmentVariables as variables } from '../../service/contract';
import {
  faultsOf,
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  type Synthesis,
  synthesise,
  toHttps,
} from './synthesis';
import { changesBetween, replacementsBetween } from './template-changes';

afterAll(removeAssemblies);

type Given = Readonly<Record<string, string>>;

/** The same flags give the same templates; each is synthesised once. */
const made = new Map<string, Synthesis>();
function synthesised(flags: Given): Synthesis {
  const key = JSON.stringify(flags);
  const synthesis = made.get(key) ?? synthesise(flags);
  made.set(key, synthesis);
  return synthesis;
}

/** Not of lib/environments, whose files change as environments are filled in. */
const undelegated = { env: 'shop', environmentFile: 'test/lib/environments/undelegated.json' };
const complete = { ...undelegated, ...toHttps };
const canary = { env: 'shop', environmentFile: `${__dirname}/environments/watched.json` };
const image = `ghcr.io/tollgate/service@sha256:${'d'.repeat(64)}`;

const task = 'service: PaymentsServiceTaskD8913DA8.ContainerDefinitions';
const inForce = 'service: output FlagsInForce';
const listenerOnPort443 = [
  'monitoring: + AlarmsCertificateExpiryAlarm68EF720A',
  'monitoring: Dashboard7A714131.DashboardBody',
  'service: + HttpsEdgeCertificateF1A4C174',
  'service: + HttpsEdgeLoadBalancerHttps3EF27B0C',
  'service: - HttpsEdgeTargetGroupAttachmentBCBEA0A7',
  'service: HttpsEdgeLoadBalancerSecurityGroupD670BC69.SecurityGroupIngress',
  'service: PaymentsServiceDDA038C9.DependsOn',
  'service: PaymentsServiceTaskCountTargetRequests6B1A2408.TargetTrackingScalingPolicyConfiguration',
  inForce,
  'service: output HttpsListenerArn',
  'service: output NextStepToHttps',
  'service: output PublishOutputRefHttpsEdgeCertificateF1A4C174BFEA7C2A',
];

/** What a change looks like from the other side. */
const reversed = (changes: readonly string[]) =>
  changes
    .map((line) => line.replace(/: ([+-]) /, (_, sign) => (sign === '+' ? ': - ' : ': + ')))
    .sort();

/**
 * The flag, what is given beside it, its value, and what giving it changes: for each property, output
 * and resource that comes (+) or goes (-) a line, and nothing else.
 */
const flips: readonly (readonly [FlagName, Given, string, readonly string[]])[] = [
  [
    'forceHttpForwarding',
    complete,
    'true',
    [
      'service: + HttpsEdgeEmergencyHttp2F2DFA57',
      'service: + HttpsEdgeEmergencyHttpAlarm8C699729',
      'service: HttpsEdgeLoadBalancer2EEF5D39.Tags',
      'service: HttpsEdgeLoadBalancerHttpB8C13203.DefaultActions',
      'service: output EmergencyHttp',
      inForce,
    ],
  ],
  [
    'forceHttpForwardingUntil',
    { ...complete, forceHttpForwarding: 'true' },
    '2026-12-31',
    [
      'service: HttpsEdgeEmergencyHttpAlarm8C699729.AlarmDescription',
      'service: HttpsEdgeLoadBalancer2EEF5D39.Tags',
      'service: output EmergencyHttp',
      inForce,
    ],
  ],
  [
    'enableRoute53',
    undelegated,
    'false',
    [
      'network: - PublicZone65FBFA2F',
      'network: output NameServers',
      'network: output PublishOutputRefPublicZone65FBFA2F5FC7858E',
      'service: - HttpsEdgeAlias9C148151',
      inForce,
      'service: output NextStepToHttps',
    ],
  ],
  ['dnsDelegated', undelegated, 'true', [inForce, 'service: output NextStepToHttps']],
  ['enableAcm', { ...undelegated, dnsDelegated: 'true' }, 'true', listenerOnPort443],
  ['waitForCertificateValidation', complete, 'false', reversed(listenerOnPort443)],
  [
    'image',
    complete,
    image,
    [
      task,
      // The asset's repository is pulled from no more.
      'service: PaymentsServiceTaskExecutionRoleDefaultPolicy523117E0.PolicyDocument',
      inForce,
    ],
  ],
  ['secretsVersion', complete, 'previous', [task, inForce]],
  // With the alarm's rollback, which the 503 of refused sales would set off.
  [
    'checkout',
    complete,
    'off',
    [task, 'service: PaymentsServiceDDA038C9.DeploymentConfiguration', inForce],
  ],
  ['processing', complete, 'paused', [task, inForce]],
  [
    'maintenance',
    complete,
    'on',
    [
      'service: + HttpsEdgeMaintenance6F27FADF',
      'service: + HttpsEdgeOpenInMaintenance60DFCD1C',
      inForce,
    ],
  ],
  [
    'desiredCount',
    complete,
    '3',
    [
      'service: PaymentsServiceTaskCountTarget8DA43688.MaxCapacity',
      'service: PaymentsServiceTaskCountTarget8DA43688.MinCapacity',
      inForce,
    ],
  ],
  // For another target group, the same rules forward there.
  [
    'canaryTargetGroup',
    { ...canary, maintenance: 'on', canaryTargetGroup: 'primary' },
    'alternate',
    ['service: HttpsEdgeOpenInMaintenance60DFCD1C.Actions', inForce],
  ],
  [
    'stripeIpsOnly',
    complete,
    'true',
    [
      'service: + HttpsEdgeFromStripe2758ACE02',
      'service: + HttpsEdgeFromStripe3E23410A6',
      'service: + HttpsEdgeFromStripe4E8E54B95',
      'service: + HttpsEdgeFromStripe4F9826A3',
      'service: + HttpsEdgeNotFromStripe5F322FF5',
      inForce,
    ],
  ],
];

/** A revision of a task definition is never changed; the next one takes its place in the service. */
const nextRevision = 'service: PaymentsServiceTaskD8913DA8, for its ContainerDefinitions';

describe('I2, I9: what a flag changes', () => {
  test('I9: the flip of every flag is stated, but of those that name other stacks', () => {
    const stated = flips.map(([flag]) => flag);
    expect([...stated, 'env', 'environmentFile', 'project'].sort()).toEqual([...flagNames].sort());
  });

  test.each(flips)(
    'I9: %s, beside %j, given as %s, changes this and nothing else',
    (flag, beside, value, changes) => {
      const [off, on] = [synthesised(beside), synthesised({ ...beside, [flag]: value })];
      expect(changesBetween(off, on)).toEqual([...changes].sort());
      expect(changesBetween(on, off)).toEqual(reversed(changes));
    },
  );

  test.each(flips)(
    'I9: %s, beside %j, given as %s or taken back, makes CloudFormation replace nothing',
    (flag, beside, value, changes) => {
      const [off, on] = [synthesised(beside), synthesised({ ...beside, [flag]: value })];
      const expected = changes.includes(task) ? [nextRevision] : [];
      expect(replacementsBetween(off, on)).toEqual(expected);
      expect(replacementsBetween(on, off)).toEqual(expected);
    },
  );

  test('I9: what would be replaced is found: a listener on another port', () => {
    const before = synthesised(complete);
    const after: Synthesis = JSON.parse(JSON.stringify(before));
    for (const { Properties } of Object.values(
      resourcesOf<{ Port: number; LoadBalancerArn: unknown }>(
        after.templates.service,
        'AWS::ElasticLoadBalancingV2::Listener',
      ),
    )) {
      Object.assign(Properties, { LoadBalancerArn: 'another' });
    }
    expect(replacementsBetween(before, after)).toEqual([
      'service: HttpsEdgeLoadBalancerHttpB8C13203, for its LoadBalancerArn',
      'service: HttpsEdgeLoadBalancerHttps3EF27B0C, for its LoadBalancerArn',
    ]);
  });
});

interface Container {
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
}

function containerOf(flags: Given): Container {
  const { ContainerDefinitions } = propertiesOf<{ ContainerDefinitions: readonly [Container] }>(
    synthesised(flags).templates.service,
    'AWS::ECS::TaskDefinition',
  );
  return ContainerDefinitions[0];
}

const toldIn = (flags: Given, name: string) =>
  containerOf(flags).Environment.find(({ Name }) => Name === name)?.Value;

describe('I9: rollback by flag', () => {
  test.each([
    ['checkout', variables.checkout, 'on', 'off'],
    ['processing', variables.processing, 'on', 'paused'],
    ['secretsVersion', variables.secretsVersion, 'current', 'previous'],
  ])('I9: %s is told to the container as %s', (flag, variable, byDefault, value) => {
    expect(toldIn(complete, variable)).toBe(byDefault);
    expect(toldIn({ ...complete, [flag]: value }, variable)).toBe(value);
  });

  test('I4, I9: with secretsVersion=previous, each secret is injected in its previous version, whole', () => {
    const injected = (flags: Given) =>
      containerOf(flags).Secrets.map(({ Name, ValueFrom }) => [Name, JSON.stringify(ValueFrom)]);
    const current = injected(complete);
    const previous = injected({ ...complete, secretsVersion: 'previous' });
    expect(current).toHaveLength(3);
    expect(previous.map(([name]) => name)).toEqual(current.map(([name]) => name));
    for (const [, reference] of current) expect(reference).not.toContain('AWSPREVIOUS');
    for (const [index, [, reference]] of previous.entries()) {
      // The ARN, no JSON key, the stage, no id of a version.
      expect(reference).toBe(`{"Fn::Join":["",[${current[index]?.[1]},"::AWSPREVIOUS:"]]}`);
    }
  });

  test.each(['0', '1', '3'])(
    'I9: desiredCount=%s holds autoscaling there, and sets no count itself',
    (count) => {
      const { service } = synthesised({ ...complete, desiredCount: count }).templates;
      expect(propertiesOf(service, 'AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
        MinCapacity: Number(count),
        MaxCapacity: Number(count),
      });
      expect(propertiesOf(service, 'AWS::ECS::Service')).not.toHaveProperty('DesiredCount');
    },
  );

  test('I9: every flag that is given is in force in the outputs and in print, and warned of', () => {
    const given = {
      secretsVersion: 'previous',
      checkout: 'off',
      processing: 'paused',
      maintenance: 'on',
      desiredCount: '0',
      stripeIpsOnly: 'true',
    };
    const { report, templates } = synthesised({ ...complete, ...given });
    for (const [name, value] of Object.entries(given)) {
      expect(templates.service.Outputs.FlagsInForce?.Value).toContain(`${name}=${value}`);
      expect(report).toMatch(new RegExp(`WARNING: ${name}=${value} .*until a deploy without it`));
    }
    expect(report).toMatch(
      /secretsVersion=previous .* all three secrets\..* generated placeholder/,
    );
    expect(synthesised(complete).report).not.toMatch(/until a deploy without it/);
  });
});

describe('I9: flags that contradict', () => {
  test('I9: a count above the environment’s maximum is refused', () => {
    expect(faultsOf({ ...complete, desiredCount: '5' })).toEqual([
      'desiredCount is 5, above tasks.maximum, 4; raise tasks.maximum in ' +
        `${undelegated.environmentFile} first, or give at most 4`,
    ]);
    expect(faultsOf({ ...complete, desiredCount: '4' })).toEqual([]);
  });

  test.each(['maintenance=on', 'stripeIpsOnly=true'])(
    'I9: %s is refused while there is no HTTPS listener whose rules it could change',
    (assignment) => {
      const [name = '', value = ''] = assignment.split('=');
      expect(faultsOf({ ...undelegated, [name]: value })).toEqual([
        `${assignment} changes nothing as long as there is no HTTPS listener; deploy without it, or ` +
          'give dnsDelegated and enableAcm once the domain is delegated',
      ]);
    },
  );

  test.each([
    ['image', image],
    ['secretsVersion', 'previous'],
    ['checkout', 'off'],
    ['processing', 'paused'],
    ['desiredCount', '2'],
  ])('I9: under a canary, %s=%s touches no listener and no rule', (flag, value) => {
    const changes = changesBetween(synthesised(canary), synthesised({ ...canary, [flag]: value }));
    const { Resources } = synthesised(canary).templates.service;
    const touched = changes.filter((line) => {
      const [, id = ''] = /^service: (?:[+-] )?(\w+)/.exec(line) ?? [];
      return Resources[id]?.Type.startsWith('AWS::ElasticLoadBalancingV2::');
    });
    expect(changes.length).toBeGreaterThan(1);
    expect(touched).toEqual([]);
  });
});
