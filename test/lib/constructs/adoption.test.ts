import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adoptedBalancer, home, loadBalancer, vpc } from '../adopted-resources';
import { EnvironmentFiles } from '../environment-files';
import { answerTo } from '../load-balancer';
import {
  propertiesOf,
  removeAssemblies,
  resourcesOf,
  synthesise,
  type Template,
} from '../synthesis';

const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

const environmentFile = join(__dirname, '../environments/adopting-everything.json');
const flags = { env: 'adopting', environmentFile };
const listeners = {
  80: `arn:aws:elasticloadbalancing:${home}:listener/app/shop/0123456789abcdef/00000000000000aa`,
  443: `arn:aws:elasticloadbalancing:${home}:listener/app/shop/0123456789abcdef/00000000000000bb`,
};
const ours = 'pay.shop.test';
const theirs = 'www.shop.test';

const { templates, report } = synthesise(flags, { isValidated: true });
const { data, monitoring, network, service } = templates;

interface Egress {
  readonly FromPort?: number;
  readonly IpProtocol: string;
  readonly CidrIp?: string;
}

const typesOf = (template: Template) => Object.values(template.Resources).map(({ Type }) => Type);

describe('I6: everything is adopted by reference', () => {
  test('I6: nothing that is adopted is created, and CloudFormation takes the templates', () => {
    expect(typesOf(network)).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
    expect(typesOf(data).filter((type) => /RDS|SecretsManager/.test(type))).toEqual([]);
    const edge = /LoadBalancer$|Listener$|TargetGroup$|Certificate|S3|HostedZone/;
    expect(typesOf(service).filter((type) => edge.test(type))).toEqual([]);
    expect(report).not.toMatch(/Next step/);
  });

  test('I6: the service runs in an ECS cluster that stands already, and none is created', () => {
    const { service } = synthesise(files.write({ ecsClusterName: 'shop' })).templates;
    expect(typesOf(service)).not.toContain('AWS::ECS::Cluster');
    expect(propertiesOf(service, 'AWS::ECS::Service')).toMatchObject({ Cluster: 'shop' });
    expect(service.Outputs.ClusterName?.Value).toBe('shop');
    expect(files.faultOf({ ecsClusterName: 'shop', containerInsights: false })).toMatch(
      /containerInsights is given beside ecsClusterName, which is adopted as it is/,
    );
  });

  test('I6: in listeners that others use, the paths of the service are ours on our host, and nothing else', () => {
    const at = (port: number, host: string, path: string) =>
      answerTo(service, { port, host, path }, listeners);
    expect(at(443, ours, '/v1/account')).toBe('forwarded');
    for (const path of ['/webhooks/stripe', '/health', '/started', '/ready', '/openapi.json']) {
      expect([path, at(443, ours, path)]).toEqual([path, 'forwarded']);
    }
    for (const path of ['/', '/shop', '/v2/account', '/api/billing/account']) {
      expect([path, at(443, ours, path)]).toEqual([path, 'left to others']);
      expect([path, at(80, ours, path)]).toEqual([path, 'left to others']);
    }
    expect(at(443, theirs, '/v1/account')).toBe('left to others');
    expect(at(80, ours, '/webhooks/stripe')).toBe('redirected to HTTPS:443 by HTTP_301');
    expect(at(80, theirs, '/webhooks/stripe')).toBe('left to others');
    expect(report).not.toMatch(/all requests for/);
  });

  test('I6: the whole host is taken where that is said, with a warning', () => {
    const content = JSON.parse(readFileSync(environmentFile, 'utf8'));
    const whole = synthesise(
      files.write(
        { ...content, loadBalancer: { ...content.loadBalancer, takesWholeHost: true } },
        'adopting',
      ),
    );
    const request = { port: 443, host: ours, path: '/shop' };
    expect(answerTo(whole.templates.service, request, listeners)).toBe('forwarded');
    expect(whole.report).toMatch(
      /WARNING: all requests for pay\.shop\.test .* are Tollgate's from now on/,
    );
  });

  test('I6: the adapters that the service speaks are its own too, and closed in maintenance', () => {
    const content = JSON.parse(readFileSync(environmentFile, 'utf8'));
    const given = files.write(
      { ...content, variables: { ADAPTERS: 'topups, credits' } },
      'adopting',
    );
    const at = (path: string, more: object = {}) =>
      answerTo(
        synthesise({ ...given, ...more }).templates.service,
        { port: 443, host: ours, path },
        listeners,
      );
    expect(at('/api/credits/session/cs_1')).toBe('forwarded');
    expect(at('/stripe/payment-intent')).toBe('left to others');
    expect(at('/api/billing/account', { maintenance: 'on' })).toBe('answered 503 maintenance');
    expect(at('/shop', { maintenance: 'on' })).toBe('left to others');
  });

  test('I2, I6, I9: the flags hold for our host, within the priorities that are left to us', () => {
    const flagged = synthesise({
      ...flags,
      forceHttpForwarding: 'true',
      maintenance: 'on',
      stripeIpsOnly: 'true',
    }).templates.service;
    const at = (port: number, host: string, path: string, source?: string) =>
      answerTo(flagged, { port, host, path, ...(source !== undefined && { source }) }, listeners);
    expect(at(80, ours, '/webhooks/stripe', '3.18.12.63')).toBe('forwarded');
    expect(at(80, ours, '/health')).toBe('forwarded');
    expect(at(80, ours, '/webhooks/stripe')).toBe('redirected to HTTPS:443 by HTTP_302');
    expect(at(80, ours, '/v1/account')).toBe('redirected to HTTPS:443 by HTTP_302');
    expect(at(443, ours, '/webhooks/stripe', '54.187.216.72')).toBe('forwarded');
    expect(at(443, ours, '/webhooks/stripe')).toBe('answered 403 address_not_of_stripe');
    expect(at(443, ours, '/v1/account')).toBe('answered 503 maintenance');
    for (const port of [80, 443]) expect(at(port, theirs, '/health')).toBe('left to others');
    const rules = Object.values(
      resourcesOf<{ Priority: number }>(flagged, 'AWS::ElasticLoadBalancingV2::ListenerRule'),
    );
    for (const { Properties } of rules) {
      expect(Properties.Priority).toBeGreaterThanOrEqual(1_000);
      expect(Properties.Priority).toBeLessThan(1_100);
    }
  });

  test('I6: the tasks are registered in the adopted target group, and let its load balancer in', () => {
    const { LoadBalancers, NetworkConfiguration } = propertiesOf<{
      LoadBalancers: readonly { TargetGroupArn: string }[];
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: unknown } };
    }>(service, 'AWS::ECS::Service');
    expect(LoadBalancers.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([
      `arn:aws:elasticloadbalancing:${home}:targetgroup/payments/0123456789abcdef`,
    ]);
    expect(NetworkConfiguration.AwsvpcConfiguration.Subnets).toEqual([
      'subnet-1a1a1a1a',
      'subnet-1b1b1b1b',
    ]);
    expect(propertiesOf(service, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      SourceSecurityGroupId: adoptedBalancer.securityGroupId,
      FromPort: 8080,
      ToPort: 8080,
    });
    expect(JSON.stringify(resourcesOf(monitoring, 'AWS::CloudWatch::Alarm'))).toContain(
      'targetgroup/payments/0123456789abcdef',
    );
  });

  test('I6: tasks are let out to the DNS servers of the VPC, and without any to none', () => {
    const servers = ['10.1.0.10', '10.1.1.0/28'];
    const hosts = ['app.shop.test'];
    const frontEnd = { hosts, image: `ghcr.io/shop/front@sha256:${'0'.repeat(64)}` };
    const https = {
      dnsDelegated: true,
      enableAcm: true,
      hostedZone: { id: 'Z1', name: 'shop.test' },
    };
    const outAt = (port: number, dnsServers?: readonly string[]) => {
      const content = { vpc: { ...vpc, ...(dnsServers && { dnsServers }) }, https, frontEnd };
      const groups = resourcesOf<{ SecurityGroupEgress?: readonly Egress[] }>(
        synthesise(files.write(content)).templates.service,
        'AWS::EC2::SecurityGroup',
      );
      return Object.values(groups).flatMap(({ Properties }) =>
        (Properties.SecurityGroupEgress ?? [])
          .filter(({ FromPort }) => FromPort === port)
          .map(({ CidrIp, IpProtocol }) => `${IpProtocol} ${CidrIp}`),
      );
    };
    const once = ['udp 10.1.0.10/32', 'tcp 10.1.0.10/32', 'udp 10.1.1.0/28', 'tcp 10.1.1.0/28'];
    // The tasks of the service, and those of the front end.
    expect(outAt(53, servers)).toEqual([...once, ...once]);
    expect(outAt(53)).toEqual([]);
  });

  test('I6: the alias record points at the adopted load balancer', () => {
    expect(propertiesOf(service, 'AWS::Route53::RecordSet')).toMatchObject({
      Name: 'pay.shop.test.',
      AliasTarget: {
        DNSName: 'dualstack.shop-1234567890.us-east-1.elb.amazonaws.com',
        HostedZoneId: 'Z35SXDOTRQ7X7K',
      },
    });
  });

  test('I6: the tasks are let out to a database of one’s own and read its secret; it is left alone', () => {
    expect(propertiesOf(service, 'AWS::EC2::SecurityGroupEgress')).toMatchObject({
      DestinationSecurityGroupId: 'sg-0fedcba9876543210',
      FromPort: 5432,
      ToPort: 5432,
    });
    const arn = `arn:aws:secretsmanager:${home}:secret:shop-database-AbC123`;
    const task = JSON.stringify(propertiesOf(service, 'AWS::ECS::TaskDefinition'));
    expect(task).toContain(`{"Name":"DATABASE_SECRET_ARN","Value":"${arn}"}`);
    expect(data.Outputs.DatabaseSecretArn?.Value).toBe(arn);
    const watched = JSON.stringify(resourcesOf(monitoring, 'AWS::CloudWatch::Alarm'));
    expect(watched).not.toContain('AWS/RDS');
  });

  test('I11: both roles may decrypt under the adopted key, by way of Secrets Manager alone', () => {
    interface Policy {
      readonly PolicyDocument: { readonly Statement: readonly { readonly Action: unknown }[] };
    }
    const policies = Object.entries(resourcesOf<Policy>(service, 'AWS::IAM::Policy'));
    const decrypting = policies.flatMap(([id, { Properties }]) => {
      const statements = Properties.PolicyDocument.Statement.filter(
        ({ Action }) => Action === 'kms:Decrypt',
      );
      return statements.length === 0 ? [] : [[/TaskRole|ExecutionRole/.exec(id)?.[0], statements]];
    });
    const statement = {
      Action: 'kms:Decrypt',
      Effect: 'Allow',
      Resource: `arn:aws:kms:${home}:key/0a1b2c3d-0000-4000-8000-000000000000`,
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
    };
    expect(Object.fromEntries(decrypting)).toEqual({
      TaskRole: [statement],
      ExecutionRole: [statement],
    });
  });
});

