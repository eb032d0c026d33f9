import {
  CloudFormationClient,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteRuleCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { Account } from '../aws/account';
import { AwsDouble, doubleRegion } from '../aws/aws-double';
import { AwsGate } from '../aws/aws-gate';
import { DeployedEnvironment } from '../aws/deployed-environment';
import { Deployment, type Outputs } from '../aws/deployment';
import { LoadBalancerDouble } from '../aws/load-balancer-double';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { killPrograms, startProgram } from '../support/program';
import { startTestService, type TestService } from '../support/running-service';

const content = {
  domainName: 'billing.switched.test',
  nat: 'none',
  flowLogs: 'none',
  https: { dnsDelegated: true, enableAcm: true },
};

describe('switch, on a deployed environment', () => {
  let double: AwsDouble;
  let gate: AwsGate;
  let endpoint: string;
  let deployed: DeployedEnvironment;
  let outputs: Outputs[string] = {};
  let database: TestDatabase;
  let service: TestService;
  let port80: LoadBalancerDouble;
  let port443: LoadBalancerDouble;

  const start = (environment: Record<string, string>, ...given: readonly string[]) =>
    startProgram(process.execPath, ['--import', 'tsx', 'bin/ops.ts', ...given], {
      NODE_NO_WARNINGS: '1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: doubleRegion,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    });
  const flip = async (...given: readonly string[]) => {
    const program = start({}, 'switch', ...given, '--env', 'switched');
    return { code: await program.code, output: program.output() };
  };
  const prioritiesOf = async (output: string) =>
    (await deployed.rules(outputs[output] ?? '')).map(({ Priority }) => Number(Priority));
  const client = () => ({
    endpoint: double.endpoint,
    region: doubleRegion,
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  const status = async (at: LoadBalancerDouble, path: string, method = 'GET') =>
    (await fetch(at.url + path, { method, redirect: 'manual' })).status;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start();
    gate = new AwsGate(double.endpoint);
    endpoint = await gate.start();
    deployed = new DeployedEnvironment(double.endpoint);
    const environment = new Deployment(double, 'switched', content);
    const templates = environment.synthesised();
    await environment.bootstrap(templates);
    await environment.deploy(templates, ...environment.only('network'));
    await new Account(double).delegate(content.domainName);
    outputs = (await environment.deploy(templates)).service ?? {};
    database = await createTestDatabase();
    service = await startTestService(database.url);
    const listen = (output: string) =>
      LoadBalancerDouble.start(deployed, outputs[output] ?? '', content.domainName, service.url);
    port80 = await listen('HttpListenerArn');
    port443 = await listen('HttpsListenerArn');
  }, 400_000);

  afterEach(() => {
    killPrograms();
    gate.decide = () => 'pass';
    gate.done = () => {};
  });

  afterAll(async () => {
    removeAssemblies();
    await port80?.stop();
    await port443?.stop();
    await service?.stop();
    await database?.drop();
    await gate?.stop();
    await double?.stop();
  });

  testWithMoto(
    'O11: emergency HTTP is on, seen from outside, and off the same way',
    async () => {
      expect(await status(port80, '/health')).toBe(301);
      const on = await flip('emergency-http', 'on', '--url', port80.url);
      expect(on).toEqual({ code: 0, output: expect.stringContaining('✓ check from outside') });
      expect(on.output).toContain('passes by plain HTTP: /webhooks/stripe, /health');
      expect(await status(port80, '/health')).toBe(200);
      expect(await status(port80, '/webhooks/stripe', 'POST')).toBe(400);
      expect(await status(port80, '/v1/account')).toBe(301);

      const again = await flip('emergency-http', 'on', '--url', port80.url);
      expect(again.code).toBe(0);
      expect(await prioritiesOf('HttpListenerArn')).toEqual([41]);
      expect((await flip('emergency-http', 'status')).output).toContain('emergency-http is on');

      expect((await flip('emergency-http', 'off', '--url', port80.url)).code).toBe(0);
      expect(await status(port80, '/health')).toBe(301);
      const off = await flip('emergency-http', 'off', '--url', port80.url);
      expect(off).toEqual({ code: 0, output: expect.stringContaining('none stood') });
      expect((await flip('emergency-http', 'status')).output).toContain('emergency-http is off');
    },
    300_000,
  );

  testWithMoto(
    'O11: maintenance and checkout close what they say and nothing else, and open it again',
    async () => {
      expect((await flip('checkout', 'off', '--url', port443.url)).code).toBe(0);
      expect(await status(port443, '/v1/checkout/sessions', 'POST')).toBe(503);
      expect(await status(port443, '/v1/checkout/sessions/cs_1')).toBe(401);
      expect((await flip('maintenance', 'on', '--url', port443.url)).code).toBe(0);
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([1, 56, 59]);
      expect(await status(port443, '/v1/account')).toBe(503);
      expect(await status(port443, '/health')).toBe(200);
      expect(await status(port443, '/webhooks/stripe', 'POST')).toBe(400);

      expect((await flip('maintenance', 'off', '--url', port443.url)).code).toBe(0);
      expect(await status(port443, '/v1/account')).toBe(401);
      expect((await flip('checkout', 'status')).output).toContain('checkout is off');
      expect((await flip('checkout', 'on', '--url', port443.url)).code).toBe(0);
      expect(await status(port443, '/v1/checkout/sessions', 'POST')).toBe(401);
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([]);
    },
    300_000,
  );

  testWithMoto(
    'O11: killed after any of its calls, a switch leaves the webhook open, and a second run finishes it',
    async () => {
      for (const [state, call, nth, left] of [
        ['on', 'CreateRule', 1, [56]],
        ['on', 'CreateRule', 2, [56, 59]],
        ['off', 'DeleteRule', 1, [56]],
        ['off', 'DeleteRule', 2, []],
      ] as const) {
        if (state === 'off') await flip('maintenance', 'on', '--url', port443.url);
        const given = ['switch', 'maintenance', state, '--env', 'switched', '--url', port443.url];
        let calls = 0;
        const program = start({}, ...given);
        gate.done = (name) => {
          if (name === call) calls += 1;
          if (calls === nth) program.child.kill('SIGKILL');
        };
        await program.code;
        gate.done = () => {};
        expect(await prioritiesOf('HttpsListenerArn')).toEqual(left);
        expect(await status(port443, '/webhooks/stripe', 'POST')).toBe(400);
        expect((await flip('maintenance', state, '--url', port443.url)).code).toBe(0);
        const finished = state === 'on' ? [56, 59] : [];
        expect(await prioritiesOf('HttpsListenerArn')).toEqual(finished);
      }
    },
    300_000,
  );

  testWithMoto(
    'O10, O11: what is refused, missing or throttled is said with its fix, and nothing is half done',
    async () => {
      const dry = await flip('maintenance', 'on', '--dry-run', '--json');
      expect(dry.code).toBe(0);
      expect(JSON.parse(dry.output)).toMatchObject({ dryRun: true, priorities: [56, 59] });
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([]);

      const missing = await start({}, 'switch', 'maintenance', 'on', '--env', 'absent');
      expect(await missing.code).toBe(1);
      expect(missing.output()).toContain('there is no stack tollgate-absent-');
      expect(missing.output()).toContain('→ Check --env');

      gate.decide = (call) =>
        call === 'CreateRule' ? { status: 403, code: 'AccessDenied' } : 'pass';
      const denied = await flip('maintenance', 'on');
      expect(denied).toEqual({ code: 1, output: expect.stringContaining('✗ set the rules') });
      expect(denied.output).toContain('→ These credentials may not do it');
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([]);

      let throttled = 0;
      gate.decide = (call) => {
        if (call !== 'CreateRule' || throttled >= 3) return 'pass';
        throttled += 1;
        return { status: 400, code: 'Throttling' };
      };
      expect((await flip('maintenance', 'on', '--url', port443.url)).code).toBe(0);
      expect(throttled).toBe(3);

      const elsewhere = await flip('maintenance', 'off', '--url', port80.url);
      expect(elsewhere.code).toBe(0);
    },
    300_000,
  );

  testWithMoto(
    'O11: a switch that is set for a while is ended by its schedules, what closes before what it leaves open',
    async () => {
      const scheduler = new SchedulerClient(client());
      const schedules = async () => {
        const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
        const found = await Promise.all(
          Schedules.map(({ Name }) => scheduler.send(new GetScheduleCommand({ Name }))),
        );
        return found.sort((a, b) =>
          (a.ScheduleExpression ?? '').localeCompare(b.ScheduleExpression ?? ''),
        );
      };
      const given = ['maintenance', 'on', '--url', port443.url] as const;
      const useless = await flip('maintenance', 'off', '--for', '4h');
      expect(useless).toEqual({ code: 2, output: expect.stringContaining('✗ --for was given') });
      expect(await flip(...given, '--for', '4 hours')).toMatchObject({ code: 2 });

      const on = await flip(...given, '--for', '4h');
      expect(on).toEqual({ code: 0, output: expect.stringContaining('✓ have it end by itself') });
      expect((await flip('maintenance', 'status')).output).toContain('it ends by itself at 20');
      // Once more, with another end: the last word counts.
      expect((await flip(...given, '--for', '2h')).code).toBe(0);
      const set = await schedules();
      expect(set.map(({ ActionAfterCompletion }) => ActionAfterCompletion)).toEqual([
        'DELETE',
        'DELETE',
      ]);
      const [, at = ''] = /^at\((.+)\)$/.exec(set[0]?.ScheduleExpression ?? '') ?? [];
      expect(new Date(`${at}Z`).getTime() - Date.now()).toBeGreaterThan(110 * 60_000);
      expect(new Date(`${at}Z`).getTime() - Date.now()).toBeLessThan(121 * 60_000);

      // What EventBridge Scheduler does then, one after the other.
      const elb = new ElasticLoadBalancingV2Client(client());
      const left: unknown[] = [];
      for (const { Target } of set) {
        expect(Target).toMatchObject({
          Arn: 'arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:deleteRule',
          RoleArn: outputs.SwitchEndRoleArn,
        });
        await elb.send(new DeleteRuleCommand(JSON.parse(Target?.Input ?? '')));
        left.push([
          await status(port443, '/v1/account'),
          await status(port443, '/webhooks/stripe', 'POST'),
        ]);
      }
      expect(left).toEqual([
        [401, 400],
        [401, 400],
      ]);

      // One that is set for good, or taken back, has no end that is left.
      expect((await flip(...given)).output).toContain('it was to end by itself, and does no more');
      expect(await schedules()).toEqual([]);
      expect((await flip(...given, '--for', '30m')).code).toBe(0);
      expect((await flip('maintenance', 'off', '--url', port443.url)).code).toBe(0);
      expect(await schedules()).toEqual([]);
      scheduler.destroy();
      elb.destroy();
    },
    300_000,
  );

  testWithMoto(
    'O10: a production environment is changed only by who gives its name, or --yes',
    async () => {
      const cloudFormation = new CloudFormationClient(client());
      const name = { StackName: 'tollgate-switched-service' };
      const protect = (on: boolean) =>
        cloudFormation.send(
          new UpdateTerminationProtectionCommand({ ...name, EnableTerminationProtection: on }),
        );
      await protect(true);
      const refused = await flip('checkout', 'off');
      expect(refused).toEqual({ code: 3, output: expect.stringContaining('Give --yes') });
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([]);
      expect((await flip('checkout', 'off', '--yes', '--url', port443.url)).code).toBe(0);
      expect((await flip('checkout', 'on', '--yes', '--url', port443.url)).code).toBe(0);
      await protect(false);
      cloudFormation.destroy();
    },
    300_000,
  );
});
