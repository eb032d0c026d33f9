import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoadBalancerDouble } from '../aws/load-balancer-double';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { eventOf, stripeKey, testClient } from '../support/running-service';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-faults-'));
const later = `ghcr.io/tollgate/service@sha256:${'1'.repeat(64)}`;
const fileOf = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const key = fileOf('key', stripeKey);
const otherKey = fileOf('other-key', 'sk_test_another0000000000000000000');

interface Row {
  readonly given: readonly string[];
  /** What it reaches of what stands at another address here: the service, Stripe too, or port 80. */
  readonly reaches?: 'service' | 'both' | 'port80';
  /** The call that changes something at AWS, if there is one. */
  readonly change?: string;
}

/** Every command that changes something in AWS, in an order in which each has something to do. */
const rows: readonly Row[] = [
  {
    given: ['enable', '--stripe-secret-key-file', key, '--generate-webhook-secret'],
    reaches: 'both',
    change: 'PutSecretValue',
  },
  { given: ['webhook', 'create'], reaches: 'both' },
  { given: ['webhook', 'rotate'], reaches: 'both' },
  { given: ['webhook', 'prune'], reaches: 'both' },
  {
    given: ['secrets', 'set', 'stripe-secret-key', '--file', otherKey],
    reaches: 'both',
    change: 'PutSecretValue',
  },
  {
    given: ['secrets', 'restore', 'stripe-webhook-secret'],
    reaches: 'service',
    change: 'UpdateSecretVersionStage',
  },
  {
    given: ['switch', 'emergency-http', 'on', '--for', '4h'],
    reaches: 'port80',
    change: 'CreateRule',
  },
  { given: ['rollback', '--to', 'previous'], change: 'RegisterTaskDefinition' },
  { given: ['events', 'replay', 'evt_replayed'], reaches: 'service' },
  { given: ['outbox', 'retry', '4711'], reaches: 'service' },
];
const nameOf = ({ given }: Row) => given.slice(0, 2).join(' ');

