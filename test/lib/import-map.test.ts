import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImportMapError, importMap, synthesisedStacks } from '../../ops/import-map';
import { EnvironmentFiles } from './environment-files';

const project = join(__dirname, '../..');
const files = new EnvironmentFiles();

afterAll(() => files.remove());

const home = 'us-east-1:123456789012';
const identifiers = {
  'stripe-secret-key': `arn:aws:secretsmanager:${home}:secret:shop-stripe-AbC123`,
  'stripe-webhook-secret': `arn:aws:secretsmanager:${home}:secret:shop-webhook-AbC123`,
  'jwt-access-token-secret': `arn:aws:secretsmanager:${home}:secret:shop-jwt-AbC123`,
  'hosted-zone': 'Z0123456789ABCDEFGHIJ',
  'load-balancer': `arn:aws:elasticloadbalancing:${home}:loadbalancer/app/shop/00000000000000aa`,
  'load-balancer-security-group': 'sg-0123456789abcdef0',
  'access-logs-bucket': 'shop-load-balancer-logs',
  'target-group': `arn:aws:elasticloadbalancing:${home}:targetgroup/pay/00000000000000aa`,
  'front-end-target-group': `arn:aws:elasticloadbalancing:${home}:targetgroup/web/00000000000000bb`,
  'http-listener': `arn:aws:elasticloadbalancing:${home}:listener/app/shop/00000000000000aa/1`,
  'https-listener': `arn:aws:elasticloadbalancing:${home}:listener/app/shop/00000000000000aa/2`,
};

/** Everything of an older set-up, with its certificate adopted by reference. */
const older = {
  https: {
    enableAcm: true,
    dnsDelegated: true,
    certificateArn: `arn:aws:acm:${home}:certificate/0a1b2c3d-0000-4000-8000-000000000000`,
  },
  frontEnd: { paths: ['/app/*'], image: `ghcr.io/shop/front@sha256:${'0'.repeat(64)}` },
};

const contextOf = (content: object) => {
  const { env, environmentFile } = files.write({ account: '123456789012', ...content });
  return ['-c', `env=${env}`, '-c', `environmentFile=${environmentFile}`];
};

describe('I6, O8: the mapping for cdk import', () => {
  test('I6, O8: it names the secrets, zone, load balancer, target groups and listeners by their ids', async () => {
    const stacks = await synthesisedStacks(contextOf(older));
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
  }, 60_000);

  test('I6, O8: nothing in it refers to a resource that the stack would not have yet', async () => {
    const stacks = await synthesisedStacks(contextOf(older));
    const mapped = Object.keys(importMap(stacks, identifiers).mapping);
    for (const { resources } of stacks) {
      for (const id of Object.keys(resources).filter((each) => mapped.includes(each))) {
        const { DependsOn, Properties } = resources[id] ?? {};
        const text = JSON.stringify([DependsOn, Properties]);
        const others = Object.keys(resources).filter((each) => text.includes(`"${each}"`));
        expect(others.filter((each) => !mapped.includes(each))).toEqual([]);
      }
    }
  }, 60_000);

  test('O8: a listener whose certificate the stack would create is left out, with what to do', async () => {
    const https = { enableAcm: true, dnsDelegated: true };
    const { mapping, remarks } = importMap(await synthesisedStacks(contextOf({ https })), {});
    expect(Object.keys(mapping).filter((id) => id.includes('LoadBalancerHttps'))).toEqual([]);
    expect(remarks).toContainEqual(
      expect.stringMatching(
        /LoadBalancerHttps\w+ is left out: .*Certificate.*adopt it by reference/,
      ),
    );
    expect(remarks).toContainEqual(
      expect.stringMatching(/certificate cannot be imported.*https\.certificateArn/),
    );
  }, 60_000);

  test('O8: an identifier that is malformed, or of what no stack creates, is refused with the fix', async () => {
    const stacks = await synthesisedStacks(contextOf({}));
    const refused = (given: Record<string, string>) => {
      try {
        importMap(stacks, given);
      } catch (error) {
        if (error instanceof ImportMapError) return error.message;
      }
      return 'not refused';
    };
    expect(refused({ 'load-balancer': 'shop' })).toMatch(
      /^identifier_malformed: --load-balancer is shop; expected .* such as arn:aws:elastic/,
    );
    expect(refused({ 'stripe-secret-key': `arn:aws:secretsmanager:${home}:secret:shop` })).toMatch(
      /^identifier_malformed: --stripe-secret-key/,
    );
    expect(refused({ 'https-listener': identifiers['https-listener'] })).toMatch(
      /^identifier_unused: --https-listener .*take the option out/,
    );
  }, 60_000);
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
    expect(keys).toContain('Z0123456789');
    expect(keys).toContain('<stripe-secret-key>');
    expect(stderr).toMatch(/<load-balancer>, an internet-facing .*; give --load-balancer/);
    expect(stderr).toContain('node bin/cdk.cjs import tollgate-staging-network -c env=staging');
  }, 60_000);

  test('O8: with --out it is a file', () => {
    const { environmentFile } = files.write({});
    const out = `${environmentFile}.mapping`;
    expect(ops('--env', 'staging', '--out', out)).toMatchObject({ status: 0, stdout: '' });
    expect(Object.keys(JSON.parse(readFileSync(out, 'utf8')))).toContain('PublicZone65FBFA2F');
  }, 60_000);

  test('O8: an environment that is not there ends it with its name, the known ones and not 0', () => {
    const { status, stderr, stdout } = ops('--env', 'stagin');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/synthesis_failed: [\s\S]*did you mean staging\?/);
  }, 60_000);
});
