import { writeFileSync } from 'node:fs';
import {
  CloudFormationClient,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { checkTakenBack } from '../../deploy/taken-back';
import { readSettings } from '../../lib/configuration/read-settings';
import { AwsDouble, doubleRegion, variablesFor } from '../aws/aws-double';
import { AwsGate } from '../aws/aws-gate';
import { type Container, DeployedEnvironment } from '../aws/deployed-environment';
import { Deployment, type Outputs } from '../aws/deployment';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';
import { startOps } from '../support/ops';
import { killPrograms } from '../support/program';

const content = { domainName: 'billing.back.test', nat: 'none', flowLogs: 'none' };
const imageOf = (digit: string) => `ghcr.io/tollgate/service@sha256:${digit.repeat(64)}`;
const first = imageOf('a');
const good = imageOf('b');
const bad = imageOf('c');
const commitOf = (digit: string) => digit.repeat(40);
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };

describe('rollback, on a deployed environment', () => {
  let double: AwsDouble;
  let gate: AwsGate;
  let endpoint: string;
  let deployed: DeployedEnvironment;
  let ecs: ECSClient;
  let environment: Deployment;
  let outputs: Outputs[string] = {};

  const start = (...given: readonly string[]) =>
    startOps(['rollback', ...given], variablesFor(endpoint));
  const rollback = async (...given: readonly string[]) => {
    const program = start('--env', 'back', ...given);
    return { code: await program.code, output: program.output() };
  };
  const runs = async (): Promise<Container> => deployed.container(outputs);
  const revisions = async () => {
    const { taskDefinitionArns } = await ecs.send(new ListTaskDefinitionsCommand({}));
    return taskDefinitionArns?.length ?? 0;
  };
  /** As a deploy does, and as somebody does by hand. */
  const deploy = async (image: string, commit: string) =>
    environment.deploy(
      environment.synthesised({ image, checkout: 'off' }, commitOf(commit)),
      ...environment.only('service'),
      '--method=direct',
    );
  const settle = async () => {
    // A deployment ends once it has been looked at twice.
    await deployed.service(outputs);
    await deployed.service(outputs);
  };
  const begin = async (image: string) => {
    const service = await deployed.service(outputs);
    const { taskDefinition = {} } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
    );
    const { family, cpu, memory, containerDefinitions: [container] = [] } = taskDefinition;
    const made = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        cpu,
        memory,
        containerDefinitions: [{ ...container, image }],
      }),
    );
    await ecs.send(
      new UpdateServiceCommand({
        cluster: outputs.ClusterName,
        service: outputs.ServiceName,
        taskDefinition: made.taskDefinition?.taskDefinitionArn,
      }),
    );
  };

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    gate = new AwsGate(double.endpoint);
    endpoint = await gate.start();
    deployed = new DeployedEnvironment(double.endpoint);
    ecs = new ECSClient({ endpoint: double.endpoint, region: doubleRegion, credentials });
    environment = new Deployment(double, 'back', content);
    const templates = environment.synthesised({ image: first, checkout: 'off' }, commitOf('1'));
    outputs = (await environment.deploy(templates)).service ?? {};
    await deploy(good, '2');
    await deploy(bad, '3');
  });

  afterEach(() => {
    killPrograms();
    gate.decide = () => 'pass';
    gate.done = () => {};
    double.failCreationOf();
  });

  afterAll(async () => {
    removeAssemblies();
    ecs?.destroy();
    await gate?.stop();
    await double?.stop();
  });

  testWithMoto(
    'O12: lists the images, each with its commit, its date and whether it was healthy',
    async () => {
      const { code, output } = await rollback();
      const at = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC';
      expect(output.split('\n')).toEqual([
        expect.stringMatching(new RegExp(`^✓ 3333333333  ${at}  ${bad}  ← runs$`)),
        expect.stringMatching(new RegExp(`^✓ 2222222222  ${at}  ${good}$`)),
        expect.stringMatching(new RegExp(`^✓ 1111111111  ${at}  ${first}$`)),
        expect.stringContaining('rollback --env back --to previous'),
        '',
      ]);
      expect(code).toBe(0);
      expect((await runs()).image).toBe(bad);
    },
  );

  testWithMoto(
    'O12: what AWS does not tell is a remark, and of no image unheard of is it said to be healthy',
    async () => {
      gate.decide = (call) =>
        call === 'ListServiceDeployments' || call === 'GetParameterHistory'
          ? { status: 400, code: 'AccessDeniedException' }
          : 'pass';
      const { code, output } = await rollback();
      expect(output).toMatch(new RegExp(`\\? unknown .* ${good}\n`));
      expect(output).toMatch(/\? listing the deployments .*AccessDenied.*\n +→ These credentials/);
      expect(output).toMatch(/\? reading the history of .*AccessDenied.*\n +→ These credentials/);
      expect(code).toBe(0);
      const previous = await rollback('--to', 'previous');
      expect(previous).toEqual({
        code: 1,
        output: expect.stringMatching(/of no image before .* was healthy[\s\S]*→ Choose one/),
      });
    },
  );

  testWithMoto(
    'O10, O12: a dry run, a word that is none and production without its name change nothing',
    async () => {
      const before = await revisions();
      const dry = await rollback('--to', 'previous', '--dry-run', '--json');
      expect(JSON.parse(dry.output)).toMatchObject({ dryRun: true, image: good, runs: bad });
      expect(await rollback('--to', 'nothing')).toEqual({
        code: 2,
        output: expect.stringMatching(
          /nothing is none of the last 3 images[\s\S]*→ Run it without/,
        ),
      });
      expect(await rollback('--to', 'ghcr.io')).toMatchObject({ code: 2 });
      const client = new CloudFormationClient({ endpoint, region: doubleRegion, credentials });
      const protect = (on: boolean) =>
        client.send(
          new UpdateTerminationProtectionCommand({
            StackName: 'tollgate-back-service',
            EnableTerminationProtection: on,
          }),
        );
      await protect(true);
      expect(await rollback('--to', 'previous')).toEqual({
        code: 3,
        output: expect.stringContaining('Give --yes'),
      });
      await protect(false);
      client.destroy();
      expect(await revisions()).toBe(before);
      expect((await runs()).image).toBe(bad);
    },
  );

  testWithMoto(
    'O12: what ECS gives up is said with what it says, and what ran goes on',
    async () => {
      double.failCreationOf('deployment');
      const { code, output } = await rollback('--to', 'previous');
      expect(output).toMatch(/ECS: .*tasks failed to start/);
      const why = 'a task stopped: Essential container in task exited; \\w+: exit code 1';
      expect(output).toMatch(new RegExp(`  ECS: ${why}\n`));
      expect(output).toMatch(
        new RegExp(`✗ wait until they have taken over: .* was given up: .*; ${why} `),
      );
      expect(output).toMatch(/→ The tasks from before go on\..*migration/);
      expect(code).toBe(1);
      expect((await runs()).image).toBe(bad);
    },
  );

  testWithMoto(
    'O12: killed after any of its calls, and run again, it has gone back once',
    async () => {
      const before = await runs();
      for (const call of ['RegisterTaskDefinition', 'UpdateService', 'DescribeServices']) {
        await begin(bad);
        await settle();
        const count = await revisions();
        const program = start('--env', 'back', '--to', 'previous');
        let isUpdated = call !== 'DescribeServices';
        gate.done = (name) => {
          if (name === call && isUpdated) program.child.kill('SIGKILL');
          if (name === 'UpdateService') isUpdated = true;
        };
        await program.code;
        gate.done = () => {};
        const again = await rollback('--to', 'previous');
        expect(again).toEqual({
          code: 0,
          output: expect.stringMatching(
            new RegExp(`The next deploy ends this.*\n +-c image=${good}\n`),
          ),
        });
        expect(await runs()).toEqual({ ...before, image: good });
        expect(await revisions()).toBe(count + 1);
      }
    },
  );

  testWithMoto(
    'O12: a deployment under way is stopped, and what ran before it needs no other',
    async () => {
      await begin(imageOf('d'));
      const count = await revisions();
      const { code, output } = await rollback('--to', '2222222');
      expect(output).toMatch(
        /✓ stop the deployment under way: .*dddd[\s\S]*✓ wait until it has gone back: ROLLBACK_SUCCESSFUL/,
      );
      expect(output).toContain(`-c image=${good}`);
      expect(code).toBe(0);
      expect((await runs()).image).toBe(good);
      expect(await revisions()).toBe(count);
    },
  );

  testWithMoto(
    'O12: throttling is sat out, and a service that is gone is named with the fix',
    async () => {
      let throttled = 0;
      gate.decide = (call) => {
        if (call !== 'UpdateService' || throttled >= 3) return 'pass';
        throttled += 1;
        return { status: 400, code: 'ThrottlingException' };
      };
      expect(await rollback('--to', first)).toMatchObject({ code: 0 });
      expect(throttled).toBe(3);
      expect((await runs()).image).toBe(first);

      const file = double.path('gone.json');
      const gone = { ...outputs, ServiceName: 'gone' };
      writeFileSync(file, JSON.stringify({ 'tollgate-back-service': gone }));
      expect(await rollback('--outputs', file)).toEqual({
        code: 1,
        output: expect.stringMatching(/has no service gone[\s\S]*→ Deploy the service stack/),
      });
    },
  );

  testWithMoto(
    'O12: the next deploy does not end it in silence, and is content with the flag that was printed',
    async () => {
      Object.assign(process.env, variablesFor(double.endpoint));
      const look = (image: string, isMeant: boolean) => {
        const context = environment.context({ image, checkout: 'off' });
        const settings = readSettings(context, { now: new Date(), accountAtHand: undefined });
        return checkTakenBack(settings, { region: doubleRegion, profile: undefined }, isMeant);
      };
      expect(await look(bad, false)).toContainEqual({
        check: 'image',
        ok: false,
        seen: expect.stringContaining(`ends the \`rollback\` to ${first} from ghcr.io`),
        fix: `Keep it with -c image=${first}, or say that it is meant, with --drop-flags`,
      });
      expect((await look(bad, true)).map(({ ok }) => ok)).toEqual([true, true]);
      expect((await look(first, false)).map(({ check }) => check)).toEqual(['flags']);
    },
  );
});