describe('every command that changes something, where something is in its way', () => {
  let environment: OperatedEnvironment;
  let port80: LoadBalancerDouble;

  const run = ({ given, reaches }: Row, ...more: readonly string[]) => {
    const at = reaches === 'port80' ? port80.url : environment.url;
    return environment.ops(
      ...given,
      ...(reaches === undefined ? [] : ['--url', at]),
      ...(reaches === 'both' ? ['--stripe-api-base', environment.localStripe.url] : []),
      ...more,
    );
  };
  /** They may run side by side where none gets to change anything. */
  const runAll = async (which: readonly Row[], ...more: readonly string[]) =>
    Promise.all(
      which.map(async (row) => {
        const { code, output } = await run(row, ...more);
        return { name: nameOf(row), code, output };
      }),
    );
  const standing = async () => {
    const { deployed, outputs, stripe } = environment;
    const secrets = ['StripeSecretKeyArn', 'StripeWebhookSecretArn', 'JwtAccessTokenSecretArn'];
    const { data } = await stripe.webhookEndpoints.list({ limit: 100 });
    const { deployments, taskDefinition } = await deployed.service(outputs);
    const [rows] = await environment.database.query(
      `select (select count(*) from transfers) as transfers,
              (select count(*) from outbox where set_aside_at is not null) as set_aside`,
    );
    return {
      secrets: await Promise.all(secrets.map((each) => deployed.secretValue(outputs[each] ?? ''))),
      rules: (await deployed.rules(outputs.HttpListenerArn ?? '')).map(({ RuleArn }) => RuleArn),
      endpoints: data.map(({ enabled_events, id, status }) => ({ enabled_events, id, status })),
      deployment: deployments?.map(({ id }) => id),
      taskDefinition,
      rows,
    };
  };

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    environment = await OperatedEnvironment.start('faulty', {}, 'a'.repeat(40));
    await environment.deployImage(later, 'b'.repeat(40));
    const { deployed, outputs, url } = environment;
    const listener = outputs.HttpListenerArn ?? '';
    port80 = await LoadBalancerDouble.start(deployed, listener, 'billing.faulty.test', url);
    const { key: secret } = JSON.parse(
      await deployed.secretValue(outputs.StripeWebhookSecretArn ?? ''),
    );
    const event = eventOf('test.unhandled', { id: 'obj_1' }, 'evt_replayed');
    expect((await testClient(environment.url).deliver(event, { secret })).status).toBe(200);
    // One to restore, and one in force.
    for (const word of ['before', 'now']) {
      const file = fileOf(word, `whsec_${word.padEnd(32, '0')}`);
      const set = ['secrets', 'set', 'stripe-webhook-secret', '--file', file];
      expect(await run({ given: set, reaches: 'both' })).toMatchObject({ code: 0 });
    }
    await environment.database.query(
      `insert into outbox (position, message_key, type, user_id, data, attempts, next_attempt_at,
         last_error, set_aside_at)
       overriding system value
       values (4711, 'faults', 'balance.debited', 'ben', $1, 9, now(), 'too large', now())`,
      [{ unit: 'usd', amountMinor: 500, reason: 'a book', spendId: randomUUID() }],
    );
  });
  afterEach(() => environment?.afterEach());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await port80?.stop();
    await environment?.stop();
  });

  testWithMoto(
    'O10: credentials that are over, or may not do it, are named with the fix, and nothing is changed',
    async () => {
      const before = await standing();
      // What of the stacks is read first is told of by the tests of each command.
      environment.gate.decide = (call) =>
        call === 'DescribeStacks' ? 'pass' : { status: 400, code: 'ExpiredTokenException' };
      for (const { code, name, output } of await runAll(rows)) {
        expect([name, code, output]).toEqual([
          name,
          1,
          expect.stringContaining('→ The credentials are not valid, or no longer'),
        ]);
      }
      const changing = rows.filter(({ change }) => change !== undefined);
      environment.gate.decide = (call) =>
        changing.some(({ change }) => change === call)
          ? { status: 400, code: 'AccessDeniedException' }
          : 'pass';
      for (const { code, name, output } of await runAll(changing)) {
        expect([name, code, output]).toEqual([
          name,
          1,
          expect.stringContaining('→ These credentials may not do it'),
        ]);
      }
      expect(await standing()).toEqual(before);
    },
  );

  testWithMoto(
    'O10: what the outputs name and AWS does not have is named with the deploy that makes it',
    async () => {
      const before = await standing();
      const gone = Object.fromEntries(
        Object.entries(environment.outputs).map(([name, value]) => [
          name,
          /^(ClusterName|ServiceName|\w+SecretArn|StripeSecretKeyArn|HttpListenerArn)$/.test(name)
            ? `${value}-gone`
            : value,
        ]),
      );
      const file = fileOf('gone.json', JSON.stringify({ 'tollgate-faulty-service': gone }));
      for (const { code, name, output } of await runAll(rows, '--outputs', file)) {
        expect([name, code, output]).toEqual([
          name,
          1,
          expect.stringMatching(/→ .*[Dd]eploy the /),
        ]);
      }
      expect(await standing()).toEqual(before);
    },
  );

  testWithMoto('O10: throttling is sat out, whichever call it meets', async () => {
    for (const row of rows) {
      const met = new Set<string>();
      environment.gate.decide = (call) => {
        if (met.has(call)) return 'pass';
        met.add(call);
        return { status: 400, code: 'ThrottlingException' };
      };
      const { code, output } = await run(row);
      environment.afterEach();
      const told = { name: nameOf(row), code, output };
      expect(told).toEqual({ ...told, code: 0 });
      expect(met.size).toBeGreaterThan(1);
    }
  });

  testWithMoto('O10: throttling without an end is told as such, with what to do', async () => {
    environment.gate.decide = (call) =>
      call === 'DescribeRules' ? { status: 400, code: 'ThrottlingException' } : 'pass';
    const { code, output } = await environment.ops('switch', 'emergency-http', 'off');
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('→ AWS asks for a pause: run it again in a minute.'),
    ]);
  });
});
