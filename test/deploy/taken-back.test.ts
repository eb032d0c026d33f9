import { spawnSync } from 'node:child_process';
import { GetParameterHistoryCommand, SSMClient } from '@aws-sdk/client-ssm';
import { takenBack } from '../../deploy/taken-back';
import { AwsDouble, doubleRegion } from '../aws/aws-double';
import { Deployment, type Outputs, rehearsed } from '../aws/deployment';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';

const otherImage = `ghcr.io/tollgate/service@sha256:${'1'.repeat(64)}`;
const content = { domainName: 'billing.given.test', nat: 'none', flowLogs: 'none' };

describe('npm run deploy, after a deploy that was given flags', () => {
  let double: AwsDouble;
  let deployment: Deployment;
  let outputs: Outputs[string] = {};

  const deploy = (...parameters: readonly string[]) =>
    double.npmRunDeploy('--require-approval', 'never', '--method=direct', ...parameters);

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    deployment = new Deployment(double, 'given', content);
    const flags = { checkout: 'off', desiredCount: '2', processing: 'on' };
    outputs = (await deployment.deploy(deployment.app(flags))).service ?? {};
  });

  afterAll(async () => {
    removeAssemblies();
    await double?.stop();
  });

  testWithMoto(
    'O12: a flag that would be taken back is named, and nothing is deployed, preflight or not',
    async () => {
      for (const without of [[], ['--no-preflight']]) {
        const { exitCode, output } = await deploy(
          ...deployment.app({ checkout: 'off' }),
          ...without,
        );
        expect(output).toMatch(/✗ flags +takes back -c desiredCount=2, which the deploy before/);
        expect(output).toMatch(/→ Give it again, or say that it is meant, with --drop-flags/);
        expect(output).toContain('Not deployed, and nothing changed. Take nothing back');
        expect(output).not.toContain('Cost of a month');
        expect(exitCode).toBe(1);
      }
    },
  );

  testWithMoto(
    'O12: given again, changed or meant, it is deployed, and the commit is recorded beside the image',
    async () => {
      const flags = { checkout: 'off', desiredCount: '1', image: otherImage };
      const again = await deploy(...deployment.app(flags));
      expect(again).toEqual({
        exitCode: 0,
        output: expect.stringMatching(/✓ flags +takes back none of the deploy before/),
      });
      const meant = await deploy('--drop-flags', ...deployment.app());
      expect(meant).toMatchObject({ exitCode: 0 });
      expect(meant.output).toMatch(
        /✓ flags +takes back -c image=\S+ -c checkout=off -c desiredCount=1, .* as --drop-flags says/,
      );

      const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' });
      const commit = stdout.trim();
      expect(meant.output).toMatch(
        new RegExp(`tollgate-given-service.Commit = ${commit}(-dirty)?`),
      );
      const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
      const ssm = new SSMClient({ endpoint: double.endpoint, region: doubleRegion, credentials });
      const { Parameters } = await ssm.send(
        new GetParameterHistoryCommand({ Name: outputs.DeployRecordName }),
      );
      ssm.destroy();
      expect(Parameters?.map(({ Value }) => Value?.replace('-dirty', ''))).toEqual([
        `${commit} ${rehearsed.image}`,
        `${commit} ${otherImage}`,
        `${commit} ${rehearsed.image}`,
      ]);
    },
  );
});

test('O12: what the environment file has by now, or another value is given for, is not taken back', () => {
  const given = '-c image=ghcr.io/shop/pay:1 -c maintenance=on -c checkout=off -c enableAcm=true';
  const before = {
    image: 'ghcr.io/shop/pay:1',
    maintenance: 'on',
    checkout: 'off',
    enableAcm: 'true',
  };
  const inForce = {
    image: 'ghcr.io/shop/pay:2',
    maintenance: 'off',
    checkout: 'on',
    enableAcm: 'true',
  };
  expect(takenBack(given, before, { given: '-c image=ghcr.io/shop/pay:2', inForce })).toEqual([
    '-c maintenance=on',
    '-c checkout=off',
  ]);
  expect(takenBack('none', before, { given: '', inForce })).toEqual([]);
});
