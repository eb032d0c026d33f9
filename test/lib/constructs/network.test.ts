import { join } from 'node:path';
import { EnvironmentFiles } from '../environment-files';
import {
  removeAssemblies,
  resourcesOf,
  type Synthesis,
  synthesise,
  type Template,
} from '../synthesis';
import { changesBetween } from '../template-changes';

const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

type Nat = 'single' | 'perZone' | 'regional' | 'none';

const withNat = (nat: Nat): Synthesis => synthesise(files.write({ nat }));

const gatewaysOf = ({ network }: Synthesis['templates']) =>
  Object.values(resourcesOf(network, 'AWS::EC2::NatGateway')).map(({ Properties }) => Properties);

/** The subnets of a template by the name that their construct has in it, such as `private`. */
const subnetsNamed = (network: Template, kind: string) =>
  Object.keys(resourcesOf(network, 'AWS::EC2::Subnet')).filter((id) =>
    id.includes(`${kind}Subnet`),
  );

interface Service {
  readonly NetworkConfiguration: {
    readonly AwsvpcConfiguration: { readonly AssignPublicIp: string; readonly Subnets: unknown };
  };
}

function placementOf({ service }: Synthesis['templates']) {
  const [only] = Object.values(resourcesOf<Service>(service, 'AWS::ECS::Service'));
  const { AssignPublicIp, Subnets } =
    only?.Properties.NetworkConfiguration.AwsvpcConfiguration ?? {};
  const [kind] = /(public|private|isolated)Subnet/.exec(JSON.stringify(Subnets)) ?? [];
  return `${AssignPublicIp} in ${kind}`;
}

describe('I1: NAT', () => {
  test.each([
    ['single', 1, 'DISABLED in privateSubnet'],
    ['perZone', 2, 'DISABLED in privateSubnet'],
    ['regional', 1, 'DISABLED in privateSubnet'],
    ['none', 0, 'ENABLED in publicSubnet'],
  ] as const)('I1: with %s there are %i gateways, and tasks are %s', (nat, gateways, placement) => {
    const { templates } = withNat(nat);
    expect(gatewaysOf(templates)).toHaveLength(gateways);
    expect(placementOf(templates)).toBe(placement);
  });

  test('I1: a regional gateway spans the zones, and every private subnet leads to it', () => {
    const { templates } = withNat('regional');
    expect(gatewaysOf(templates)).toEqual([
      expect.objectContaining({ AvailabilityMode: 'regional', ConnectivityType: 'public' }),
    ]);
    const routes = Object.values(
      resourcesOf<{ NatGatewayId?: unknown }>(templates.network, 'AWS::EC2::Route'),
    );
    expect(routes.filter(({ Properties }) => Properties.NatGatewayId !== undefined)).toHaveLength(
      2,
    );
  });

  test('I1: a regional gateway waits until the internet gateway is attached, and not only made', () => {
    const { network } = withNat('regional').templates;
    const [gateway] = Object.values(resourcesOf(network, 'AWS::EC2::NatGateway'));
    const [attachment] = Object.keys(resourcesOf(network, 'AWS::EC2::VPCGatewayAttachment'));
    expect(gateway?.DependsOn).toContain(attachment);
  });

  test('I1: the choice can be changed with the VPC in use: all subnets stay as they are', () => {
    const single = withNat('single');
    for (const nat of ['perZone', 'regional', 'none'] as const) {
      const changes = changesBetween(single, withNat(nat));
      const ofSubnets = changes.filter((line) =>
        /^network: ([+-] )?NetworkVpc\w+Subnet\dSubnet/.test(line),
      );
      // What changes of a private subnet without NAT is what the CDK calls its kind, in a tag.
      expect(ofSubnets.filter((line) => !/privateSubnet\dSubnet\w+\.Tags$/.test(line))).toEqual([]);
    }
  });

  test('I1: without NAT no private subnet leads out, and the load balancer alone is let in', () => {
    const { network, service } = withNat('none').templates;
    const routes = JSON.stringify(resourcesOf(network, 'AWS::EC2::Route'));
    expect(routes).not.toMatch(/privateSubnet|isolatedSubnet/);
    expect(subnetsNamed(network, 'private')).toHaveLength(2);
    const ingress = Object.entries(resourcesOf(service, 'AWS::EC2::SecurityGroupIngress'));
    const ofTasks = ingress.filter(([, { Properties }]) =>
      JSON.stringify(Properties.GroupId).includes('PaymentsServiceSecurityGroup'),
    );
    expect(
      ofTasks.map(([, { Properties }]) => JSON.stringify(Properties.SourceSecurityGroupId)),
    ).toEqual([expect.stringContaining('HttpsEdgeLoadBalancerSecurityGroup')]);
  });

  test('I1: production has no tasks with public addresses', () => {
    const production = { production: true, stripeMode: 'live', nat: 'none' };
    expect(files.faultOf(production)).toMatch(/nat is none in production.*set nat to single/);
  });
});

