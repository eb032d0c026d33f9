import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { issueToken } from '../../ops/service/bearer-token';
import { OperatedEnvironment } from '../aws/operated-environment';
import { testWithMoto } from '../aws/python-tools';
import { HttpGate } from '../support/http-gate';

const card = { card: '4242424242424242' };
const folder = mkdtempSync(join(tmpdir(), 'tollgate-smoke-'));

describe('smoke, on a deployed environment', () => {
  let environment: OperatedEnvironment;
  let front: HttpGate;

  const args = () => [
    ...['smoke', '--url', front.url],
    ...['--stripe-api-base', environment.localStripe.url],
  ];
  const smoke = (...more: readonly string[]) => environment.ops(...args(), ...more);
  const balances = () =>
    environment.database.query<{ account: string; minor: string }>(
      `select account, sum(minor)::text as minor from (
         select debit_account as account, -amount_minor as minor from transfers
         union all select credit_account, amount_minor from transfers) as moved
       group by account having sum(minor) <> 0`,
    );
  const credits = async () => {
    const rows = await environment.database.query('select 1 from transfers where reason = $1', [
      'topup',
    ]);
    return rows.length;
  };

  beforeAll(async () => {
    if (testWithMoto === test.skip) return;
    environment = await OperatedEnvironment.start('smoked');
    front = await HttpGate.start(() => environment.url);
  });
  afterEach(() => {
    environment?.afterEach();
    if (front !== undefined) front.done = () => {};
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await front?.stop();
    await environment?.stop();
  });

  testWithMoto(
    'O3: an environment that has no key yet passes, with a session that is made up',
    async () => {
      const { code, output } = await smoke();
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(output).toContain('✓ a checkout session: made up: there is no Stripe key yet');
      expect(output).toContain('✓ the balance: 0 → 50 usd');
      expect(output).toContain('✓ the credit reversed: 50 → 0 usd');
      expect(await balances()).toEqual([]);
    },
  );

  testWithMoto(
    'O3: a session of Stripe’s is credited by exactly its amount and reversed, and its page closed',
    async () => {
      const path = join(folder, 'key');
      writeFileSync(path, 'sk_test_tollgateTests000000000000', { mode: 0o600 });
      const [, ...where] = args();
      const set = ['secrets', 'set', 'stripe-secret-key', '--file', path, ...where];
      expect((await environment.ops(...set)).code).toBe(0);

      const dry = await smoke('--dry-run');
      expect(dry).toEqual({ code: 0, output: expect.stringContaining('would begin a top-up') });
      expect(await credits()).toBe(1);

      const passed = await smoke();
      expect(passed).toMatchObject({ code: 0 });
      const [session] = (await environment.stripe.checkout.sessions.list()).data;
      expect(session).toMatchObject({ status: 'expired', amount_total: 50 });
      expect(passed.output).toContain(`✓ a checkout session: ${session?.id}`);
      expect(await balances()).toEqual([]);
      expect(await credits()).toBe(2);
      expect(JSON.parse((await smoke('--json')).output)).toMatchObject({ ok: true });
    },
  );

  testWithMoto(
    'O3, O10: one that is killed when it has credited is reversed by the next',
    async () => {
      const killed = environment.startOps(...args());
      front.done = (call) => {
        if (call === 'POST /webhooks/stripe') killed.child.kill('SIGKILL');
      };
      await killed.code;
      front.done = () => {};
      expect(await balances()).toHaveLength(2);
      const next = await smoke();
      expect(next).toMatchObject({ code: 0 });
      expect(next.output).toContain('reversed what an earlier run left');
      expect(await balances()).toEqual([]);
    },
  );

  testWithMoto(
    'O3: a balance that moves by anything else fails, and what was credited is reversed',
    async () => {
      const secret = await environment.deployed.secretValue(
        environment.outputs.JwtAccessTokenSecretArn ?? '',
      );
      const token = await issueToken(JSON.parse(secret).key, 'somebody', 'billing:admin');
      let deliveries = 0;
      front.done = async (call) => {
        if (call !== 'POST /webhooks/stripe' || deliveries++ > 0) return;
        await fetch(`${environment.url}/v1/admin/users/tollgate:smoke:test/adjustments`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': 'in-between',
          },
          body: JSON.stringify({ kind: 'grant', unit: 'usd', amountMinor: 1, reason: 'meanwhile' }),
        });
      };
      const failed = await smoke();
      expect(failed).toMatchObject({ code: 1 });
      expect(failed.output).toContain('✗ the balance: 0 → 51 usd, in minor units; expected 50');
      expect(await balances()).toEqual(
        expect.arrayContaining([
          { account: 'user:tollgate:smoke:test', minor: '1' },
          { account: 'adjustments', minor: '-1' },
        ]),
      );
    },
  );

  testWithMoto(
    'O4: what a person pays is credited by Stripe’s own delivery and refunded, in one run or in two',
    async () => {
      const { secret = '' } = await environment.stripe.webhookEndpoints.create({
        url: `${front.url}/webhooks/stripe`,
        enabled_events: ['*'],
      });
      const path = join(folder, 'signing');
      writeFileSync(path, secret, { mode: 0o600 });
      const [, ...where] = args();
      const set = ['secrets', 'set', 'stripe-webhook-secret', '--file', path, ...where];
      expect((await environment.ops(...set)).code).toBe(0);

      const told = JSON.parse(
        (await smoke('--real', '--create-only', '--receipt', join(folder, 'told'), '--json'))
          .output,
      );
      expect(told).toMatchObject({ ok: true, url: expect.stringContaining('#') });
      const receipt = join(folder, 'receipt.json');
      const kept = ['--real', '--receipt', receipt] as const;
      const begun = await smoke(...kept, '--create-only');
      expect(begun).toMatchObject({ code: 0 });
      expect(statSync(receipt).mode & 0o777).toBe(0o600);
      const { url } = JSON.parse(readFileSync(receipt, 'utf8'));
      expect(begun.output).toContain(`\n${url}\n`);
      const early = await smoke(...kept, '--verify-only', '--wait-minutes', '0');
      expect(early).toMatchObject({ code: 1, output: expect.stringContaining('0 → 0 usd') });
      await payOnHostedPage(url, card);
      const verified = await smoke(...kept, '--verify-only');
      expect(verified).toMatchObject({ code: 0 });
      expect(verified.output).toContain('✓ the balance, by Stripe’s own webhook: 0 → 50 usd');
      expect(verified.output).toMatch(/✓ the payment refunded: pi_\w+; 0 → 0 usd/);
      const [refund] = (await environment.stripe.refunds.list()).data;
      expect(refund).toMatchObject({ amount: 50, status: 'succeeded' });

      const waiting = environment.startOps(...args(), '--real');
      const printed = await waiting.printed(/receipt: \S+/);
      const [, at = ''] = /behind the #:\n(\S+)/.exec(printed) ?? [];
      await payOnHostedPage(at, card);
      expect(await waiting.code).toBe(0);
      const [, file = ''] = /receipt: (\S+)/.exec(printed) ?? [];
      rmSync(file);

      const other = await environment.ops('smoke', '--real', '--verify-only', ...where);
      expect(other).toMatchObject({ code: 2, output: expect.stringContaining('has no receipt') });
    },
  );

  testWithMoto(
    'O3, O10: a service that is not there, and an environment that is not, are said with the fix',
    async () => {
      const nowhere = await environment.ops('smoke', '--url', 'http://127.0.0.1:9');
      expect(nowhere).toMatchObject({ code: 1, output: expect.stringContaining('✗ health') });
      expect(nowhere.output).toContain('→ Check the address');
      const bad = await environment.ops('smoke', '--url', 'somewhere');
      expect(bad).toMatchObject({ code: 2 });
    },
  );
});
