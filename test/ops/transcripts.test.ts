import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  type Chapter,
  type Transcript,
  transcriptsDocument,
  transcriptsFile,
  writeVariable,
} from '../../docs/generate/transcripts';
import { LoadBalancerDouble } from '../aws/load-balancer-double';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { DnsServer, type Zones } from '../deploy/dns-server';
import { stripeKey } from '../support/running-service';

const project = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tollgate-transcripts-'));
const keyFile = join(folder, 'key.txt');
const domain = 'billing.staging.test';
const later = `ghcr.io/tollgate/service@sha256:${'1'.repeat(64)}`;

describe('docs/transcripts.md', () => {
  let environment: OperatedEnvironment;
  let dns: DnsServer;
  let port80: LoadBalancerDouble;

  /** What leads to the doubles, by the command. */
  const toDoubles = (command: string): readonly string[] => {
    const stripe = ['--stripe-api-base', environment.localStripe.url];
    switch (command) {
      case 'rollback':
        return [];
      case 'switch':
        return ['--url', port80.url];
      case 'doctor':
        return ['--url', environment.url, '--dns', dns.address, ...stripe];
      default:
        return ['--url', environment.url, ...stripe];
    }
  };
  /** Runs a command as it is shown, and expects it to end well. */
  const run = async (shown: string): Promise<Transcript> => {
    const given = shown.split(' ').map((word) => (word === 'key.txt' ? keyFile : word));
    const { code, output } = await environment.ops(...given, ...toDoubles(given[0] ?? ''));
    environment.afterEach();
    expect({ code, output }).toMatchObject({ code: 0 });
    return {
      command: shown,
      output: output
        .replaceAll(environment.url, `https://${domain}`)
        .replaceAll(port80.url, `http://${domain}`),
    };
  };
  const runAll = async (...shown: readonly string[]) => {
    const transcripts: Transcript[] = [];
    for (const each of shown) transcripts.push(await run(each));
    return transcripts;
  };

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    writeFileSync(keyFile, stripeKey, { mode: 0o600 });
    const https = { dnsDelegated: true, enableAcm: true };
    environment = await OperatedEnvironment.start('staging', { https }, 'a'.repeat(40));
    const { outputs } = environment;
    const zones: Zones = {
      [domain]: { a: ['192.0.2.10'], ns: outputs.NameServers?.split(', ') ?? [] },
      [outputs.LoadBalancerDnsName?.toLowerCase() ?? '']: { a: ['192.0.2.10', '192.0.2.11'] },
    };
    dns = await DnsServer.start(zones);
    port80 = await LoadBalancerDouble.start(
      ...([environment.deployed, outputs.HttpListenerArn ?? '', domain] as const),
      environment.url,
    );
    // What the double's tasks and people would do: be targets, and have the alarms' mails.
    const elb = new ElasticLoadBalancingV2Client(environment.client);
    const TargetGroupArn = outputs.TargetGroupArn;
    const Targets = [{ Id: '10.0.0.10', Port: 8080 }];
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    elb.destroy();
    const sns = new SNSClient(environment.client);
    const email = { Protocol: 'email', Endpoint: 'ops@shop.test' };
    await sns.send(new SubscribeCommand({ TopicArn: outputs.AlarmTopicArn, ...email }));
    sns.destroy();
  });
  afterEach(() => environment?.afterEach());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await port80?.stop();
    await dns?.stop();
    await environment?.stop();
  });

  testWithMoto(
    'O1, O5, O6, O11, O12: it is what the commands print; npm run docs -- transcripts writes it anew',
    async () => {
      const chapters: Chapter[] = [
        {
          heading: 'enable',
          about: 'From a fresh deploy to a service that sells, with an endpoint in Stripe.',
          transcripts: await runAll(
            'enable --env staging --stripe-secret-key-file key.txt --create-webhook',
          ),
        },
        {
          heading: 'webhook rotate',
          about: 'A new endpoint with a new secret in the place of the one before.',
          transcripts: await runAll('webhook rotate --env staging'),
        },
        {
          heading: 'doctor',
          about:
            'Everything, from inside and outside. Its exit code is 0: nothing is red or unknown.',
          transcripts: await runAll('doctor --env staging'),
        },
        {
          heading: 'switch',
          about:
            'Emergency HTTP, on and off. From Enter to the rule that was seen from outside, `on` takes less than three\n' +
            'seconds on these doubles; a test holds it to that.',
          transcripts: await runAll(
            'switch emergency-http on --env staging --for 4h',
            'switch emergency-http status --env staging',
            'switch emergency-http off --env staging',
          ),
        },
      ];
      await environment.deployImage(later, 'b'.repeat(40));
      chapters.push({
        heading: 'rollback',
        about: 'Another image has been deployed meanwhile, and is not what was hoped for.',
        transcripts: await runAll('rollback --env staging', 'rollback --env staging --to previous'),
      });
      const document = transcriptsDocument(chapters);
      const file = join(project, transcriptsFile);
      if (process.env[writeVariable] === transcriptsFile) writeFileSync(file, document);
      expect(document).not.toContain(stripeKey);
      expect(document).not.toMatch(/whsec_\w|127\.0\.0\.1/);
      expect(document).toBe(readFileSync(file, 'utf8'));
    },
  );
});
