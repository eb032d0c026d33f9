import {
  CloudFormationClient,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteRuleCommand,
  DescribeTagsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { environmentTag } from '../../lib/constructs/switch-rules';
import { LoadBalancerDouble } from '../aws/load-balancer-double';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';

describe('switch, on a deployed environment', () => {
  let environment: OperatedEnvironment;
  let port80: LoadBalancerDouble;
  let port443: LoadBalancerDouble;

  const start = (...given: readonly string[]) => environment.startOps('switch', ...given);
  const flip = (...given: readonly string[]) => environment.ops('switch', ...given);
  const rulesOf = (output: string) => environment.deployed.rules(environment.outputs[output] ?? '');
  const prioritiesOf = async (output: string) =>
    (await rulesOf(output)).map(({ Priority }) => Number(Priority));
  const status = async (at: LoadBalancerDouble, path: string, method = 'GET') =>
    (await fetch(at.url + path, { method, redirect: 'manual' })).status;

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    const https = { dnsDelegated: true, enableAcm: true };
    environment = await OperatedEnvironment.start('switched', { https });
    const { deployed, outputs, url } = environment;
    const listen = (output: string) =>
      LoadBalancerDouble.start(deployed, outputs[output] ?? '', 'billing.switched.test', url);
    port80 = await listen('HttpListenerArn');
    port443 = await listen('HttpsListenerArn');
  });
  afterEach(() => environment?.afterEach());
  afterAll(async () => {
    await port80?.stop();
    await port443?.stop();
    await environment?.stop();
  });

  testWithMoto('O11: emergency HTTP is on, seen from outside, and off the same way', async () => {
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
  });

  testWithMoto(
    'O11: from Enter to the rule that was seen from outside it takes less than three seconds',
    async () => {
      const typed = ['run', 'ops', '--', 'switch', 'emergency-http', 'on', '--url', port80.url];
      let fastestMillis = Number.POSITIVE_INFINITY;
      // A machine that is busy with other tests may need some tries.
      for (let round = 0; round < 5 && fastestMillis >= 3_000; round += 1) {
        const begun = performance.now();
        expect(await environment.startNpm(...typed).code).toBe(0);
        fastestMillis = Math.min(fastestMillis, performance.now() - begun);
        expect((await flip('emergency-http', 'off', '--url', port80.url)).code).toBe(0);
      }
      expect(fastestMillis).toBeLessThan(3_000);
    },
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
        const given = ['maintenance', state, '--url', port443.url];
        let calls = 0;
        const program = start(...given);
        environment.gate.done = (name) => {
          if (name === call) calls += 1;
          if (calls === nth) program.child.kill('SIGKILL');
        };
        await program.code;
        environment.gate.done = () => {};
        expect(await prioritiesOf('HttpsListenerArn')).toEqual(left);
        expect(await status(port443, '/webhooks/stripe', 'POST')).toBe(400);
        expect((await flip('maintenance', state, '--url', port443.url)).code).toBe(0);
        const finished = state === 'on' ? [56, 59] : [];
        expect(await prioritiesOf('HttpsListenerArn')).toEqual(finished);
      }
    },
  );

  testWithMoto(
    'O11: killed while it sets or clears its end, and run again, it ends by itself, or no more',
    async () => {
      const scheduler = new SchedulerClient(environment.client);
      const elb = new ElasticLoadBalancingV2Client(environment.client);
      const ends = async () =>
        (await scheduler.send(new ListSchedulesCommand({}))).Schedules?.length ?? 0;
      const on = ['maintenance', 'on', '--for', '4h', '--url', port443.url];
      const off = ['maintenance', 'off', '--url', port443.url];
      for (const [given, call, left] of [
        [on, 'AddTags', 2],
        [on, 'POST schedules', 2],
        [off, 'DELETE schedules', 0],
      ] as const) {
        if (given === off) await flip(...on);
        const program = start(...given);
        environment.gate.done = (name) => {
          if (name === call) program.child.kill('SIGKILL');
        };
        expect(await program.code).toBeNull();
        environment.gate.done = () => {};
        expect((await flip(...given)).code).toBe(0);
        expect(await ends()).toBe(left);
        if (given === off) continue;
        // The role of the schedules deletes no rule that is not tagged so.
        const ResourceArns = (await rulesOf('HttpsListenerArn')).map(({ RuleArn = '' }) => RuleArn);
        const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns }));
        const ours = { Key: environmentTag, Value: 'tollgate-switched' };
        for (const { Tags } of TagDescriptions ?? []) expect(Tags).toContainEqual(ours);
        expect(TagDescriptions).toHaveLength(left);
        await flip(...off);
      }
      scheduler.destroy();
      elb.destroy();
    },
  );

  testWithMoto(
    'O10, O11: what is refused, missing or throttled is said with its fix, and nothing is half done',
    async () => {
      const dry = await flip('maintenance', 'on', '--dry-run', '--json');
      expect(dry.code).toBe(0);
      expect(JSON.parse(dry.output)).toMatchObject({ dryRun: true, priorities: [56, 59] });
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([]);

      const missing = await flip('maintenance', 'on', '--project', 'absent');
      expect(missing).toEqual({
        code: 1,
        output: expect.stringMatching(/there is no stack absent-switched-[\s\S]*→ Check --env/),
      });

      environment.gate.decide = (call) =>
        call === 'CreateRule' ? { status: 403, code: 'AccessDenied' } : 'pass';
      const denied = await flip('maintenance', 'on');
      expect(denied).toEqual({ code: 1, output: expect.stringContaining('✗ set the rules') });
      expect(denied.output).toContain('→ These credentials may not do it');
      expect(await prioritiesOf('HttpsListenerArn')).toEqual([]);

      let throttled = 0;
      environment.gate.decide = (call) => {
        if (call !== 'CreateRule' || throttled >= 3) return 'pass';
        throttled += 1;
        return { status: 400, code: 'Throttling' };
      };
      expect((await flip('maintenance', 'on', '--url', port443.url)).code).toBe(0);
      expect(throttled).toBe(3);

      const elsewhere = await flip('maintenance', 'off', '--url', port80.url);
      expect(elsewhere.code).toBe(0);
    },
  );

  testWithMoto(
    'O11: a switch that is set for a while is ended by its schedules, what closes before what it leaves open',
    async () => {
      const scheduler = new SchedulerClient(environment.client);
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
      const elb = new ElasticLoadBalancingV2Client(environment.client);
      const left: unknown[] = [];
      for (const { Target } of set) {
        expect(Target).toMatchObject({
          Arn: 'arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:deleteRule',
          RoleArn: environment.outputs.SwitchEndRoleArn,
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
  );

  testWithMoto(
    'O10: a production environment is changed only by who gives its name, or --yes',
    async () => {
      const cloudFormation = new CloudFormationClient(environment.client);
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
  );
});
