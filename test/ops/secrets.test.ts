import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteControl } from '@tollgate/local-stripe';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-secrets-'));
const key = (word: string) => `sk_test_${word.padEnd(24, '0')}`;
const signing = (word: string) => `whsec_${word.padEnd(32, '0')}`;
/** The time limit of a test that deploys or waits for the service. */

describe('secrets, on a deployed environment', () => {
  let environment: OperatedEnvironment;

  const file = (content: string, mode = 0o600) => {
    const path = join(folder, `secret-${Math.random()}`);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
  const set = (name: string, value: string, ...more: readonly string[]) =>
    environment.ops('secrets', 'set', name, '--file', file(value), ...toDoubles(), ...more);
  const restore = (name: string, ...more: readonly string[]) =>
    environment.ops('secrets', 'restore', name, '--url', environment.url, ...more);
  const toDoubles = () => [
    ...['--url', environment.url],
    ...['--stripe-api-base', environment.localStripe.url],
  ];
  const stored = (output: string) =>
    environment.deployed.secretValue(environment.outputs[output] ?? '');

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    environment = await OperatedEnvironment.start('keys');
  });
  afterEach(() => environment?.afterEach());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await environment?.stop();
  });

  testWithMoto(
    'O7: a key is stored once, and the tasks that were started with the one before are replaced',
    async () => {
      const first = await set('stripe-secret-key', ` ${key('first')}\n`);
      expect(first).toMatchObject({ code: 0 });
      expect(first.output).toContain('a secret key of test mode; Stripe takes it');
      expect(first.output).toMatch(/ECS: .* has reached a steady state/);
      expect(await stored('StripeSecretKeyArn')).toBe(`{"key":"${key('first')}"}`);
      expect(first.output).not.toContain(key('first'));

      const again = await set('stripe-secret-key', key('first'));
      expect(again.output).toContain('unchanged, not stored again');
      expect(again.output).toContain('start the tasks anew: done before');

      expect((await set('stripe-secret-key', key('second'))).code).toBe(0);
      const back = await restore('stripe-secret-key');
      expect(back.code).toBe(0);
      expect(back.output).toContain('wait until they have taken over');
      expect(await stored('StripeSecretKeyArn')).toContain(key('first'));
    },
  );

  testWithMoto(
    'O7: restore moves back once however often it is run, and the service is seen to verify with it',
    async () => {
      expect((await set('stripe-webhook-secret', signing('right'))).code).toBe(0);
      expect((await set('stripe-webhook-secret', signing('wrong'))).code).toBe(0);
      // Killed as soon as the label is moved; the second run sees that, and finishes.
      const killed = environment.startOps('secrets', 'restore', 'stripe-webhook-secret');
      environment.gate.done = (call) => {
        if (call === 'UpdateSecretVersionStage') killed.child.kill('SIGKILL');
      };
      await killed.code;
      environment.afterEach();
      expect(await stored('StripeWebhookSecretArn')).toContain(signing('right'));
      const finished = await restore('stripe-webhook-secret');
      expect(finished).toMatchObject({ code: 0 });
      expect(finished.output).toContain('put the version before back: done before');
      expect(finished.output).toContain('✓ see that the service verifies with it');
      expect(await stored('StripeWebhookSecretArn')).toContain(signing('right'));
    },
  );

  testWithMoto(
    'O7: a JWT key is stored and put back, and tokens that it signs are taken at once',
    async () => {
      const set1 = await set('jwt-access-token-secret', 'k'.repeat(40));
      expect(set1).toMatchObject({ code: 0 });
      expect(set1.output).toContain('a token that was signed with it is taken');
      expect((await restore('jwt-access-token-secret')).code).toBe(0);
    },
  );

  testWithMoto(
    'O7, O10: a killed set is finished by the next one, with no task left on the old key',
    async () => {
      const path = file(key('third'));
      const killed = environment.startOps(
        ...['secrets', 'set', 'stripe-secret-key', '--file', path, ...toDoubles()],
      );
      environment.gate.done = (call) => {
        if (call === 'PutSecretValue') killed.child.kill('SIGKILL');
      };
      await killed.code;
      environment.afterEach();
      expect(await stored('StripeSecretKeyArn')).toContain(key('third'));
      const finished = await set('stripe-secret-key', key('third'));
      expect(finished).toMatchObject({ code: 0 });
      expect(finished.output).toContain('unchanged, not stored again');
      expect(finished.output).toMatch(/start the tasks anew: deployment/);
    },
  );

  testWithMoto(
    'O7, O10: what cannot be the secret is refused before anything is stored, and never shown',
    async () => {
      const before = await stored('StripeSecretKeyArn');
      for (const [name, value, seen] of [
        ['stripe-secret-key', 'sk_live_51AbCdEfGhIjKlMn', 'expected one of test mode'],
        ['stripe-secret-key', 'pk_test_51AbCdEfGhIjKlMn', 'a publishable key'],
        ['stripe-webhook-secret', 'sk_test_51AbCdEfGhIjKlMn', 'expected a signing secret'],
        ['jwt-access-token-secret', 'short-and-guessable', 'expected 32 or more'],
      ] as const) {
        const refused = await set(name, value);
        expect(refused).toMatchObject({ code: 2, output: expect.stringContaining(seen) });
        expect(refused.output).not.toContain(value);
      }
      const open = file(key('open'), 0o644);
      const read = await environment.ops('secrets', 'set', 'stripe-secret-key', '--file', open);
      expect(read).toMatchObject({ code: 2, output: expect.stringContaining('→ chmod 600') });

      const control = new RemoteControl(environment.localStripe.url);
      await control.addFault({ kind: 'status', status: 401, path: '/v1/checkout/sessions' });
      const revoked = await set('stripe-secret-key', key('revoked'));
      expect(revoked).toMatchObject({
        code: 1,
        output: expect.stringContaining('Stripe rejected'),
      });
      expect(revoked.output).not.toContain('sk_test_');
      expect((await set('stripe-secret-key', key('dry'), '--dry-run')).output).toContain(
        'would store',
      );
      expect(await stored('StripeSecretKeyArn')).toBe(before);
    },
  );

  testWithMoto('O10: what AWS refuses, limits or has given up is said with its fix', async () => {
    environment.gate.decide = (call) =>
      call === 'PutSecretValue' ? { status: 400, code: 'AccessDeniedException' } : 'pass';
    const denied = await set('stripe-secret-key', key('denied'));
    expect(denied).toMatchObject({ code: 1, output: expect.stringContaining('✗ store the') });
    expect(denied.output).toContain('→ These credentials may not do it');

    let throttled = 0;
    environment.gate.decide = (call) => {
      if (call !== 'GetSecretValue' || throttled >= 3) return 'pass';
      throttled += 1;
      return { status: 400, code: 'ThrottlingException' };
    };
    expect((await environment.ops('secrets', 'list')).code).toBe(0);
    expect(throttled).toBe(3);

    environment.double.failCreationOf('deployment');
    const failed = await set('stripe-secret-key', key('fourth'));
    expect(failed).toMatchObject({ code: 1, output: expect.stringContaining('was given up') });
    expect(failed.output).toContain('`secrets restore` puts the version before back');
  });

  testWithMoto(
    'O7: the list says what is stored and what is wrong with it, and shows no value',
    async () => {
      const listed = await environment.ops('secrets', 'list');
      expect(listed.code).toBe(0);
      expect(listed.output).toContain('✓ stripe-secret-key: a secret key of test mode');
      expect(listed.output).toContain('✓ stripe-webhook-secret: a signing secret');
      expect(listed.output).not.toMatch(/sk_test_0|whsec_[a-z]/);
      const { secrets } = JSON.parse((await environment.ops('secrets', 'list', '--json')).output);
      expect(secrets).toHaveLength(3);
    },
  );
});
