import { writeFileSync } from 'node:fs';
import { removeAssemblies, synthesise } from '../lib/synthesis';
import { AwsDouble, doubleAccount, doubleRegion } from './aws-double';
import { testWithMoto } from './python-tools';

/** As small as an environment can be; only its network and its deploy role are deployed. */
const small = {
  env: 'compared',
  region: doubleRegion,
  account: doubleAccount,
  availabilityZones: ['us-east-1a', 'us-east-1b'],
  domainName: 'billing.compared.test',
  nat: 'none',
  flowLogs: 'none',
  image: `ghcr.io/tollgate/service@sha256:${'0'.repeat(64)}`,
  deployRole: { repository: 'shop/payments' },
};

const stacks = ['tollgate-compared-network', 'tollgate-compared-deploy-role'];

describe('npm run diff, against AWS’s own APIs', () => {
  let double: AwsDouble;

  const write = (name: string, content: object = {}) => {
    writeFileSync(double.path(name), JSON.stringify({ ...small, ...content }));
    return double.path(name);
  };
  /** As an operator compares: the command line starts the app. */
  const app = (name: string) => ['-c', 'env=compared', '-c', `environmentFile=${write(name)}`];
  /** Synthesised in this process, which saves starting the app. */
  const templates = (name: string, content: object = {}) => {
    const { directory } = synthesise({ env: 'compared', environmentFile: write(name, content) });
    return ['--app', directory];
  };
  const diff = (...parameters: string[]) =>
    double.cdk('diff', ...stacks, '--exclusively', '--method=template', ...parameters);

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    const deployed = app('deployed.json');
    const rights = ['--require-approval', 'never'];
    const deploy = await double.cdk('deploy', ...stacks, '--exclusively', ...rights, ...deployed);
    if (deploy.exitCode !== 0) throw new Error(`cdk deploy failed:\n${deploy.output}`);
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  testWithMoto(
    'I1, I14: what is deployed as it is written, deploy role included, shows no difference',
    async () => {
      const { exitCode, output } = await diff('--fail-on=any-change', ...app('same.json'));
      expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
      expect(output).toContain('Number of stacks with differences: 0');
    },
  );

  testWithMoto(
    'I14: what only adds is shown and passes; what deletes ends the check of a pull request',
    async () => {
      const adding = await diff(
        '--fail-on=destructive',
        ...templates('adding.json', { flowLogs: 'all' }),
      );
      expect(adding).toMatchObject({ exitCode: 0 });
      expect(adding.output).toContain('[+] AWS::EC2::FlowLog');

      const deleting = await diff(
        '--fail-on=destructive',
        ...templates('deleting.json', { https: { enableRoute53: false } }),
      );
      expect(deleting).toMatchObject({ exitCode: 1 });
      expect(deleting.output).toContain('[-] AWS::Route53::HostedZone');
    },
  );
});
