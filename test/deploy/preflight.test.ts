import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { AllocateAddressCommand, EC2Client } from '@aws-sdk/client-ec2';
import { checkAccount } from '../../deploy/preflight/account';
import { checkCatalogue } from '../../deploy/preflight/catalogue';
import { checkDomain } from '../../deploy/preflight/domain';
import { checkImage } from '../../deploy/preflight/image';
import { parseEnvironment } from '../../lib/configuration/environment-file/schema';
import { Faults } from '../../lib/configuration/faults';
import { markOf } from '../../ops/terminal/output';
import { AwsDouble, doubleRegion } from '../aws/aws-double';
import { Deployment } from '../aws/deployment';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';
import { DnsServer } from './dns-server';

const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});

function environment(more: object = {}) {
  const written = {
    region: doubleRegion,
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    domainName: 'billing.shop.test',
    ...more,
  };
  const read = parseEnvironment('shop.json', written, new Faults());
  if (read === undefined) throw new Error('the environment is not understood');
  return read;
}

const reached = { region: doubleRegion, profile: undefined };

describe('I16: the account', () => {
  let double: AwsDouble;

  beforeAll(async () => {
    if (testWithMoto !== test.skip) double = await AwsDouble.start();
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  const signIn = () => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: double.endpoint,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
    });
  };
  const look = (more: object = {}) => {
    signIn();
    return checkAccount({ environment: environment(more), makesNetwork: true }, reached);
  };

  testWithMoto('I16: that was never bootstrapped is named, with the command', async () => {
    const [bootstrap] = await look({ account: '123456789012' });
    expect(bootstrap).toEqual({
      check: 'bootstrap',
      ok: false,
      seen: 'no cdk bootstrap in us-east-1',
      fix: 'npx cdk bootstrap -c env=NAME aws://123456789012/us-east-1',
    });
  });

  testWithMoto('I16: that never used a service has its role made, once', async () => {
    const seen = async () =>
      (await look()).flatMap(({ check, ok, seen }) =>
        check === 'service-linked role' ? `${ok} ${seen}` : [],
      );
    await seen();
    expect(await seen()).toEqual([
      'true AWSServiceRoleForECS',
      'true AWSServiceRoleForElasticLoadBalancing',
      'true AWSServiceRoleForRDS',
      'true AWSServiceRoleForApplicationAutoScaling_ECSService',
    ]);
  });

  testWithMoto('I16: whose addresses are used up is named, with how to ask for more', async () => {
    const addresses = async (nat: string) =>
      (await look({ nat })).find(({ seen }) => seen.startsWith('elastic'));
    signIn();
    const ec2 = new EC2Client({ region: doubleRegion });
    // Production in three zones, and staging.
    for (let count = 0; count < 4; count += 1) await ec2.send(new AllocateAddressCommand({}));
    ec2.destroy();
    expect(await addresses('single')).toMatchObject({
      ok: true,
      seen: 'elastic IP addresses: 4 in use, 1 needed, 5 allowed',
    });
    expect(await addresses('perZone')).toMatchObject({
      ok: false,
      fix: expect.stringMatching(/request-service-quota-increase .* L-0263D0A3 --desired-value 6/),
    });
    // None is needed where none is made.
    expect(await addresses('none')).toBeUndefined();
    const adopted = { environment: environment(), makesNetwork: false };
    expect((await checkAccount(adopted, reached)).map(({ check }) => check)).not.toContain('quota');
  });

  testWithMoto('I16: without credentials, that alone is said, with the fix', async () => {
    signIn();
    const nowhere = '/nonexistent';
    Object.assign(process.env, {
      AWS_CONFIG_FILE: nowhere,
      AWS_SHARED_CREDENTIALS_FILE: nowhere,
    });
    const nobody = { ...reached, profile: 'nobody' };
    const findings = await checkAccount({ environment: environment(), makesNetwork: true }, nobody);
    expect(findings).toEqual([
      {
        check: 'credentials',
        ok: false,
        seen: expect.stringMatching(/CredentialsProviderError/),
        fix: expect.stringMatching(/^Sign in \(`aws sso login`\), or name a profile/),
      },
    ]);
  });

  testWithMoto(
    'I16, I18: npm run deploy begins nothing that would fail, unless it is told to',
    async () => {
      const deployment = new Deployment(double, 'early', { domainName: 'billing.early.test' });
      const stopped = await double.npmRunDeploy(...deployment.app());
      expect(stopped).toEqual({
        exitCode: 1,
        output: expect.stringMatching(
          /✗ bootstrap .*no cdk bootstrap[\s\S]*→ npx cdk bootstrap[\s\S]*Not deployed, .*--no-preflight/,
        ),
      });
      expect(stopped.output).not.toContain('Cost of a month');
      const told = await double.npmRunDeploy('--no-preflight', ...deployment.app());
      expect(told.output).not.toContain('✗ bootstrap');
      // The CDK itself refuses it, once the app has run and said the cost.
      expect(told.output).toMatch(/Cost of a month without traffic[\s\S]*bootstrap/);
      expect(told.exitCode).toBe(1);
    },
  );
});

