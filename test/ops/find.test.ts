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
const find = (id: string) => ops('find', id);
const completed = 'checkout.session.completed';

async function buy(userId: string, before = async (_sessionId: string) => {}) {
  const session = await begin(connected, userId, { topup: { amountMinor: 2500 } });
  await before(session.id);
  await payOnHostedPage(session.url, card);
  const paid = await connected.stripe.checkout.sessions.retrieve(session.id);
  return { sessionId: session.id, paymentId: String(paid.payment_intent), ...session };
}
const balanceOf = async (userId: string) =>
  (await connected.read<{ balances: readonly object[] }>('/v1/account', userId)).balances;
const isCredited = (userId: string) =>
  untilHolds(
    () => balanceOf(userId),
    (seen) => expect(seen).toMatchObject([{ amountMinor: 2500 }]),
  );
const eventOf = async (sessionId: string) => {
  const { data } = await connected.stripe.events.list({ type: completed, limit: 100 });
  const event = data.find(({ data: { object } }) => 'id' in object && object.id === sessionId);
  return event?.id ?? '';
};

/** Runs the command that the output names as the fix. */
function runFix(output: string) {
  const [, command = ''] = /npm run ops -- (.*) --url/.exec(output) ?? [];
  return ops(...command.split(' '));
}

test('O13: a payment is followed from end to end, from whichever id is known, and nothing changes', async () => {
  const { sessionId, paymentId, customerId } = await buy('ann');
  await isCredited('ann');
  await untilHolds(
    () => connected.database.query('select from outbox where published_at is null'),
    (waiting) => expect(waiting).toEqual([]),
  );
  const counts = () =>
    connected.database.query(
      `select (select count(*) from transfers), (select count(*) from outbox) as messages,
              (select count(*) from stripe_events) as events`,
    );
  const before = await counts();
  const ids = [sessionId, paymentId, await eventOf(sessionId), customerId, 'ann'];
  for (const id of ids) {
    const { code, output } = await find(id);
    expect(output).toContain(`${id}: user ann (${customerId})\n`);
    expect(output).toMatch(
      new RegExp(`checkout\\.session +25\\.00 USD +complete, paid +✓ same here\n +${sessionId}`),
    );
    expect(output).toMatch(/✓ +checkout\.session\.completed +evt_/);
    expect(output).toMatch(/25\.00 USD +topup +stripe_clearing → user:ann/);
    expect(output).toMatch(/✓ +balance\.credited/);
    expect([code, output]).toEqual([0, expect.stringContaining('✓ Nothing is missing.\n')]);
  }
  expect(await counts()).toEqual(before);
});

test('O13: a payment of which Stripe made no event is missing, and the named command books it', async () => {
  await connected.control.suppressEvents([completed]);
  const { sessionId, paymentId } = await buy('ben');
  const { code, output } = await find(paymentId);
  expect(code).toBe(1);
  expect(output).toContain(
    `✗ ${sessionId}\n    Stripe has this checkout.session, and it is not booked: it would come to credited`,
  );
  expect(await balanceOf('ben')).toEqual([]);
  expect(await runFix(output)).toMatchObject({ code: 0 });
  expect(await balanceOf('ben')).toMatchObject([{ amountMinor: 2500 }]);
  const mended = await find(paymentId);
  expect([mended.code, mended.output]).toEqual([0, expect.stringContaining('Nothing is missing')]);
});

test('O13: an event that never came in is named, and the named command takes it in', async () => {
  const [endpoint] = (await connected.stripe.webhookEndpoints.list()).data;
  const enable = (on: boolean) =>
    connected.stripe.webhookEndpoints.update(endpoint?.id ?? '', { disabled: !on });
  await enable(false);
  const { sessionId } = await buy('cat');
  await enable(true);
  const id = await eventOf(sessionId);
  const { code, output } = await find(id);
  expect(code).toBe(1);
  expect(output).toContain(`✗ ${id}\n    Stripe made this event, and it never came in`);
  expect(await runFix(output)).toMatchObject({ code: 0 });
  await isCredited('cat');
  expect((await find(id)).output).not.toContain('never came in');
});

test('O13: a failed event and a message that was set aside are named with what brings them on', async () => {
  const { sessionId } = await buy('dan', async (id) => {
    await connected.database.query(
      'update checkouts set amount_minor = 9900 where session_id = $1',
      [id],
    );
  });
  const id = await eventOf(sessionId);
  await untilHolds(
    () => connected.database.query('select status from stripe_events where event_id = $1', [id]),
    (seen) => expect(seen).toMatchObject([{ status: 'failed' }]),
  );
  await connected.database.query(
    `insert into outbox (message_key, type, user_id, data, set_aside_at, last_error)
     values ($1, 'balance.credited', 'dan', '{}', now(), 'too large')`,
    [`checkout_session:${sessionId}:test`],
  );
  const { code, output } = await find(sessionId);
  expect(code).toBe(1);
  expect(output).toMatch(
    new RegExp(`✗ ${id}\n +the event failed: .*\n.*events replay ${id} --url`),
  );
  expect(output).toContain(`✗ ${sessionId}\n    it is refused: checkout_amount_mismatch`);
  expect(output).toMatch(/was set aside: too large\n.*outbox retry \d+ --url/);
  await connected.database.query("delete from outbox where data = '{}'"); // of no schema of ours
});

test('O13: what nobody knows is said to be unknown, and Stripe away leaves what is known here', async () => {
  for (const id of ['pi_nowhere', 'evt_nowhere', '2']) {
    const { code, output } = await find(id);
    expect([code, output]).toEqual([1, expect.stringContaining('Published\n  nothing\n')]);
    expect(output).toContain('neither Stripe nor this environment knows it');
  }
  const { paymentId } = await buy('eve');
  await isCredited('eve');
  await connected.control.addFault({ kind: 'status', times: 1_000 });
  const { code, output } = await find(paymentId);
  await connected.control.clearFaults();
  expect(code).toBe(1);
  expect(output).toContain('Stripe could not be asked: stripe_');
  expect(output).toMatch(/25\.00 USD +topup +stripe_clearing → user:eve/);
});
