import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { stripeKey } from '../support/running-service';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-enable-'));

describe('enable, on an environment that was just deployed', () => {
  let environment: OperatedEnvironment;

  const file = (content: string) => {
    const path = join(folder, `secret-${Math.random()}`);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const args = (...more: readonly string[]) => [
    ...['enable', '--stripe-secret-key-file', file(`${stripeKey}\n`)],
    ...['--url', environment.url, '--stripe-api-base', environment.localStripe.url],
    ...more,
  ];
  const enable = async (...more: readonly string[]) => {
    const done = await environment.ops(...args(...more));
    expect(done.output).not.toContain(stripeKey);
    expect(done.output).not.toContain('whsec_');
    return done;
  };
  const stored = (output: string) =>
    environment.deployed.secretValue(environment.outputs[output] ?? '');

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    environment = await OperatedEnvironment.start('fresh');
  });
  afterEach(() => environment?.afterEach());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await environment?.stop();
  });

  testWithMoto(
    'O10: what is not enough, or would change, is said, and nothing is changed',
    async () => {
      const before = await stored('StripeSecretKeyArn');
      const unclear = await enable();
      expect(unclear).toMatchObject({ code: 2, output: expect.stringContaining('→ Give one of') });
      const both = await enable('--create-webhook', '--generate-webhook-secret');
      expect(both).toMatchObject({
        code: 2,
        output: expect.stringContaining('cannot be used with'),
      });
      const dry = await enable('--create-webhook', '--dry-run');
      expect(dry).toMatchObject({ code: 0 });
      expect(dry.output).toContain('would store the stripe-secret-key');
      expect(dry.output).toContain(
        'would make an endpoint for https://billing.fresh.test/webhooks',
      );
      expect(await stored('StripeSecretKeyArn')).toBe(before);
    },
  );

  testWithMoto(
    'O1, O2: killed at any step and run again it sells, with tasks that are given the secrets',
    async () => {
      await forgetSecrets(environment);
      expect(
        Object.keys((await environment.deployed.container(environment.outputs)).injected),
      ).toEqual([]);
      for (const call of ['PutSecretValue', 'RegisterTaskDefinition', 'UpdateService']) {
        const killed = environment.startOps(...args('--generate-webhook-secret'));
        environment.gate.done = async (made) => {
          await environment.likeEcs(made);
          if (made === call) killed.child.kill('SIGKILL');
        };
        expect(await killed.code).toBeNull();
        environment.afterEach();
      }
      const enabled = await enable('--generate-webhook-secret');
      expect(enabled).toMatchObject({ code: 0 });
      expect(enabled.output).toContain('store the stripe-secret-key: unchanged');
      expect(enabled.output).toContain('start the tasks anew: done before');
      expect(enabled.output).toContain('✓ the balance: 0 → 50 usd');
      const { injected } = await environment.deployed.container(environment.outputs);
      expect(injected).toEqual({
        STRIPE_SECRET_KEY: environment.outputs.StripeSecretKeyArn,
        STRIPE_WEBHOOK_SECRET: environment.outputs.StripeWebhookSecretArn,
        JWT_ACCESS_TOKEN_SECRET: environment.outputs.JwtAccessTokenSecretArn,
      });
    },
  );

  testWithMoto(
    'O1: --create-webhook makes the endpoint once, and a second run finds nothing to do',
    async () => {
      expect(await enable('--create-webhook')).toMatchObject({ code: 0 });
      const again = await enable('--create-webhook', '--json');
      const { steps } = JSON.parse(again.output) as { steps: { step: string; seen: string }[] };
      const seen = Object.fromEntries(steps.map(({ seen, step }) => [step, seen]));
      expect(seen).toMatchObject({
        'store the stripe-secret-key': 'unchanged, not stored again',
        'start the tasks anew': 'done before',
        'an endpoint in Stripe': expect.stringMatching(/^we_\w+ stands$/),
      });
      const { data } = await environment.stripe.webhookEndpoints.list();
      expect(data).toMatchObject([
        { status: 'enabled', url: 'https://billing.fresh.test/webhooks/stripe' },
      ]);
    },
  );

  testWithMoto(
    'O1: an endpoint of somebody’s own is not doubled, and its secret is taken from a file',
    async () => {
      const { data } = await environment.stripe.webhookEndpoints.list();
      for (const { id } of data) await environment.stripe.webhookEndpoints.del(id);
      const own = await environment.stripe.webhookEndpoints.create({
        url: 'https://billing.fresh.test/webhooks/stripe',
        enabled_events: ['*'],
      });
      const refused = await enable('--create-webhook');
      expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('webhook rotate') });
      const given = await enable('--stripe-webhook-secret-file', file(own.secret ?? ''));
      expect(given).toMatchObject({ code: 0 });
      expect(await stored('StripeWebhookSecretArn')).toContain(own.secret);
    },
  );
});

/** A task definition as somebody has left it by hand. */
async function forgetSecrets(environment: OperatedEnvironment): Promise<void> {
  const client = new ECSClient(environment.client);
  const { taskDefinition: family } = await environment.deployed.service(environment.outputs);
  const { taskDefinition } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: family }),
  );
  const containerDefinitions = (taskDefinition?.containerDefinitions ?? []).map(
    ({ secrets: _secrets, ...container }) => container,
  );
  const registered = await client.send(
    new RegisterTaskDefinitionCommand({
      ...taskDefinition,
      containerDefinitions,
      family: taskDefinition?.family,
    }),
  );
  await client.send(
    new UpdateServiceCommand({
      cluster: environment.outputs.ClusterName,
      service: environment.outputs.ServiceName,
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
    }),
  );
  client.destroy();
}
