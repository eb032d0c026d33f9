import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../support/connected-service';
import { runOpsAt } from '../support/ops';
import { killPrograms } from '../support/program';
import { begin, card } from '../support/selling';
import { untilHolds } from '../support/waiting';

let connected: ConnectedService;

beforeAll(async () => {
  connected = await connectService();
});
afterEach(killPrograms);
afterAll(() => connected.close());

const ops = (...given: readonly string[]) => runOpsAt(connected.service.url, ...given);

async function buy(userId: string, order: object = { topup: { amountMinor: 2500 } }) {
  const session = await begin(connected, userId, order);
  await payOnHostedPage(session.url, card);
  const { payment_intent: paymentId } = await connected.stripe.checkout.sessions.retrieve(
    session.id,
  );
  return { ...session, paymentId: String(paymentId) };
}
const balanceOf = async (userId: string) =>
  (await connected.read<{ balances: readonly object[] }>('/v1/account', userId)).balances;
const hasBalance = (userId: string, ...balances: readonly object[]) =>
  untilHolds(
    () => balanceOf(userId),
    (seen) => expect(seen).toMatchObject(balances),
  );

test('O9: the ledger of a user is read by the user or the customer, with what came back', async () => {
  const { paymentId, customerId } = await buy('ann');
  await buy('ann', { package: 'starter' });
  const { id: refundId } = await connected.stripe.refunds.create({
    payment_intent: paymentId,
    amount: 1000,
  });
  await hasBalance('ann', { amountMinor: 1000 }, { amountMinor: 1500 });
  const { code, output } = await ops('ledger', 'ann');
  expect(code).toBe(0);
  expect(output).toMatch(/^balance +1000 credits, 15\.00 USD$/m);
  expect(output).toMatch(new RegExp(`^customer +${customerId}$`, 'm'));
  expect(output).toMatch(
    new RegExp(`25\\.00 USD  ${paymentId}\n +refund 10\\.00 USD .*${refundId}`),
  );
  expect(output).toMatch(new RegExp(`-10\\.00 USD  reversal  ${paymentId}`));
  expect(output).toMatch(/\+1000 credits {2}package/);
  expect((await ops('ledger', customerId)).output).toBe(output);

  const { output: json } = await ops('ledger', 'ann', '--json', '--limit', '1');
  expect(JSON.parse(json)).toMatchObject({ userId: 'ann', transfers: [{ amountMinor: -1000 }] });
  const bounded = await ops('ledger', 'ann', '--limit', '1');
  expect(bounded.output).toContain('there are more transfers than 1');
  const stranger = await ops('ledger', 'nobody');
  expect(stranger).toEqual({
    code: 0,
    output: expect.stringContaining('Nothing is known of nobody'),
  });
});

test('O9: what a description writes cannot steer the terminal', async () => {
  await connected.database.query(
    `insert into transfers (idempotency_key, debit_account, credit_account, unit, amount_minor,
       reason, description)
     values ('opening:mallory', 'opening_balances', 'user:mallory', 'usd', 100, 'imported', $1)`,
    ['gift\u001b[2J\nbooked twice'],
  );
  await connected.database.query("insert into balances values ('user:mallory', 'usd', 100)");
  const { output } = await ops('ledger', 'mallory');
  expect(output).toContain('gift [2J booked twice');
  expect(output).not.toContain('\u001b');
});

test('O9: what is not published is listed with the reason, and what was set aside goes out again', async () => {
  const { database } = connected;
  expect((await ops('outbox')).output).toBe('No message waits to be published.\n');
  await database.query(
    `insert into outbox (message_key, type, user_id, data, attempts, next_attempt_at, last_error,
       set_aside_at)
     values ('a', 'balance.credited', 'ann', '{}', 3, now() + interval '1 hour', 'throttled', null),
            ('b', 'balance.debited', 'ben', '{}', 9, now(), 'too large', now())`,
  );
  const waiting = await ops('outbox');
  expect(waiting.output).toMatch(/balance\.credited +ann\n +throttled \(attempt 3; tried again at/);
  expect(waiting.output).toContain('1 more could not be published: outbox list --set-aside');
  expect((await ops('outbox', 'list', '--user', 'ben')).output).toContain('No message waits');
  const aside = await ops('outbox', 'list', '--set-aside', '--json');
  const { position } = JSON.parse(aside.output);
  expect(JSON.parse(aside.output)).toMatchObject({ userId: 'ben', lastError: 'too large' });

  const retried = await ops('outbox', 'retry', String(position));
  expect(retried).toEqual({
    code: 0,
    output: `✓ the message at ${position} waits to be published\n`,
  });
  const again = await ops('outbox', 'retry', String(position));
  expect(again).toMatchObject({ code: 1 });
  await database.query("delete from outbox where message_key in ('a', 'b')"); // of no schema of ours
});

test('O9: a payment of which Stripe made no event is found by reconcile, and booked once', async () => {
  await connected.control.suppressEvents(['checkout.session.completed']);
  const { id } = await buy('cat');
  expect(await balanceOf('cat')).toEqual([]);
  const run = await ops('reconcile', 'objects', '--since', '1h');
  expect(run.code).toBe(0);
  expect(run.output).toMatch(/✓ reconcile objects: .* UTC: \d+ looked at, 1 made up for, 0 diff/);
  expect(run.output).toContain(`    ✓ ${id}: credited`);
  expect(await balanceOf('cat')).toMatchObject([{ amountMinor: 2500 }]);
  const again = await ops('reconcile');
  expect(again.output).toMatch(/reconcile events: .*0 made up.*\n.*reconcile objects: .*0 made up/);
  const runs = await ops('reconcile', '--list');
  expect(runs.output).toMatch(new RegExp(`objects +finished .* operator\n +✓ ${id}: credited`));
});

test('O9: what reconcile cannot mend is named, and is no success', async () => {
  await connected.control.suppressEvents(['checkout.session.completed']);
  const { id } = await begin(connected, 'dan', { topup: { amountMinor: 2500 } });
  await connected.database.query('update checkouts set amount_minor = 1 where session_id = $1', [
    id,
  ]);
  const [{ url = '' } = {}] = await connected.database.query<{ url: string }>(
    'select url from checkouts where session_id = $1',
    [id],
  );
  await payOnHostedPage(url, card);
  const { code, output } = await ops('reconcile', 'objects', '--since', '1h');
  expect(code).toBe(1);
  expect(output).toContain(`✗ ${id}: checkout_amount_mismatch`);
  expect(output).toContain('✗ 1 differences need a person');
  const { output: json } = await ops('reconcile', 'objects', '--since', '1h', '--json');
  expect(json).toMatch(/"ok": false/);
  const wrong = await ops('reconcile', 'objects', '--since', '2009-01-01');
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('reconciliation_range') });
});
