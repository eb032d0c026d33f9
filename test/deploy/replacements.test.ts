import { Account } from '../aws/account';
import { AwsDouble } from '../aws/aws-double';
import { Deployment } from '../aws/deployment';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';

const content = { domainName: 'billing.kept.test', nat: 'none', flowLogs: 'none' };

describe('npm run deploy, where something that holds state would be replaced', () => {
  let double: AwsDouble;
  let account: Account;
  let deployment: Deployment;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    account = new Account(double);
    deployment = new Deployment(double, 'kept', content);
    await deployment.deploy(deployment.synthesised(), '--method=direct');
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  const deploy = (...parameters: readonly string[]) =>
    double.npmRunDeploy(
      ...['--require-approval', 'never', '--method=direct', '--no-preflight'],
      ...deployment.app(),
      ...parameters,
    );

  testWithMoto(
    'I1: a subnet that would be replaced under what uses it is refused, and nothing changed',
    async () => {
      const before = await account.everything();
      deployment.rewrite({ ...content, vpcCidr: '10.9.0.0/16' });
      const { exitCode, output } = await deploy();
      expect(output).toMatch(/✗ replacements +would replace or delete: .*AWS::EC2::Subnet/);
      expect(output).toContain('Undo the change. What other stacks use, such as a subnet');
      expect(output).toContain('Not deployed, and nothing changed.');
      expect(exitCode).toBe(1);
      expect(await account.everything()).toEqual(before);
    },
  );

  testWithMoto('I1: what only adds is deployed; what deletes, once it is meant', async () => {
    deployment.rewrite({ ...content, flowLogs: 'all' });
    const added = await deploy();
    expect(added).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/✓ replacements +nothing of the network and the data is/),
    });
    expect(added.output).not.toContain('the CDK alone deploys this');
    deployment.rewrite(content);
    expect((await deploy()).output).toMatch(/✗ replacements .*\[-\] AWS::EC2::FlowLog/);
    expect(await deploy('--destructive')).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/✓ replacements +not looked at, as --destructive says/),
    });
  });
});
