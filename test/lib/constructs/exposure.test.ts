import { servicePort, environmentVariables as variables } from '../../../service/contract';
import {
  propertiesOf,
  type Resource,
  removeAssemblies,
  resourcesOf,
  type Synthesis,
  synthesise,
  toHttps,
} from '../synthesis';

afterAll(removeAssemblies);

/**
 * Whatever lets somebody in, out or at something, listed for all environments: a line that a change
 * adds here is a door, and one that it takes away is a guard.
 */
const environments = ['dev', 'staging', 'prod'].map(
  (env) => [env, synthesise({ env, ...toHttps })] as const,
);

/** One with all that an environment file can add: endpoints, a firewall, a front end. */
const fullest = synthesise({
  env: 'shop',
  environmentFile: `${__dirname}/../environments/front-end.json`,
});

type Fields = Readonly<Record<string, unknown>>;

/** Everything of a type in all four stacks. */
const allOf = <Properties = Fields>({ templates }: Synthesis, type: string) =>
  Object.values(templates).flatMap((template) =>
    Object.entries(resourcesOf<Properties>(template, type)),
  );

const list = <Value>(value: Value | readonly Value[] | undefined): readonly Value[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Value];

interface Rule {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly [peer: string]: unknown;
}

/** Who a security group is, whichever way a template refers to it. */
function groupName(reference: unknown): string {
  const text = JSON.stringify(reference);
  if (text.includes('LedgerDatabase')) return 'database';
  if (text.includes('PaymentsService')) return 'tasks';
  if (text.includes('FrontEnd')) return 'front end';
  if (text.includes('Endpoint')) return 'endpoints';
  return text.includes('HttpsEdge') ? 'load balancer' : text;
}

const peersOf = (rule: Rule) =>
  Object.entries(rule)
    .filter(([key]) => /^(CidrIp|CidrIpv6|Source|Destination)/.test(key))
    .map(([key, value]) => (key.startsWith('Cidr') ? String(value) : groupName(value)));

const portsOf = ({ IpProtocol, FromPort, ToPort }: Rule) =>
  FromPort === ToPort
    ? `${IpProtocol} ${FromPort ?? 'any'}`
    : `${IpProtocol} ${FromPort}-${ToPort}`;

/** Each rule as a sentence: `tasks in from load balancer: tcp 8080`. */
function rulesOf(synthesis: Synthesis): readonly string[] {
  const sentence = (group: unknown, direction: string, rule: Rule) =>
    `${groupName(group)} ${direction} ${peersOf(rule).join('+')}: ${portsOf(rule)}`;
  const own = allOf<Readonly<Record<string, readonly Rule[] | undefined>>>(
    synthesis,
    'AWS::EC2::SecurityGroup',
  ).flatMap(([id, { Properties }]) => [
    ...list(Properties.SecurityGroupIngress).map((rule) => sentence(id, 'in from', rule as Rule)),
    ...list(Properties.SecurityGroupEgress).map((rule) => sentence(id, 'out to', rule as Rule)),
  ]);
  const further = (type: string, direction: string) =>
    allOf<Rule>(synthesis, `AWS::EC2::SecurityGroup${type}`).map(([, { Properties }]) =>
      sentence(Properties.GroupId, direction, Properties),
    );
  return [...own, ...further('Ingress', 'in from'), ...further('Egress', 'out to')].sort();
}

/** The kinds of the subnets that a resource is put into. */
function subnetKinds(references: readonly unknown[]): readonly (string | undefined)[] {
  const kinds = references.map(
    (reference) => /(public|private|isolated)Subnet/.exec(JSON.stringify(reference))?.[1],
  );
  return [...new Set(kinds)];
}

const rulesOfAll = [
  'database in from tasks: tcp 5432',
  // How the CDK writes "nobody": a group without a rule would let everything out.
  'database out to 255.255.255.255/32: icmp 252-86',
  'load balancer in from 0.0.0.0/0: tcp 443',
  'load balancer in from 0.0.0.0/0: tcp 80',
  'load balancer out to tasks: tcp 8080',
  'tasks in from load balancer: tcp 8080',
  'tasks out to 0.0.0.0/0: tcp 443',
  'tasks out to database: tcp 5432',
];
const rulesOfEndpoints = [
  // AWS's APIs, which ask for a signature; whoever is in the VPC could reach them without these, too.
  'endpoints in from 10.0.0.0/16: tcp 443',
  'endpoints out to 255.255.255.255/32: icmp 252-86',
];
const rulesOfFrontEnd = [
  'front end in from load balancer: tcp 3000',
  'front end out to 0.0.0.0/0: tcp 443',
  'load balancer out to front end: tcp 3000',
];

test.each([
  ...environments.map(([env, synthesis]) => [env, synthesis, rulesOfAll] as const),
  ['shop', fullest, [...rulesOfAll, ...rulesOfEndpoints, ...rulesOfFrontEnd]] as const,
])('I11: in %s the security groups let in and out whom they name, and nobody else', (...given) => {
  const [, synthesis, rules] = given;
  expect(rulesOf(synthesis)).toEqual([...rules].sort());
});

