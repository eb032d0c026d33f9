import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteControl } from '@tollgate/local-stripe';
import { handledEventTypes } from '../../service/handlers';
import { fingerprintOf } from '../../service/secrets/rotating';
import { stripeApiVersion } from '../../service/stripe/client';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { HttpGate } from '../support/http-gate';
import { stripeKey } from '../support/running-service';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-webhook-'));
const outputs = join(folder, 'outputs.json');
const update = /^POST \/v1\/webhook_endpoints\/we_/;

/** A call of one side, and which one of several. */
type Step = readonly [side: 'stripe' | 'aws' | 'front', call: string | RegExp, nth: number];

describe('webhook, on a deployed environment that Stripe delivers to', () => {
  let environment: OperatedEnvironment;
  /** Where Stripe delivers, and the operator asks. */
  let front: HttpGate;
  let stripeGate: HttpGate;
  let refused: number[];
  let taken = 0;

  const where = () => ['--outputs', outputs, '--stripe-api-base', stripeGate.url];
  const webhook = (...given: readonly string[]) => environment.ops('webhook', ...given, ...where());
  const url = () => `${front.url}/webhooks/stripe`;
  const endpoints = async () =>
    (await environment.stripe.webhookEndpoints.list({ limit: 100 })).data;
  const enabled = async () => (await endpoints()).filter(({ status }) => status === 'enabled');
  const storedSecret = async () => {
    const text = await environment.deployed.secretValue(
      environment.outputs.StripeWebhookSecretArn ?? '',
    );
    return String(JSON.parse(text).key);
  };
  const watchFront = () => {
    front.done = (call, status) => {
      if (call !== 'POST /webhooks/stripe') return;
      if (status === 200) taken += 1;
      else refused.push(status);
    };
  };
  /** Has Stripe send events all the while, of a type that is handled. */
  const withTraffic = async (work: () => Promise<void>) => {
    let isOver = false;
    const traffic = (async () => {
      while (!isOver) {
        const { id } = await environment.stripe.paymentIntents.create({
          amount: 500,
          currency: 'usd',
        });
        await environment.stripe.paymentIntents.cancel(id);
        await sleep(100);
      }
    })();
    await work().finally(() => {
      isOver = true;
    });
    await traffic;
  };
  const killAfter = async (command: string, ...[side, call, nth]: Step) => {
    const killed = environment.startOps('webhook', command, ...where());
    let seen = 0;
    const kill = (made: string) => {
      if (typeof call === 'string' ? made === call : call.test(made)) seen += 1;
      if (seen === nth) killed.child.kill('SIGKILL');
    };
    if (side === 'stripe') stripeGate.done = kill;
    if (side === 'aws') environment.gate.done = kill;
    if (side === 'front') {
      const watch = front.done;
      front.done = (made, status) => {
        kill(made);
        return watch(made, status);
      };
    }
    expect(await killed.code).toBeNull();
    stripeGate.done = () => {};
    environment.gate.done = () => {};
    watchFront();
  };
  const expectOneInForce = async () => {
    const [only, ...others] = await enabled();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ url: url(), api_version: stripeApiVersion });
    expect(only?.enabled_events.toSorted()).toEqual([...handledEventTypes].sort());
    expect(only?.metadata).toMatchObject({ tollgate_secret: fingerprintOf(await storedSecret()) });
    expect(only?.metadata).not.toHaveProperty('tollgate_state');
    return only?.id;
  };

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    environment = await OperatedEnvironment.start('rotated');
    front = await HttpGate.start(() => environment.url);
    stripeGate = await HttpGate.start(() => environment.localStripe.url);
    const told = { ...environment.outputs, PublicBaseUrl: front.url, WebhookUrl: url() };
    writeFileSync(outputs, JSON.stringify({ 'tollgate-rotated-service': told }));
    const key = join(folder, 'key');
    writeFileSync(key, stripeKey, { mode: 0o600 });
    const set = ['secrets', 'set', 'stripe-secret-key', '--file', key, ...where()];
    expect(await environment.ops(...set)).toMatchObject({ code: 0 });
  });
  beforeEach(() => {
    refused = [];
    if (front !== undefined) watchFront();
  });
  afterEach(() => {
    environment?.afterEach();
    if (stripeGate !== undefined) stripeGate.done = () => {};
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await front?.stop();
    await stripeGate?.stop();
    await environment?.stop();
  });

  testWithMoto(
    'O5: the first endpoint has exactly the events of the handlers and the version of the library',
    async () => {
      expect((await webhook('list')).output).toContain('Stripe has no endpoint');
      expect((await webhook('create', '--dry-run')).output).toContain('would make an endpoint');
      expect(await endpoints()).toEqual([]);
      const created = await webhook('create');
      expect(created).toMatchObject({ code: 0 });
      expect(created.output).not.toContain(await storedSecret());
      await expectOneInForce();
      const again = await webhook('create');
      expect(again).toMatchObject({ code: 1, output: expect.stringContaining('webhook rotate') });
      expect((await webhook('list')).output).toMatch(/✓ we_\w+ enabled/);
    },
  );

  testWithMoto(
    'O5: killed at any step and run again, the first endpoint is made once, and prune deletes the rest',
    async () => {
      const steps: readonly Step[] = [
        ['stripe', 'POST /v1/webhook_endpoints', 1], // made, and its secret lost
        ['stripe', update, 1], // its secret noted, and lost
        ['aws', 'PutSecretValue', 1], // its secret stored
        ['stripe', update, 2], // it delivers
        ['aws', 'PutSecretValue', 2], // the secret of the one before dropped
      ];
      for (const [index, step] of steps.entries()) {
        for (const { id } of await endpoints()) await environment.stripe.webhookEndpoints.del(id);
        await killAfter('create', ...step);
        const [made] = await endpoints();
        expect(await webhook('create')).toMatchObject({ code: 0 });
        const inForce = await expectOneInForce();
        // Once its secret is stored, what was made is taken on.
        if (index >= 2) expect(inForce).toBe(made?.id);
      }
      for (let index = 0; index < 2; index += 1) {
        const { id } = await environment.stripe.webhookEndpoints.create({
          url: url(),
          enabled_events: ['*'],
        });
        await environment.stripe.webhookEndpoints.update(id, { disabled: true });
      }
      await killAfter('prune', 'stripe', /^DELETE \/v1\/webhook_endpoints\/we_/, 1);
      expect(await endpoints()).toHaveLength(2);
      expect(await webhook('prune')).toMatchObject({ code: 0 });
      await expectOneInForce();
      expect(await endpoints()).toHaveLength(1);
    },
  );

  testWithMoto(
    'O5: killed at any step and run again, a rotation is finished, and no delivery is ever refused',
    async () => {
      const steps: readonly Step[] = [
        ['stripe', 'POST /v1/webhook_endpoints', 1], // made, and its secret lost
        ['stripe', update, 1], // its secret noted, and lost
        ['aws', 'PutSecretValue', 1], // its secret stored
        ['stripe', update, 2], // it delivers, beside the older one
        ['front', 'POST /v1/checkout/sessions', 1], // being tried
        ['stripe', update, 3], // the older one disabled
        ['aws', 'PutSecretValue', 2], // the older one's secret dropped
      ];
      await withTraffic(async () => {
        for (const [side, call, nth] of steps) {
          const before = (await enabled())[0]?.id;
          await killAfter('rotate', side, call, nth);
          const finished = await webhook('rotate');
          expect(finished).toMatchObject({ code: 0 });
          expect(await expectOneInForce()).not.toBe(before);
        }
      });
      expect(refused).toEqual([]);
      expect(taken).toBeGreaterThan(100);
    },
  );

  testWithMoto(
    'O5: prune deletes what is disabled for exactly this URL, and nothing else',
    async () => {
      const other = await environment.stripe.webhookEndpoints.create({
        url: `${url()}/of-somebody-else`,
        enabled_events: ['*'],
      });
      await environment.stripe.webhookEndpoints.update(other.id, { disabled: true });
      const rotated = await webhook('rotate', '--json');
      expect(JSON.parse(rotated.output)).toMatchObject({ ok: true });
      const { deleted } = JSON.parse((await webhook('prune', '--json')).output);
      expect(deleted.length).toBeGreaterThan(0);
      const left = (await endpoints()).map(({ id }) => id);
      expect(left).toHaveLength(2);
      expect(left).toContain(other.id);
    },
  );

  testWithMoto(
    'O5, O10: a key that may not make endpoints is told which permission it lacks',
    async () => {
      const control = new RemoteControl(environment.localStripe.url);
      await control.addFault({
        kind: 'status',
        status: 403,
        path: '/v1/webhook_endpoints',
        message: 'The provided key rk_test_****1234 lacks rak_webhook_write.',
      });
      const denied = await webhook('rotate');
      expect(denied).toMatchObject({ code: 1 });
      expect(denied.output).toContain('grant rak_webhook_write to the key');
      expect(denied.output).not.toContain('rk_test_');
      await expectOneInForce();
    },
  );
});
