import { join } from 'node:path';
import { EnvironmentFiles } from '../environment-files';
import { answerTo } from '../load-balancer';
import { propertiesOf, removeAssemblies, resourcesOf, synthesise } from '../synthesis';

const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

const image = `ghcr.io/shop/front@sha256:${'0'.repeat(64)}`;
const https = { dnsDelegated: true, enableAcm: true };
const byHost = {
  env: 'shop',
  environmentFile: join(__dirname, '../environments/front-end.json'),
};

describe('I7: a second service', () => {
  test('I7: by host, it has its hosts, and the service the rest', () => {
    const { service } = synthesise(byHost).templates;
    const at = (port: number, host: string) =>
      answerTo(service, { port, host, path: '/v1/account' });
    expect(at(443, 'app.shop.test')).toBe('forwarded to the front end');
    expect(at(443, 'www.shop.test')).toBe('forwarded to the front end');
    expect(at(443, 'pay.shop.test')).toBe('forwarded');
    expect(at(80, 'app.shop.test')).toBe('redirected to HTTPS:443 by HTTP_301');
  });

  test('I7: by path, it has its paths, and the service its own', () => {
    const frontEnd = { paths: ['/app/*', '/assets/*'], image };
    const { service } = synthesise(files.write({ https, frontEnd })).templates;
    const at = (path: string) => answerTo(service, { port: 443, host: 'pay.shop.test', path });
    expect(at('/app/')).toBe('forwarded to the front end');
    expect(at('/assets/logo.svg')).toBe('forwarded to the front end');
    for (const path of ['/', '/app', '/webhooks/stripe', '/health', '/v1/account']) {
      expect([path, at(path)]).toEqual([path, 'forwarded']);
    }
  });

  test('I7: its hosts have records and a certificate, beside the service’s own', () => {
    const { service } = synthesise(byHost).templates;
    const records = Object.values(resourcesOf(service, 'AWS::Route53::RecordSet'));
    expect(records.map(({ Properties }) => Properties.Name).sort()).toEqual([
      'app.shop.test.',
      'pay.shop.test.',
      'www.shop.test.',
    ]);
    const certificates = Object.values(
      resourcesOf(service, 'AWS::CertificateManager::Certificate'),
    ).map(({ Properties }) => [Properties.DomainName, Properties.SubjectAlternativeNames]);
    expect(certificates).toEqual([
      ['pay.shop.test', undefined],
      ['app.shop.test', ['www.shop.test']],
    ]);
    expect(propertiesOf(service, 'AWS::ElasticLoadBalancingV2::ListenerCertificate')).toMatchObject(
      { ListenerArn: { Ref: expect.stringContaining('Https') } },
    );
  });

  test('I7, I11: it runs in the same cluster with nothing of the service’s: no secret, no database', () => {
    const { service } = synthesise(byHost).templates;
    const own = Object.entries(service.Resources).filter(([id]) => id.startsWith('FrontEnd'));
    const text = JSON.stringify(own);
    expect(text).not.toMatch(/secretsmanager|LedgerDatabase|StripeSecret|5432|sns:/i);
    const services = Object.values(
      resourcesOf<{ Cluster: unknown }>(service, 'AWS::ECS::Service'),
    ).map(({ Properties }) => JSON.stringify(Properties.Cluster));
    expect(services).toHaveLength(2);
    expect(new Set(services).size).toBe(1);
  });

  test('I4, I7: it is told its variables, and injected its secrets by reference', () => {
    const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-session-key-AbC123';
    const own = { environment: { THEME: 'dark' }, secrets: { SESSION_KEY: arn } };
    const frontEnd = (more: object) => ({ https, frontEnd: { paths: ['/app/*'], image, ...more } });
    const { service } = synthesise(files.write(frontEnd(own))).templates;
    const tasks = resourcesOf<{
      ContainerDefinitions: readonly [{ Environment: unknown; Secrets?: unknown }];
    }>(service, 'AWS::ECS::TaskDefinition');
    const [, { Properties } = { Properties: undefined }] =
      Object.entries(tasks).find(([id]) => id.startsWith('FrontEnd')) ?? [];
    expect(Properties?.ContainerDefinitions[0]).toMatchObject({
      Environment: expect.arrayContaining([{ Name: 'THEME', Value: 'dark' }]),
      Secrets: [{ Name: 'SESSION_KEY', ValueFrom: arn }],
    });
    expect(files.faultOf(frontEnd({ environment: { PORT: '1' } }))).toMatch(
      /frontEnd\.environment names PORT, which every front end is told; leave it out/,
    );
    expect(files.faultOf(frontEnd({ secrets: { KEY: arn.slice(0, -7) } }))).toMatch(
      /frontEnd\.secrets\.KEY is .*, which is partial/,
    );
    expect(files.faultOf(frontEnd({ ...own, environment: { SESSION_KEY: 'x' } }))).toMatch(
      /frontEnd\.secrets names SESSION_KEY, which is told in the open already/,
    );
    expect(files.faultOf(frontEnd({ environment: { '1X': 'y' } }))).toMatch(/1X/);
  });

  test('I7: a target group that stands already is forwarded to, and nothing is run', () => {
    const targetGroupArn =
      'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/front-end/0123456789abcdef';
    const vpc = {
      id: 'vpc-0123456789abcdef0',
      publicSubnetIds: ['subnet-aaaaaaaa', 'subnet-bbbbbbbb'],
      privateSubnetIds: ['subnet-cccccccc', 'subnet-dddddddd'],
      isolatedSubnetIds: ['subnet-eeeeeeee', 'subnet-ffffffff'],
    };
    const frontEnd = { paths: ['/app/*'], targetGroupArn };
    const { service } = synthesise(files.write({ https, vpc, frontEnd })).templates;
    const request = { port: 443, host: 'pay.shop.test', path: '/app/' };
    expect(answerTo(service, request)).toBe('forwarded to the front end');
    expect(Object.keys(resourcesOf(service, 'AWS::ECS::Service'))).toHaveLength(1);
    const [loadBalancer] = Object.entries(resourcesOf(service, 'AWS::EC2::SecurityGroup'))
      .filter(([id]) => id.startsWith('HttpsEdgeLoadBalancer'))
      .map(([, { Properties }]) => Properties);
    expect(loadBalancer?.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 3000, ToPort: 3000 }),
    ]);
  });

  test('I7, I9: in maintenance it is closed too', () => {
    const { service } = synthesise({ ...byHost, maintenance: 'on' }).templates;
    const request = { port: 443, host: 'app.shop.test', path: '/' };
    expect(answerTo(service, request)).toBe('answered 503 maintenance');
  });

  test('I7: before there is HTTPS it has no place, and the report says so', () => {
    const { report, templates } = synthesise(
      files.write({ frontEnd: { paths: ['/app/*'], image } }),
    );
    expect(Object.keys(resourcesOf(templates.service, 'AWS::ECS::Service'))).toHaveLength(1);
    expect(report).toMatch(/frontEnd waits for the HTTPS listener/);
  });

  test.each<[object, RegExp]>([
    [{ paths: ['/app/*'] }, /frontEnd has neither image nor targetGroupArn; give the image/],
    [{ image }, /frontEnd has neither hosts nor paths.*give either/],
    [{ image, paths: ['/*'] }, /frontEnd\.paths has \/\*, which takes .* from the service/],
    [{ image, paths: ['/web*'] }, /takes \/webhooks\/stripe from the service/],
    [{ image, paths: ['/health'] }, /takes \/health from the service/],
    [{ image, paths: ['/v1/app'] }, /takes \/v1 from the service/],
    [{ image, hosts: ['pay.shop.test'] }, /the service's own domainName; give another host/],
    [{ image, hosts: ['app.shop.test'] }, /outside of the zone pay\.shop\.test.*adopt the parent/],
    [
      { image, hosts: ['a.pay.shop.test', 'b.pay.shop.test'], paths: ['/1', '/2', '/3', '/4'] },
      /2 hosts and 4 paths; a rule of the load balancer takes 5 values/,
    ],
    [{ image, paths: ['/app/*'], cpuUnits: 256, memoryMiB: 4096 }, /frontEnd\.memoryMiB is 4096/],
  ])('I7: %j is refused with the fix', (frontEnd, fault) => {
    expect(files.faultOf({ frontEnd })).toMatch(fault);
  });
});