describe.each(environments)('I11: the doors of %s', (env, synthesis) => {
  const { data, network, service } = synthesis.templates;
  // By its file: in place of a NAT gateway, dev has addresses, whose security groups are the same.
  const hasNat = env !== 'dev';

  test('I11: the database is in isolated subnets and not public, the tasks in private ones where there is NAT', () => {
    const { SubnetIds } = propertiesOf<{ SubnetIds: readonly unknown[] }>(
      data,
      'AWS::RDS::DBSubnetGroup',
    );
    expect(subnetKinds(SubnetIds)).toEqual(['isolated']);
    for (const [, { Properties }] of allOf(synthesis, 'AWS::RDS::DBInstance')) {
      expect(Properties.PubliclyAccessible).toBe(false);
    }
    const { NetworkConfiguration } = propertiesOf<{
      NetworkConfiguration: {
        AwsvpcConfiguration: { AssignPublicIp: string; Subnets: readonly unknown[] };
      };
    }>(service, 'AWS::ECS::Service');
    const { AssignPublicIp, Subnets } = NetworkConfiguration.AwsvpcConfiguration;
    expect([AssignPublicIp, subnetKinds(Subnets)]).toEqual(
      hasNat ? ['DISABLED', ['private']] : ['ENABLED', ['public']],
    );
  });

  test('I11: only public subnets lead in from the internet, and isolated ones lead nowhere', () => {
    const routes = allOf<Fields>(synthesis, 'AWS::EC2::Route').map(([, { Properties }]) => {
      const [kind] = subnetKinds([Properties.RouteTableId]);
      return `${kind} by ${Properties.GatewayId === undefined ? 'NAT' : 'internet'} gateway`;
    });
    expect([...new Set(routes)].sort()).toEqual([
      ...(hasNat ? ['private by NAT gateway'] : []),
      'public by internet gateway',
    ]);
    expect(resourcesOf(network, 'AWS::EC2::Route')).not.toEqual({});
  });

  test('I11: the log bucket is closed to the public, and the edge speaks modern TLS alone', () => {
    for (const [, { Properties }] of allOf(synthesis, 'AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const listeners = allOf(synthesis, 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners.map(([, { Properties }]) => [Properties.Port, Properties.SslPolicy])).toEqual([
      [80, undefined],
      [443, 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'],
    ]);
  });

  test('I9: the tasks are added to under load, by processor and by requests', () => {
    const policies = allOf<{
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: number;
        PredefinedMetricSpecification: { PredefinedMetricType: string };
      };
    }>(synthesis, 'AWS::ApplicationAutoScaling::ScalingPolicy');
    const tracked = policies.map(([, { Properties }]) => {
      const { TargetValue, PredefinedMetricSpecification } =
        Properties.TargetTrackingScalingPolicyConfiguration;
      return [PredefinedMetricSpecification.PredefinedMetricType, TargetValue];
    });
    expect(tracked).toEqual([
      ['ECSServiceAverageCPUUtilization', 60],
      ['ALBRequestCountPerTarget', 6_000],
    ]);
  });

  test('S22: no process is started in the container to ask whether it lives', () => {
    const task = JSON.stringify(propertiesOf(service, 'AWS::ECS::TaskDefinition'));
    expect(task).not.toContain('HealthCheck');
    expect(task).toContain(`"ContainerPort":${servicePort}`);
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
}
interface Document {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}
interface Role {
  readonly ManagedPolicyArns?: readonly unknown[];
  readonly Policies?: readonly Document[];
}

/** What identities may do: policies of their own and those inside of roles. */
function grantsOf(synthesis: Synthesis): readonly Statement[] {
  const inRoles = allOf<Role>(synthesis, 'AWS::IAM::Role').flatMap(
    ([, { Properties }]) => Properties.Policies ?? [],
  );
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    allOf<Document>(synthesis, type).map(([, { Properties }]) => Properties),
  );
  return [...inRoles, ...attached]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect }) => Effect === 'Allow');
}

describe.each([...environments, ['shop', fullest] as const])(
  'I11: the permissions of %s',
  (_env, synthesis) => {
    test('I11: no role has a policy of AWS but the two functions of the CDK’s', () => {
      const managed = allOf<Role>(synthesis, 'AWS::IAM::Role').flatMap(([id, { Properties }]) =>
        (Properties.ManagedPolicyArns ?? []).map((arn) => [id, JSON.stringify(arn)]),
      );
      const name = (id: string | undefined) =>
        /^(CustomVpcRestrict|LogRetention)/.exec(id ?? '')?.[1];
      expect(managed.map(([id]) => name(id)).sort()).toEqual(['CustomVpcRestrict', 'LogRetention']);
      for (const [, policy] of managed) {
        expect(policy).toMatch(/:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole"/);
      }
    });

    test('I11: no action has a wildcard, and on every resource there is one action alone', () => {
      const grants = grantsOf(synthesis);
      const actions = grants.flatMap(({ Action }) => list(Action));
      expect(actions.length).toBeGreaterThan(10);
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      const everywhere = grants.filter(({ Resource }) => list(Resource).includes('*'));
      // It names no resource in its request, so that its policy cannot name one either.
      expect(everywhere.flatMap(({ Action }) => list(Action))).toEqual([
        'ecr:GetAuthorizationToken',
      ]);
    });
  },
);

describe('I12: who is told', () => {
  const shop = { env: 'shop', environmentFile: `${__dirname}/../environments/every-form.json` };

  test('I12: each address of alarmEmails is subscribed to the alarm topic', () => {
    const subscriptions = allOf(synthesise(shop), 'AWS::SNS::Subscription');
    expect(subscriptions.map(([, { Properties }]) => Properties)).toEqual([
      {
        Protocol: 'email',
        Endpoint: 'on-call@shop.test',
        TopicArn: { Ref: expect.stringMatching(/^AlarmTopic/) },
      },
    ] satisfies readonly Resource['Properties'][]);
  });

  test('S9: an issuer’s key set is told to the container, and no shared secret injected', () => {
    const task = JSON.stringify(
      propertiesOf(synthesise(shop).templates.service, 'AWS::ECS::TaskDefinition'),
    );
    expect(task).toContain(
      `{"Name":"${variables.jwtJwksUrl}","Value":"https://id.shop.test/.well-known/jwks.json"}`,
    );
    expect(task).not.toContain(variables.jwtAccessTokenSecret);
  });
});