describe('I16: the domain', () => {
  const amazon = ['ns-1.awsdns-01.com', 'ns-2.awsdns-02.co.uk'];
  const look = async (zones: Parameters<typeof DnsServer.start>[0], more: object = {}) => {
    const server = await DnsServer.start(zones);
    const found = await checkDomain(environment(more), { hasCertificate: true }, server.resolver());
    await server.stop();
    return found.map(({ check, ok, seen }) => `${markOf(ok)} ${check}: ${seen}`);
  };

  test('I3, I16: that is delegated, and lets anybody issue certificates, is well', async () => {
    expect(await look({ 'billing.shop.test': { ns: amazon } })).toEqual([
      '✓ delegation: billing.shop.test is answered for by ns-1.awsdns-01.com, ns-2.awsdns-02.co.uk',
      '✓ CAA: billing.shop.test lets anybody issue certificates',
    ]);
  });

  test('I3, I16: that is somebody’s word, or answered for elsewhere, is found out', async () => {
    expect(await look({ 'shop.test': {} })).toContainEqual(
      expect.stringMatching(/^✗ delegation: no name server answers for billing\.shop\.test/),
    );
    const elsewhere = { 'billing.shop.test': { ns: ['ns1.registrar.test'] } };
    expect(await look(elsewhere)).toContainEqual(
      '✗ delegation: billing.shop.test is answered for by ns1.registrar.test',
    );
  });

  test('I3, I16: whose parent lets only others issue certificates is found out', async () => {
    const under = (...caa: string[]) => ({
      'billing.shop.test': { ns: amazon },
      'shop.test': { caa },
    });
    expect(await look(under('letsencrypt.org'))).toContainEqual(
      '✗ CAA: shop.test lets letsencrypt.org issue certificates',
    );
    expect(await look(under('letsencrypt.org', 'amazon.com'))).toContainEqual(
      '✓ CAA: shop.test lets letsencrypt.org, amazon.com issue certificates',
    );
    expect(await look(under(';'))).toContainEqual(expect.stringMatching(/^✗ CAA: shop\.test/));
  });

  test('I16: that no certificate is asked for is not looked at', async () => {
    expect(await checkDomain(environment(), { hasCertificate: false })).toEqual([]);
  });
});

describe('I16: a pinned image', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const look = async (answers: Readonly<Record<string, object>>) => {
    const server = createServer(({ url = '' }, response) => {
      const found = answers[url];
      response.writeHead(found === undefined ? 401 : 200).end(JSON.stringify(found ?? {}));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const found = await checkImage(`localhost:${port}/shop/pay@${digest}`);
    server.close();
    return found.map(({ ok, seen }) => `${markOf(ok)} ${seen.replace(/^.*0 /, '')}`);
  };
  const manifest = `/v2/shop/pay/manifests/${digest}`;
  const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } });

  test('I16: for another processor than the tasks’ is found out, in a list or alone', async () => {
    expect(await look({ [manifest]: { manifests: [platform('amd64')] } })).toEqual([
      '✗ is built for amd64',
    ]);
    expect(
      await look({ [manifest]: { manifests: [platform('amd64'), platform('arm64')] } }),
    ).toEqual(['✓ is built for amd64, arm64']);
    const alone = { config: { digest: 'sha256:1' } };
    const config = { architecture: 'amd64' };
    expect(await look({ [manifest]: alone, '/v2/shop/pay/blobs/sha256:1': config })).toEqual([
      '✗ is built for amd64',
    ]);
  });

  test('I16: that a registry keeps to itself is unknown, and not well', async () => {
    expect(await look({})).toEqual([expect.stringMatching(/^\? not checked: .*answers 401/)]);
  });
});

describe('I16: the catalogue', () => {
  const look = (catalogueFile: string, more: object = {}) =>
    checkCatalogue({ environment: environment({ catalogueFile, ...more }), image: undefined });

  test('I16: that no task could sell is named before it is built', () => {
    const name = 'catalogue/preflight-test.json';
    const path = join(__dirname, '../..', name);
    writeFileSync(path, '{"packages": 5}');
    try {
      expect(look(name)).toEqual([
        {
          check: 'catalogue',
          ok: false,
          seen: expect.stringMatching(/preflight-test\.json.*packages/),
          fix: expect.stringContaining('no task starts with it'),
        },
      ]);
      const CATALOGUE_ARN = 'arn:aws:s3:::shop/catalogue.json';
      expect(look(name, { variables: { CATALOGUE_ARN } })).toEqual([]);
    } finally {
      rmSync(path);
    }
  });

  test('I16: that can be sold is no reason to wait', () => {
    expect(look('catalogue/default.json')).toEqual([
      { check: 'catalogue', ok: true, seen: 'catalogue/default.json can be sold' },
    ]);
  });
});