describe('I1: endpoints and flow logs', () => {
  const full = synthesise({
    env: 'shop',
    environmentFile: join(__dirname, '../environments/front-end.json'),
  }).templates.network;

  interface Endpoint {
    readonly ServiceName: unknown;
    readonly VpcEndpointType: string;
    readonly PrivateDnsEnabled?: boolean;
    readonly SubnetIds?: unknown;
  }
  const endpointsOf = (network: Template) =>
    Object.values(resourcesOf<Endpoint>(network, 'AWS::EC2::VPCEndpoint')).map(
      ({ Properties }) => Properties,
    );

  test('I1: image layers come by the gateway endpoint of S3, whatever else is chosen', () => {
    const [gateway, ...more] = endpointsOf(withNat('single').templates.network);
    expect(more).toEqual([]);
    expect(gateway?.VpcEndpointType).toBe('Gateway');
    expect(JSON.stringify(gateway?.ServiceName)).toMatch(/\.s3"/);
  });

  test('I1: interface endpoints are there for all that a task calls, and answer to the APIs’ names', () => {
    const endpoints = endpointsOf(full).filter((one) => one.VpcEndpointType === 'Interface');
    expect(endpoints.map(({ ServiceName }) => ServiceName)).toEqual(
      ['ecr.api', 'ecr.dkr', 'secretsmanager', 'logs', 'sns'].map(
        (name) => `com.amazonaws.us-east-1.${name}`,
      ),
    );
    for (const { PrivateDnsEnabled, SubnetIds } of endpoints) {
      expect(PrivateDnsEnabled).toBe(true);
      expect(JSON.stringify(SubnetIds)).toMatch(/privateSubnet1.*privateSubnet2/);
    }
  });

  test('I15: with the second way in, the queue has its endpoint too', () => {
    const source = { stripeEventSource: 'aws.partner/stripe.com/ed_test_61abc' };
    const { network } = synthesise(files.write({ ...source, interfaceEndpoints: true })).templates;
    const names = endpointsOf(network).map(({ ServiceName }) => ServiceName);
    expect(names).toContain('com.amazonaws.us-east-1.sqs');
  });

  test('I11: endpoints let in who is in the VPC, on port 443, and open no connection themselves', () => {
    const [group] = Object.entries(resourcesOf(full, 'AWS::EC2::SecurityGroup')).filter(([id]) =>
      id.startsWith('NetworkEndpoint'),
    );
    expect(group?.[1].Properties).toMatchObject({
      SecurityGroupIngress: [{ CidrIp: '10.0.0.0/16', FromPort: 443, ToPort: 443 }],
      SecurityGroupEgress: [{ CidrIp: '255.255.255.255/32' }],
    });
  });

  test('I1: flow logs hold what was refused, or all of it, or are left out', () => {
    const trafficOf = (flowLogs?: string) =>
      Object.values(
        resourcesOf(
          synthesise(files.write(flowLogs === undefined ? {} : { flowLogs })).templates.network,
          'AWS::EC2::FlowLog',
        ),
      ).map(({ Properties }) => Properties.TrafficType);
    expect(trafficOf()).toEqual(['REJECT']);
    expect(trafficOf('all')).toEqual(['ALL']);
    expect(trafficOf('none')).toEqual([]);
  });
});
