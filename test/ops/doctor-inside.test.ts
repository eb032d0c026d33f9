import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DeregisterTargetsCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type Stripe from 'stripe';
import type { Finding } from '../../ops/terminal/output';
import { handledEventTypes } from '../../service/handlers';
import { stripeApiVersion } from '../../service/stripe/client';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { DnsServer, type Zones } from '../deploy/dns-server';
import { stripeKey } from '../support/running-service';

const domain = 'billing.examined.test';
const webhookUrl = `https://${domain}/webhooks/stripe`;
const https = { dnsDelegated: true, enableAcm: true };

describe('O6: doctor, on a deployed environment', () => {
  let environment: OperatedEnvironment;
  let dns: DnsServer;
  const zones: Zones = {};
  let elb: ElasticLoadBalancingV2Client;
  let endpointId = '';

  const doctor = async (...given: readonly string[]) => {
    const places = [
      ...['--url', environment.url, '--dns', dns.address],
      ...['--stripe-api-base', environment.localStripe.url],
    ];
    return environment.ops('doctor', ...places, ...given);
  };
  /** Every line by what it is of; several of one are one text. */
  const examine = async () => {
    const { code, output } = await doctor('--json');
    const findings: readonly Finding[] = JSON.parse(output);
    const of = (check: string) =>
      findings
        .filter((finding) => finding.check === check)
        .map(({ fix = '', ok, seen }) => `${ok} ${seen} → ${fix}`)
        .join('\n');
    const notGreen = findings.filter(({ ok }) => ok !== true).map(({ check }) => check);
    return { code, of, notGreen, findings };
  };
  const target = () => ({
    TargetGroupArn: environment.outputs.TargetGroupArn,
    Targets: [{ Id: '10.0.0.10', Port: 8080 }],
  });

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    environment = await OperatedEnvironment.start('examined', { https });
    dns = await DnsServer.start(zones);
    elb = new ElasticLoadBalancingV2Client(environment.client);
    const { LoadBalancerDnsName = '', NameServers = '' } = environment.outputs;
    zones[domain] = { a: ['192.0.2.10'], ns: NameServers.split(', ') };
    zones[LoadBalancerDnsName.toLowerCase()] = { a: ['192.0.2.10', '192.0.2.11'] };
    await elb.send(new RegisterTargetsCommand(target()));
    const sns = new SNSClient(environment.client);
    const email = { Protocol: 'email', Endpoint: 'ops@shop.test' };
    await sns.send(new SubscribeCommand({ TopicArn: environment.outputs.AlarmTopicArn, ...email }));
    sns.destroy();
    await store('StripeSecretKeyArn', stripeKey);
    const made = await environment.stripe.webhookEndpoints.create({
      url: webhookUrl,
      enabled_events: [...handledEventTypes],
      api_version: stripeApiVersion as Stripe.WebhookEndpointCreateParams.ApiVersion,
    });
    endpointId = made.id;
    await store('StripeWebhookSecretArn', made.secret ?? '');
    await environment.runTask();
  });

  afterEach(() => environment?.afterEach());

  afterAll(async () => {
    elb?.destroy();
    await dns?.stop();
    await environment?.stop();
  });

  async function store(output: string, value: string) {
    const secrets = new SecretsManagerClient(environment.client);
    const SecretId = environment.outputs[output];
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
    secrets.destroy();
  }

  testWithMoto(
    'O6: what is well is said to be, a line a check with its evidence, and no secret',
    async () => {
      const { code, output } = await doctor();
      expect(output.split('\n').filter((line) => /^[✗?]/.test(line))).toEqual([
        expect.stringMatching(/^\? last event +none has arrived yet/),
      ]);
      expect(code).toBe(4);
      for (const line of [
        /✓ stack +tollgate-examined-service: (CREATE|UPDATE)_COMPLETE/,
        /✓ flags +none is out of the usual \(given: none\)/,
        /✓ port 80 +listener on 80: redirect HTTPS/,
        /✓ port 443 +listener on 443, .*, 1 certificate/,
        /✓ targets +1 of 1 target healthy/,
        /✓ switch emergency-http +off by `switch`/,
        /✓ certificate +billing\.examined\.test, until \d{4}-\d\d-\d\d, \d+ days/,
        /✓ renewal +by ACM: ELIGIBLE/,
        /✓ DNS +billing\.examined\.test is at 192\.0\.2\.10, the load balancer/,
        /✓ delegation +billing\.examined\.test is answered for by ns-/,
        /✓ CAA +billing\.examined\.test lets anybody issue/,
        /✓ stripe-secret-key +a secret key of test mode, stored/,
        /✓ stripe-webhook-secret +a signing secret, stored/,
        /✓ jwt-access-token-secret +\d+ bytes, stored/,
        /✓ tasks +1 of 1 run/,
        /✓ stopped tasks +0 tasks failed within the last hour/,
        /✓ deployment +COMPLETED since/,
        /✓ image +ghcr\.io\S+ \(\S+:1\), deployed from unknown/,
        /✓ task definition +injects 3 secrets/,
        /✓ log +0 errors within the last hour/,
        /✓ events +0 wait; 0 failed/,
        /✓ outbox +0 messages to be published; 0 set aside/,
        /✓ catalogue +[0-9a-f]{12} is sold$/m,
        new RegExp(`✓ endpoint +${'we_'}\\w+: \\d+ event types, API version ${stripeApiVersion}`),
        /✓ alarms +none of \d+ is red/,
        /✓ alarm topic +1 subscriber/,
        /✓ health +GET \/health → 200/,
      ]) {
        expect(output).toMatch(line);
      }
      expect(output).not.toContain(stripeKey);
      expect(output).not.toMatch(/whsec_\w|sk_test_\w/);
    },
  );

  testWithMoto(
    'O6: whatever is wrong is red on its own line with its fix, and all else is seen as before',
    async () => {
      const cloudwatch = new CloudWatchClient(environment.client);
      const logs = new CloudWatchLogsClient(environment.client);
      const ecs = new ECSClient(environment.client);
      const { HttpListenerArn, LogGroupName, ClusterName, ServiceName } = environment.outputs;
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({}));
      const failed = MetricAlarms.find((each) =>
        each.AlarmDescription?.includes('"Events failed"'),
      );
      const alarm = { AlarmName: failed?.AlarmName, StateReason: 'by the test' };
      await cloudwatch.send(new SetAlarmStateCommand({ ...alarm, StateValue: 'ALARM' }));
      await elb.send(new DeregisterTargetsCommand(target()));
      await elb.send(
        new ModifyListenerCommand({
          ListenerArn: HttpListenerArn,
          DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }],
        }),
      );
      const logStreamName = 'service/1';
      await logs.send(new CreateLogStreamCommand({ logGroupName: LogGroupName, logStreamName }));
      const line = (level: string, msg: string) => JSON.stringify({ level, msg });
      await logs.send(
        new PutLogEventsCommand({
          logGroupName: LogGroupName,
          logStreamName,
          logEvents: [
            { timestamp: Date.now() - 7_200_000, message: line('error', 'long ago') },
            { timestamp: Date.now() - 1_000, message: line('error', 'the disk is full') },
            { timestamp: Date.now(), message: line('info', 'all is well') },
          ],
        }),
      );
      await store('StripeSecretKeyArn', 'sk_live_tollgateTests000000000000');
      await environment.stripe.webhookEndpoints.update(endpointId, {
        enabled_events: ['checkout.session.completed'],
      });
      zones[domain] = { a: ['198.51.100.1'], ns: ['ns1.registrar.test'], caa: ['letsencrypt.org'] };
      await environment.failDeployment();
      await ecs.send(
        new UpdateServiceCommand({ cluster: ClusterName, service: ServiceName, desiredCount: 0 }),
      );
      const { code, notGreen, of } = await examine();
      expect(of('port 80')).toMatch(/^false listener on 80: fixed-response → It must redirect/);
      expect(of('targets')).toMatch(/^false 0 of 0 targets healthy → docs\/runbook\.md/);
      expect(of('DNS')).toMatch(/^null .*198\.51\.100\.1; the load balancer is at 192\.0\.2\.10/);
      expect(of('delegation')).toMatch(/^false .*ns1\.registrar\.test → Name ns-\d+/);
      expect(of('CAA')).toMatch(/^false .*letsencrypt\.org.* → Add a CAA record/);
      expect(of('stripe-secret-key')).toMatch(
        /^false a secret key of live mode; expected one of test mode.* → npm run ops -- secrets set/,
      );
      expect(of('tasks')).toMatch(/^false 0 of 0 run → None is wanted/);
      expect(of('stopped tasks')).toMatch(
        /^false 1 task failed within the last hour, the last: Essential container in task exited; \w+: exit code 1 → docs/,
      );
      expect(of('log')).toMatch(
        /^false 1 error within the last hour, the last: the disk is full →/,
      );
      expect(of('alarms')).toMatch(/^false .*→ docs\/runbook\.md, "Events failed"$/);
      expect(of('endpoint')).toMatch(/^null Stripe was not asked: there is no key/);
      expect(code).toBe(1);
      expect(notGreen.sort()).toEqual(
        [
          ...['CAA', 'DNS', 'alarms', 'delegation', 'endpoint', 'last event', 'log', 'port 80'],
          ...['stopped tasks', 'stripe-secret-key', 'targets', 'tasks'],
        ].sort(),
      );
      await store('StripeSecretKeyArn', stripeKey);
      const again = await examine();
      expect(again.of('endpoint')).toMatch(
        /^false we_\w+ does not send .*checkout\.session\.expired/,
      );
      await environment.stripe.webhookEndpoints.update(endpointId, { disabled: true });
      const disabled = await examine();
      expect(disabled.of('endpoint')).toMatch(
        new RegExp(`^false Stripe has none for ${webhookUrl}: ${endpointId} is disabled →`),
      );
      cloudwatch.destroy();
      logs.destroy();
      ecs.destroy();
    },
  );

  testWithMoto(
    'O6: what cannot be asked is unknown and never green, and stops no other check',
    async () => {
      const denied = [
        'DescribeAlarms',
        'DescribeServices',
        'FilterLogEvents',
        'DescribeCertificate',
      ];
      environment.gate.decide = (call) =>
        denied.includes(call) ? { status: 400, code: 'AccessDeniedException' } : 'pass';
      const { findings, of } = await examine();
      for (const check of ['alarms', 'tasks', 'log', 'certificate']) {
        expect(of(check)).toMatch(/^null .*AccessDenied.* → These credentials may not do it/);
      }
      expect(of('port 443')).toMatch(/^true/);
      expect(of('health')).toMatch(/^true/);
      expect(findings.length).toBeGreaterThan(20);

      environment.gate.decide = () => ({ status: 403, code: 'InvalidClientTokenId' });
      const stranger = await examine();
      expect(stranger.of('stacks')).toMatch(/^null .*InvalidClientTokenId.* → The credentials are/);
      expect(stranger.of('health')).toMatch(/^true/);
      expect(stranger.code).toBe(4);
    },
  );
});
