import { type FlagName, flagNames } from '../../../lib/configuration/flags';
import {
  canary,
  complete,
  emergencyFlip,
  type Given,
  image,
  synthesised,
  undelegated,
} from '../configuration/flag-examples';
import { removeAssemblies, resourcesOf, type Synthesis } from '../synthesis';
import { changesBetween, replacementsBetween } from '../template-changes';

afterAll(removeAssemblies);

const task = 'service: PaymentsServiceTaskD8913DA8.ContainerDefinitions';
const inForce = ['service: output FlagsGiven', 'service: output FlagsInForce'];
const listenerOnPort443 = [
  'monitoring: + AlarmsCertificateExpiryAlarm68EF720A',
  'monitoring: Dashboard7A714131.DashboardBody',
  'service: + HttpsEdgeCertificateF1A4C174',
  'service: + HttpsEdgeLoadBalancerHttps3EF27B0C',
  'service: - HttpsEdgeTargetGroupAttachmentBCBEA0A7',
  'service: HttpsEdgeLoadBalancerSecurityGroupD670BC69.SecurityGroupIngress',
  'service: PaymentsServiceDDA038C9.DependsOn',
  'service: PaymentsServiceTaskCountTargetRequests6B1A2408.TargetTrackingScalingPolicyConfiguration',
  ...inForce,
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
  ['forceHttpForwarding', complete, 'true', emergencyFlip],
  [
    'forceHttpForwardingUntil',
    { ...complete, forceHttpForwarding: 'true' },
    '2026-12-31',
    [
      'service: HttpsEdgeEmergencyHttpAlarm8C699729.AlarmDescription',
      'service: HttpsEdgeLoadBalancer2EEF5D39.Tags',
      'service: output EmergencyHttp',
      ...inForce,
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
      ...inForce,
      'service: output NextStepToHttps',
    ],
  ],
  ['dnsDelegated', undelegated, 'true', [...inForce, 'service: output NextStepToHttps']],
  ['enableAcm', { ...undelegated, dnsDelegated: 'true' }, 'true', listenerOnPort443],
  ['waitForCertificateValidation', complete, 'false', reversed(listenerOnPort443)],
  [
    'image',
    complete,
    image,
    [
      task,
      'service: DeployRecordParameterB5DCE335.Value',
      // The asset's repository is pulled from no more.
      'service: PaymentsServiceTaskExecutionRoleDefaultPolicy523117E0.PolicyDocument',
      ...inForce,
    ],
  ],
  ['secretsVersion', complete, 'previous', [task, ...inForce]],
  // With the alarm's rollback, which the 503 of refused sales would set off.
  [
    'checkout',
    complete,
    'off',
    [task, 'service: PaymentsServiceDDA038C9.DeploymentConfiguration', ...inForce],
  ],
  ['processing', complete, 'paused', [task, ...inForce]],
  [
    'maintenance',
    complete,
    'on',
    [
      'service: + HttpsEdgeMaintenance6F27FADF',
      'service: + HttpsEdgeOpenInMaintenance60DFCD1C',
      ...inForce,
    ],
  ],
  [
    'desiredCount',
    complete,
    '3',
    [
      'service: PaymentsServiceTaskCountTarget8DA43688.MaxCapacity',
      'service: PaymentsServiceTaskCountTarget8DA43688.MinCapacity',
      ...inForce,
    ],
  ],
  // For another target group, the same rules forward there.
  [
    'canaryTargetGroup',
    { ...canary, maintenance: 'on', canaryTargetGroup: 'primary' },
    'alternate',
    ['service: HttpsEdgeOpenInMaintenance60DFCD1C.Actions', ...inForce],
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
      ...inForce,
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