test('I6: a database is reached by its range of addresses as well', () => {
  const secretArn = `arn:aws:secretsmanager:${home}:secret:shop-database-AbC123`;
  const externalDatabase = { secretArn, port: 6432, peer: '10.1.2.0/24' };
  const { templates } = synthesise(files.write({ externalDatabase }));
  const groups = resourcesOf<{ SecurityGroupEgress: readonly object[] }>(
    templates.service,
    'AWS::EC2::SecurityGroup',
  );
  const [own] = Object.entries(groups).filter(([id]) => id.startsWith('PaymentsService'));
  expect(own?.[1].Properties.SecurityGroupEgress).toContainEqual(
    expect.objectContaining({ CidrIp: '10.1.2.0/24', FromPort: 6432, ToPort: 6432 }),
  );
});

test('I6: in an adopted load balancer without listeners, ours are created, and its group left alone', () => {
  const { service } = synthesise(
    files.write({
      vpc,
      loadBalancer: adoptedBalancer,
      https: { dnsDelegated: true, enableAcm: true },
    }),
  ).templates;
  const listeners = Object.values(
    resourcesOf(service, 'AWS::ElasticLoadBalancingV2::Listener'),
  ).map(({ Properties }) => [Properties.LoadBalancerArn, Properties.Port]);
  expect(listeners).toEqual([
    [loadBalancer, 80],
    [loadBalancer, 443],
  ]);
  const opened = Object.values(resourcesOf(service, 'AWS::EC2::SecurityGroupIngress'));
  expect(opened.filter(({ Properties }) => Properties.CidrIp !== undefined)).toEqual([]);
});