interface FirewallRule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: object;
  readonly Statement: object;
}

describe('I11: the firewall', () => {
  const rulesOf = (content: object) => {
    const { service } = synthesise(
      files.write({ firewall: { enabled: true }, ...content }),
    ).templates;
    const { Rules } = propertiesOf<{ Rules: readonly FirewallRule[] }>(
      service,
      'AWS::WAFv2::WebACL',
    );
    expect(propertiesOf(service, 'AWS::WAFv2::WebACLAssociation')).toMatchObject({
      ResourceArn: { Ref: expect.stringMatching(/^HttpsEdgeLoadBalancer/) },
    });
    return [...Rules].sort((a, b) => a.Priority - b.Priority);
  };

  test('I11: there is none unless it is chosen', () => {
    const { service } = synthesise(files.write({})).templates;
    expect(resourcesOf(service, 'AWS::WAFv2::WebACL')).toEqual({});
  });

  test('I11: what is signed is let through on every webhook path before any rule could block it', () => {
    const rules = rulesOf({ webhookPaths: ['/webhooks/stripe', '/old/hook'] });
    const [unsigned, limited, allowed, ...more] = rules;
    expect(allowed).toMatchObject({ Name: 'Webhooks', Action: { Allow: {} } });
    const matched = (path: string) => ({
      ByteMatchStatement: expect.objectContaining({
        FieldToMatch: { UriPath: {} },
        PositionalConstraint: 'EXACTLY',
        SearchString: path,
      }),
    });
    const webhooks = {
      OrStatement: { Statements: [matched('/webhooks/stripe'), matched('/old/hook')] },
    };
    expect(allowed?.Statement).toEqual(webhooks);
    const header = { SingleHeader: { Name: 'stripe-signature' } };
    const isSigned = expect.objectContaining({
      FieldToMatch: header,
      ComparisonOperator: 'GT',
      Size: 0,
    });
    expect(unsigned).toMatchObject({
      Name: 'UnsignedWebhooks',
      Action: { Block: { CustomResponse: { ResponseCode: 400 } } },
      Statement: {
        AndStatement: {
          Statements: [
            webhooks,
            { NotStatement: { Statement: { SizeConstraintStatement: isSigned } } },
          ],
        },
      },
    });
    expect(limited).toMatchObject({
      Name: 'WebhooksOfOneAddress',
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { Limit: 30_000, ScopeDownStatement: webhooks } },
    });
    expect(more.map(({ Name }) => Name)).toEqual([
      'RequestsOfOneAddress',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
  });

  test('I11: one address has its limit in five minutes', () => {
    const rules = rulesOf({ firewall: { enabled: true, requestsPerFiveMinutes: 500 } });
    expect(rules[3]).toMatchObject({
      Name: 'RequestsOfOneAddress',
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { Limit: 500, EvaluationWindowSec: 300 } },
    });
  });

  test('S1: a firewall that does not answer lets requests pass, webhooks among them', () => {
    const attributes = (content: object) => {
      const { LoadBalancerAttributes } = propertiesOf<{
        LoadBalancerAttributes: readonly object[];
      }>(
        synthesise(files.write(content)).templates.service,
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
      );
      return LoadBalancerAttributes;
    };
    const failOpen = { Key: 'waf.fail_open.enabled', Value: 'true' };
    expect(attributes({ firewall: { enabled: true } })).toContainEqual(failOpen);
    expect(attributes({})).not.toContainEqual(failOpen);
  });
});
