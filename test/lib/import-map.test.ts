import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ImportMapError } from '../../ops/import-map/identifiers';
import { importMap } from '../../ops/import-map/import-map';
import { stacksIn } from '../../ops/import-map/synthesised-stacks';
import { EnvironmentFiles } from './environment-files';
import { removeAssemblies, synthesise } from './synthesis';

const project = join(__dirname, '../..');
const files = new EnvironmentFiles();

afterAll(() => {
  removeAssemblies();
  files.remove();
});

const home = 'us-east-1:123456789012';
const secretNamed = (name: string) => `arn:aws:secretsmanager:${home}:secret:${name}-AbC123`;
const elbArn = (resource: string) => `arn:aws:elasticloadbalancing:${home}:${resource}`;
const balancer = 'app/shop/00000000000000aa';
const identifiers = {
  'stripe-secret-key': secretNamed('tollgate-shop-stripe-secret-key'),
  'stripe-webhook-secret': secretNamed('tollgate-shop-stripe-webhook-secret'),
  'jwt-access-token-secret': secretNamed('tollgate-shop-jwt-access-token-secret'),
  'hosted-zone': 'Z0123456789ABCDEFGHIJ',
  'load-balancer': elbArn(`loadbalancer/${balancer}`),
  'load-balancer-security-group': 'sg-0123456789abcdef0',
  'access-logs-bucket': 'shop-load-balancer-logs',
  'target-group': elbArn('targetgroup/pay/00000000000000aa'),
  'front-end-target-group': elbArn('targetgroup/web/00000000000000bb'),
  'http-listener': elbArn(`listener/${balancer}/1`),
  'https-listener': elbArn(`listener/${balancer}/2`),
};

/** Where an older load balancer is. */
const vpc = {
  id: 'vpc-0123456789abcdef0',
  publicSubnetIds: ['subnet-aaaaaaaa', 'subnet-bbbbbbbb'],
  privateSubnetIds: ['subnet-cccccccc', 'subnet-dddddddd'],
  isolatedSubnetIds: ['subnet-eeeeeeee', 'subnet-ffffffff'],
};
const secrets = { imported: ['stripeSecretKey', 'stripeWebhookSecret', 'jwtAccessTokenSecret'] };

/** Everything of an older set-up, with its VPC and its certificate adopted by reference. */
const older = {
  vpc,
  secrets,
  https: {
    enableAcm: true,
    dnsDelegated: true,
    certificateArn: `arn:aws:acm:${home}:certificate/0a1b2c3d-0000-4000-8000-000000000000`,
  },
  frontEnd: { paths: ['/app/*'], image: `ghcr.io/shop/front@sha256:${'0'.repeat(64)}` },
};

/** The stacks of an environment, as `cdk synth` writes them. */
const stacksOf = (content: object) => {
  const flags = files.write({ account: '123456789012', ...content });
  return stacksIn(synthesise(flags, { hasPaths: true }).directory);
};

const stacks = stacksOf(older);
const fresh = stacksOf({});

