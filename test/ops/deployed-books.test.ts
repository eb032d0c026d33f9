import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AwsDouble, doubleRegion, variablesFor } from '../aws/aws-double';
import { AwsGate } from '../aws/aws-gate';
import { Deployment, type Outputs } from '../aws/deployment';
import { testWithMoto } from '../aws/python-tools';
import { removeAssemblies } from '../lib/synthesis';
import { runOps, startOps } from '../support/ops';
import { killPrograms } from '../support/program';
import { eventOf, jwtSecret } from '../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../support/service-with-database';

const content = { domainName: 'billing.booked.test', nat: 'none', flowLogs: 'none' };

describe('the books, on a deployed environment', () => {
  let double: AwsDouble;
  let gate: AwsGate;
  let endpoint: string;
  let outputs: Outputs = {};
  let running: ServiceWithDatabase;
  let logs: CloudWatchLogsClient;

  const aws = () => variablesFor(endpoint);
  const ops = (...given: readonly string[]) => runOps([...given, '--env', 'booked'], aws());
  const opsAt = (...given: readonly string[]) => ops(...given, '--url', running.service.url);
  const log = (...messages: readonly string[]) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName: outputs.service?.LogGroupName,
        logStreamName: 'task',
        logEvents: messages.map((message) => ({ message, timestamp: Date.now() })),
      }),
    );

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    double = await AwsDouble.start('bootstrapped');
    gate = new AwsGate(double.endpoint);
    endpoint = await gate.start();
    const environment = new Deployment(double, 'booked', content);
    const templates = environment.synthesised();
    outputs = await environment.deploy(templates);
    running = await startServiceWithDatabase();
    const client = {
      endpoint: double.endpoint,
      region: doubleRegion,
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    };
    const secrets = new SecretsManagerClient(client);
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: outputs.data?.JwtAccessTokenSecretArn,
        SecretString: JSON.stringify({ key: jwtSecret }),
      }),
    );
    secrets.destroy();
    logs = new CloudWatchLogsClient(client);
    await logs.send(
      new CreateLogStreamCommand({
        logGroupName: outputs.service?.LogGroupName,
        logStreamName: 'task',
      }),
    );
  });

  afterEach(() => {
    killPrograms();
    gate.decide = () => 'pass';
  });

  afterAll(async () => {
    removeAssemblies();
    logs?.destroy();
    await running?.close();
    await gate?.stop();
    await double?.stop();
  });

  testWithMoto(
    'O9: with --env the token is signed with the environment’s own secret, which is never shown',
    async () => {
      await running.service.deliver(eventOf('test.unhandled', { id: 'obj_1' }, 'evt_deployed'));
      const { code, output } = await opsAt('events', 'list');
      expect([code, output]).toEqual([0, expect.stringContaining('evt_deployed')]);
      gate.decide = (call) =>
        call === 'GetSecretValue' ? { status: 400, code: 'AccessDeniedException' } : 'pass';
      const denied = await opsAt('events', 'list');
      expect(denied.code).toBe(1);
      expect(denied.output).toContain('These credentials may not do it');
      expect(output + denied.output).not.toMatch(/shared-secret|eyJ/);
      gate.decide = () => 'pass';
      const { output: token } = await ops('token', '--scope', 'billing:read');
      const headers = { authorization: `Bearer ${token.trim()}` };
      const url = `${running.service.url}/v1/admin/trial-balance`;
      expect((await fetch(url, { headers })).status).toBe(403);
      const absent = await runOps(['events', 'list', '--env', 'absent'], aws());
      expect(absent).toEqual({ code: 1, output: expect.stringContaining('there is no stack') });
    },
  );

  testWithMoto(
    'O9: status shows on one screen what runs, what is switched, what waits and what came in',
    async () => {
      await running.database.query(
        `insert into transfers (idempotency_key, debit_account, credit_account, unit,
           amount_minor, reason)
         values ('today', 'stripe_clearing', 'user:ann', 'usd', 2500, 'topup')`,
      );
      const { code, output } = await opsAt('status');
      expect(code).toBe(0);
      expect(output).toMatch(/^service +booked, http:\/\/127/m);
      expect(output).toMatch(/^image +ghcr\.io\/tollgate\/service@sha256:0+$/m);
      expect(output).toMatch(/^tasks +[✓✗] \d of \d run/m);
      expect(output).toMatch(/^stopped +✓ no task failed within the last hour$/m);
      expect(output).toMatch(/^stacks +✓ none is changing or stuck$/m);
      expect(output).toMatch(/^switches +none is set$/m);
      expect(output).toMatch(/^last event +\d+ s ago: test\.unhandled evt_deployed$/m);
      expect(output).toMatch(/^today \(UTC\) +25\.00 USD taken in, 25\.00 USD credited$/m);
      expect(output.split('\n').length).toBeLessThan(24);

      gate.decide = (call) =>
        call === 'ListTasks' ? { status: 400, code: 'AccessDeniedException' } : 'pass';
      const denied = await opsAt('status');
      expect(denied.output).toMatch(/^stopped +\? not known: .*AccessDenied/m);
      expect(denied.output).toMatch(/^tasks +[✓✗] \d of \d run/m);
      expect(denied.code).toBe(0);
      gate.decide = () => 'pass';

      const on = ['switch', 'emergency-http', 'on', '--yes'];
      expect((await opsAt(...on)).code).toBe(0);
      expect((await opsAt('status')).output).toMatch(/^switches +✗ emergency-http on$/m);
      const json = JSON.parse((await opsAt('status', '--json')).output);
      expect(json).toMatchObject({
        deployed: { switches: ['emergency-http on'], stacks: [] },
        service: { moved: [{ unit: 'usd', creditedMinor: 2500 }] },
      });

      const away = await ops('status', '--url', 'http://127.0.0.1:9');
      expect(away.code).toBe(1);
      expect(away.output).toMatch(/^image +ghcr/m);
      expect(away.output).toContain('✗ the service did not say how it stands');
    },
  );

  testWithMoto(
    'O9: logs are filtered by level and text, bounded, followed, and without the figures',
    async () => {
      await log(
        JSON.stringify({ level: 'info', time: '2026-11-27T10:00:00.000Z', msg: 'it listens' }),
        JSON.stringify({ level: 'info', _aws: { CloudWatchMetrics: [] }, EventsFailed: 0 }),
        JSON.stringify({
          level: 'error',
          time: '2026-11-27T10:00:01.000Z',
          msg: 'event refused\u001b[2J',
          eventId: 'evt_7',
          err: { type: 'Refusal', message: 'not what was sold', stack: 'Refusal: …' },
        }),
        'Error: a crash of Node.js',
      );
      const all = await ops('logs');
      expect(all).toMatchObject({ code: 0, output: expect.stringContaining('INFO  it listens') });
      expect(all.output).toContain('Error: a crash of Node.js');
      expect(all.output).not.toContain('EventsFailed');
      expect(all.output).not.toContain('\u001b');
      const errors = await ops('logs', '--level', 'warn', '--since', '1h');
      expect(errors.output).toBe(
        '11-27 10:00:01 ERROR event refused [2J  eventId=evt_7 err=Refusal: not what was sold\n',
      );
      expect((await ops('logs', '--grep', 'evt_7')).output).toBe(errors.output);
      expect((await ops('logs', '--grep', 'evt_8')).output).toBe(
        'Nothing was logged that is so.\n',
      );
      const bounded = await ops('logs', '--limit', '1');
      expect(bounded.output).toContain('… the last 1 of 3 lines');
      const [line = ''] = (await ops('logs', '--level', 'error', '--json')).output.split('\n');
      expect(JSON.parse(JSON.parse(line).message)).toMatchObject({ eventId: 'evt_7' });

      const following = startOps(['logs', '--follow', '--env', 'booked'], aws());
      await following.printed('it listens');
      await log(JSON.stringify({ level: 'warn', time: '2026-11-27T10:00:09.000Z', msg: 'later' }));
      await following.printed('WARN  later');
      following.child.kill('SIGINT');
      expect(await following.code).toBe(130);
      expect(following.output().split('it listens')).toHaveLength(2);
    },
  );
});
