import { ECSClient, TagResourceCommand } from '@aws-sdk/client-ecs';
import { AwsDouble, doubleRegion } from '../aws/aws-double';
import { AwsGate } from '../aws/aws-gate';
import { DeployedEnvironment } from '../aws/deployed-environment';
import { Deployment, type Outputs, rehearsed } from '../aws/deployment';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';
import { runOps } from '../support/ops';
import { killPrograms } from '../support/program';

const content = { domainName: 'billing.flagged.test', nat: 'none', flowLogs: 'none' };

describe('flags, on a deployed environment', () => {
  let double: AwsDouble;
  let gate: AwsGate;
  let endpoint: string;
  let outputs: Outputs[string] = {};

  const environment = () => ({
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: doubleRegion,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
  });
  const ops = (...given: readonly string[]) =>
    runOps([...given, '--env', 'flagged'], environment());

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    gate = new AwsGate(double.endpoint);
    endpoint = await gate.start();
    const deployment = new Deployment(double, 'flagged', content);
    const templates = deployment.synthesised({ checkout: 'off' });
    outputs = (await deployment.deploy(templates)).service ?? {};
  });

  afterEach(() => {
    killPrograms();
    gate.decide = () => 'pass';
  });

  afterAll(async () => {
    removeAssemblies();
    await gate?.stop();
    await double?.stop();
  });

  testWithMoto(
    'O6, O12: every flag is shown with its value, who has set it, and what a flip changes',
    async () => {
      const { code, output } = await ops('flags');
      expect(code).toBe(0);
      expect(output).toMatch(/^checkout=off {2}by the last deploy\n/m);
      expect(output).toMatch(/^processing=on {2}by the environment file or default\n/m);
      expect(output).toMatch(/^desiredCount=by autoscaling /m);
      expect(output).toContain(
        'within seconds: npm run ops -- switch checkout on|off --env flagged',
      );
      expect(output).toMatch(
        /a deploy that flips it changes: Service.DeploymentConfiguration, TaskDefinition/,
      );
      expect(output).toMatch(new RegExp(`^image=\\S+ .*\n  runs: ${rehearsed.image}`, 'm'));
      expect(output).toMatch(/give the next deploy: -c checkout=off\n$/);

      const one = await ops('flags', 'processing', '--json');
      expect(JSON.parse(one.output)).toEqual([
        expect.objectContaining({ flag: 'processing', inForce: 'on', changes: expect.any(Array) }),
      ]);
      expect((await ops('flags', 'procesing')).code).toBe(2);
    },
  );

  testWithMoto(
    'O6, O12: what `switch` and `rollback` hold beside a flag is shown, and what is not known says so',
    async () => {
      await ops('switch', 'emergency-http', 'on', '--url', 'http://127.0.0.1:9');
      const { output } = await ops('flags', 'forceHttpForwarding');
      expect(output).toMatch(
        /^forceHttpForwarding=false .*\n {2}emergency-http is on by `switch`\n/,
      );

      const ecs = new ECSClient({
        endpoint: double.endpoint,
        region: doubleRegion,
        credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
      });
      const deployed = new DeployedEnvironment(double.endpoint);
      const { taskDefinition } = await deployed.service(outputs);
      const tags = [{ key: 'tollgate:went-back-from', value: 'ghcr.io/shop/bad:1' }];
      await ecs.send(new TagResourceCommand({ resourceArn: taskDefinition, tags }));
      ecs.destroy();
      const back = await ops('flags', 'image');
      expect(back.output).toContain('runs by `rollback`:');
      expect(back.output).toContain('in place of ghcr.io/shop/bad:1');

      gate.decide = (call) =>
        call === 'DescribeRules' ? { status: 403, code: 'AccessDenied' } : 'pass';
      const denied = await ops('flags', 'forceHttpForwarding');
      expect(denied.output).toMatch(
        /^forceHttpForwarding=false .*\n {2}\? .*AccessDenied.* → These/,
      );
    },
  );
});