describe('I6, O8: the mapping for cdk import', () => {
  test('I6, O8: it names the secrets, zone, load balancer, target groups and listeners by their ids', () => {
    const { mapping, stackNames } = importMap(stacks, identifiers);
    expect(stackNames).toEqual(
      ['network', 'data', 'service'].map((kind) => `tollgate-shop-${kind}`),
    );
    const typeOf = (id: string) =>
      stacks.flatMap(({ resources }) => resources[id]?.Type ?? []).join();
    const mapped = Object.entries(mapping).map(([id, key]) => [typeOf(id), key]);
    const elb = 'AWS::ElasticLoadBalancingV2';
    expect(mapped).toEqual([
      ['AWS::SecretsManager::Secret', { Id: identifiers['stripe-secret-key'] }],
      ['AWS::SecretsManager::Secret', { Id: identifiers['stripe-webhook-secret'] }],
      ['AWS::SecretsManager::Secret', { Id: identifiers['jwt-access-token-secret'] }],
      ['AWS::Route53::HostedZone', { Id: identifiers['hosted-zone'] }],
      [`${elb}::LoadBalancer`, { LoadBalancerArn: identifiers['load-balancer'] }],
      ['AWS::EC2::SecurityGroup', { Id: identifiers['load-balancer-security-group'] }],
      ['AWS::S3::Bucket', { BucketName: identifiers['access-logs-bucket'] }],
      ['AWS::S3::BucketPolicy', { Bucket: identifiers['access-logs-bucket'] }],
      [`${elb}::TargetGroup`, { TargetGroupArn: identifiers['target-group'] }],
      [`${elb}::TargetGroup`, { TargetGroupArn: identifiers['front-end-target-group'] }],
      [`${elb}::Listener`, { ListenerArn: identifiers['http-listener'] }],
      [`${elb}::Listener`, { ListenerArn: identifiers['https-listener'] }],
    ]);
  });

  test('I6, O8: nothing in it refers to a resource that the stack would not have yet', () => {
    const mapped = Object.keys(importMap(stacks, identifiers).mapping);
    for (const { resources } of stacks) {
      for (const id of Object.keys(resources).filter((each) => mapped.includes(each))) {
        const { DependsOn, Properties } = resources[id] ?? {};
        const text = JSON.stringify([DependsOn, Properties]);
        const others = Object.keys(resources).filter((each) => text.includes(`"${each}"`));
        expect(others.filter((each) => !mapped.includes(each))).toEqual([]);
        expect(text).not.toContain('Fn::GetStackOutput');
      }
    }
  });

  test('I6, O8: the record that the deploy would create a second time is named, if the zone is imported', () => {
    expect(importMap(stacks, identifiers).beforeDeploy).toEqual([
      expect.stringMatching(/^delete the A record of pay\.shop\.test, if the zone has one/),
    ]);
    const without = stacksOf({ ...older, https: { enableRoute53: false } });
    expect(importMap(without, {}).beforeDeploy).toEqual([]);
  });

  test('I6: a secret that is imported keeps its value: its template generates none, the others do', () => {
    const generates = (of: typeof stacks) =>
      of
        .flatMap(({ resources }) => Object.values(resources))
        .filter(({ Type }) => Type === 'AWS::SecretsManager::Secret')
        .map(({ Properties = {} }) => [Properties.Name, 'GenerateSecretString' in Properties]);
    const names = ['stripe-secret-key', 'stripe-webhook-secret', 'jwt-access-token-secret'];
    const database = ['tollgate-shop-database', true];
    const each = (isGenerated: boolean) =>
      names.map((name) => [`tollgate-shop-${name}`, isGenerated]);
    expect(generates(stacks)).toEqual([database, ...each(false)]);
    expect(generates(fresh)).toEqual([database, ...each(true)]);
  });

  test('O8: what a new VPC or a generated value stands against is left out, with what to do', () => {
    const { mapping, remarks, stackNames } = importMap(fresh, {});
    const options = Object.values(mapping).flatMap((key) => Object.values(key));
    expect(options).toEqual(['<hosted-zone>', '<access-logs-bucket>', '<access-logs-bucket>']);
    expect(stackNames).toEqual(['tollgate-shop-network', 'tollgate-shop-service']);
    for (const remark of [
      /LoadBalancer\w+ is left out: it would be in the VPC that tollgate-shop-network creates.*as vpc/,
      /LoadBalancerHttp\w+ is left out: it refers to \w*LoadBalancer\w+, which cannot be imported/,
      /StripeSecretKey\w+ is left out: .* generated value .*name it under secrets\.imported/,
    ]) {
      expect(remarks).toContainEqual(expect.stringMatching(remark));
    }
  });

  test('O8: a listener whose certificate the stack would create is left out, with what to do', () => {
    const https = { enableAcm: true, dnsDelegated: true };
    const { mapping, remarks } = importMap(stacksOf({ https, vpc }), {});
    expect(Object.keys(mapping).filter((id) => id.includes('LoadBalancerHttps'))).toEqual([]);
    expect(remarks).toContainEqual(
      expect.stringMatching(
        /LoadBalancerHttps\w+ is left out: .*Certificate.*adopt that by reference/,
      ),
    );
    expect(remarks).toContainEqual(
      expect.stringMatching(/certificate cannot be imported.*https\.certificateArn/),
    );
  });

  const refusals: readonly (readonly [string, typeof stacks, Record<string, string>, RegExp])[] = [
    [
      'malformed',
      fresh,
      { 'load-balancer': 'shop' },
      /^identifier_malformed: --load-balancer is shop; expected .* such as arn:aws:elastic/,
    ],
    [
      'partial',
      stacks,
      { 'stripe-secret-key': `arn:aws:secretsmanager:${home}:secret:shop` },
      /^identifier_malformed: --stripe-secret-key/,
    ],
    [
      'of what no stack creates',
      fresh,
      { 'https-listener': identifiers['https-listener'] },
      /^identifier_unused: --https-listener .*take the option out/,
    ],
    [
      'of what cannot be imported',
      fresh,
      { 'load-balancer': identifiers['load-balancer'] },
      /^identifier_unused: --load-balancer is given, but .* name that one as vpc/,
    ],
    [
      'of a secret of another name',
      stacks,
      { 'stripe-secret-key': secretNamed('shop-stripe') },
      /^identifier_differs: --stripe-secret-key is named shop-stripe, .*adopt it by its ARN/,
    ],
    [
      'of a listener of another load balancer',
      stacks,
      { ...identifiers, 'http-listener': elbArn('listener/app/other/00000000000000bb/1') },
      /^identifier_differs: --http-listener is .*of another load balancer than --load-balancer/,
    ],
  ];
  test.each(refusals)(
    'O8: an identifier that is %s is refused with the fix',
    (_, of, given, text) => {
      const refused = () => importMap(of, given);
      expect(refused).toThrow(ImportMapError);
      expect(refused).toThrow(text);
    },
  );
});

describe('O8: npm run ops -- import-map', () => {
  const ops = (...parameters: string[]) =>
    spawnSync('npm', ['run', '--silent', 'ops', '--', 'import-map', ...parameters], {
      cwd: project,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });

  test('O8: standard output is the mapping alone, with named placeholders; what to do goes beside it', () => {
    const { status, stderr, stdout } = ops('--env', 'staging', '--hosted-zone', 'Z0123456789');
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    const keys = Object.values<Record<string, string>>(JSON.parse(stdout)).flatMap((key) =>
      Object.values(key),
    );
    expect(keys).toEqual(['Z0123456789', '<access-logs-bucket>', '<access-logs-bucket>']);
    expect(stderr).toMatch(/<access-logs-bucket>, the bucket .*; give --access-logs-bucket/);
    expect(stderr).toContain('npx cdk import tollgate-staging-network -c env=staging');
  });

  test('O8: an environment that is not there ends it with its name, the known ones and not 0', () => {
    const { status, stderr, stdout } = ops('--env', 'stagin');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/synthesis_failed: [\s\S]*did you mean staging\?/);
  });
});
