import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import { type ConnectedService, connectService } from '../support/connected-service';
import { HttpGate } from '../support/http-gate';
import { adminVariable, runOps, runOpsAt, startOps } from '../support/ops';
import { killPrograms } from '../support/program';
import { jwtSecret } from '../support/running-service';
import { begin, card } from '../support/selling';
import { untilHolds } from '../support/waiting';

let connected: ConnectedService;
const folder = mkdtempSync(join(tmpdir(), 'tollgate-events-'));

beforeAll(async () => {
  connected = await connectService();
});
afterEach(killPrograms);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await connected.close();
});

const events = (...given: readonly string[]) => runOpsAt(connected.service.url, 'events', ...given);
const completed = 'checkout.session.completed';

/** Buys, and waits until its event is as expected. */
async function buy(userId: string, status = 'processed', before = async (_session: string) => {}) {
  const session = await begin(connected, userId, { topup: { amountMinor: 2500 } });
  await before(session.id);
  await payOnHostedPage(session.url, card);
  const [event] = await untilHolds(
    () =>
      connected.database.query<{ event_id: string; status: string }>(
        `select event_id, status from stripe_events
          where event_type = '${completed}' and payload::text like '%' || $1 || '%'`,
        [session.id],
      ),
    (seen) => expect(seen).toMatchObject([{ status }]),
  );
  return { sessionId: session.id, eventId: event?.event_id ?? '' };
}

/** A buyer who paid something else than was asked for. */
const buyMismatched = (userId: string) =>
  buy(userId, 'failed', (sessionId) => setAmount(sessionId, 9_900));
async function setAmount(sessionId: string, amountMinor: number): Promise<void> {
  await connected.database.query('update checkouts set amount_minor = $2 where session_id = $1', [
    sessionId,
    amountMinor,
  ]);
}
const balanceOf = async (userId: string) =>
  (await connected.read<{ balances: unknown }>('/v1/account', userId)).balances;

test('O9: what came in is listed by what people look for, for eyes and for programs', async () => {
  const { eventId, sessionId } = await buy('ann');
  const { eventId: others } = await buy('ben');
  const all = await events('list');
  expect(all).toMatchObject({ code: 0, output: expect.stringContaining(`✓  ${completed}`) });
  expect(all.output.split('\n')[0]).toMatch(/^received \(UTC\) +type +event$/);
  expect(all.output).toContain(others);
  expect(all.output).toMatch(new RegExp(`${eventId}\\n    user ann, 25\\.00 USD\\n`));

  for (const filter of [
    ['--user', 'ann'],
    ['--about', sessionId],
  ]) {
    const { output } = await events('list', ...filter, '--type', completed, '--since', '1h');
    expect(output).toContain(eventId);
    expect(output).not.toContain(others);
  }
  const until = await events('list', '--until', '2026-01-01');
  expect(until).toEqual({ code: 0, output: 'No event has come in that is so.\n' });

  const { output } = await events('list', '--limit', '1', '--json');
  const [line = '', note] = output.trim().split('\n');
  expect(JSON.parse(line)).toMatchObject({
    status: 'processed',
    userId: 'ben',
    amountMinor: 2500,
    currency: 'usd',
  });
  expect(note).toBe('… there are more than 1: raise --limit, or narrow the list.');

  const shown = await events('show', eventId);
  expect(shown.output).toMatch(/status +processed\n/);
  expect(shown.output).toMatch(new RegExp(`object +${sessionId}\n`));
  expect(shown.output).not.toContain('"data"');
});

test('O9: a list fits a terminal of 80 columns, and keeps the ids whole', async () => {
  const { eventId } = await buy('cat');
  const given = ['events', 'list', '--url', connected.service.url, '--limit', '20'];
  const { output } = await runOps(given, { ...(await adminVariable()), COLUMNS: '80' });
  const lines = output.split('\n').filter((line) => !line.startsWith('…'));
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(output).toContain(eventId);
});

test('O9: a failed event is shown with its reason, previewed, and handled once its cause is gone', async () => {
  const { eventId, sessionId } = await buyMismatched('dan');
  const failed = await events('list', '--failed');
  expect(failed.output).toMatch(
    /✗ +checkout\.session\.completed .*\n +user dan, 25\.00 USD\n +.*2500.*9900/,
  );
  expect(failed.output).toContain('✗ failed: given up');

  const refused = await events('replay', '--failed');
  expect(refused).toMatchObject({
    code: 1,
    output: expect.stringContaining(`✗ ${eventId}: refused as checkout_amount_mismatch`),
  });
  await setAmount(sessionId, 2500);
  const dry = await events('replay', eventId, '--dry-run');
  expect(dry).toMatchObject({
    code: 0,
    output: expect.stringContaining('would book     25.00 USD, topup: stripe_clearing → user:dan'),
  });
  expect(await balanceOf('dan')).toEqual([]);

  expect((await events('replay', '--failed')).output).toContain(`✓ ${eventId}: credited\n`);
  expect(await balanceOf('dan')).toMatchObject([{ unit: 'usd', amountMinor: 2500 }]);
  expect((await events('replay', eventId)).output).toContain('has been done before');
  expect(await balanceOf('dan')).toMatchObject([{ unit: 'usd', amountMinor: 2500 }]);
  expect((await events('replay', '--failed')).output).toBe('No event failed that is so.\n');
});

test('O9, O10: killed after one of several, and run again, a replay books each of them once', async () => {
  const front = await HttpGate.start(() => connected.service.url);
  const failed = [await buyMismatched('gus'), await buyMismatched('hal')];
  for (const { sessionId } of failed) await setAmount(sessionId, 2500);
  const given = ['events', 'replay', '--failed', '--url', front.url];
  const killed = startOps(given, await adminVariable());
  front.done = (call) => {
    if (call.endsWith('/replay')) killed.child.kill('SIGKILL');
  };
  expect(await killed.code).toBeNull();
  front.done = () => {};
  const booked = await Promise.all([balanceOf('gus'), balanceOf('hal')]);
  expect(booked.flat()).toMatchObject([{ amountMinor: 2500 }]);
  expect(await runOps(given, await adminVariable())).toMatchObject({ code: 0 });
  for (const userId of ['gus', 'hal']) {
    expect(await balanceOf(userId)).toMatchObject([{ unit: 'usd', amountMinor: 2500 }]);
  }
  await front.stop();
});

test('O9: one event that cannot be replayed keeps no other from it', async () => {
  const { eventId } = await buy('eve');
  const { code, output } = await events('replay', 'evt_missing', eventId);
  expect(code).toBe(1);
  expect(output).toContain('✗ evt_missing: event_not_found');
  expect(output).toContain(`✓ ${eventId}: already_credited`);
});

test('O9: following prints what comes in, until it is interrupted', async () => {
  const given = ['events', 'list', '--follow', '--url', connected.service.url];
  const program = startOps(given, await adminVariable());
  await program.printed('evt_');
  const { eventId } = await buy('fay');
  await program.printed(eventId);
  const printed = program.output();
  expect(printed.split(eventId)).toHaveLength(2);
  program.child.kill('SIGINT');
  expect(await program.code).toBe(130);
});

test('O9, O10: what is mistyped or missing is said with the way to mend it, and no secret', async () => {
  const at = ['--url', connected.service.url];
  for (const [given, expected] of [
    [['list', ...at, '--typ', 'x'], 'Did you mean --type?'],
    [['list', ...at, '--status', 'fialed'], 'Allowed choices are processed'],
    [['list', ...at, '--since', '2026-02-30'], 'expected how long ago (30m, 2h, 7d)'],
    [['list', ...at, '--limit', '0'], 'from 1 to 10000'],
    [['list'], 'Name the environment (--env prod), or the address'],
    [['list', ...at], 'npm run --silent status -- --env'],
    [['replay', ...at, '--token-file', '/nowhere'], 'Name the events (evt_…), or give --failed'],
    [['replay', 'evt_1', '--user', 'ann', ...at], 'name events or give filters'],
  ] as const) {
    const { code, output } = await runOps(['events', ...given]);
    expect([code, output]).toEqual([2, expect.stringContaining(expected)]);
  }
  const nearest = await events('list', '--type', 'checkout.session.complete');
  expect(nearest.output).toContain('did you mean checkout.session.completed?');

  const secretFile = join(folder, 'jwt');
  writeFileSync(secretFile, `${jwtSecret}\n`, { mode: 0o644 });
  const signed = ['events', 'list', ...at, '--jwt-secret-file', secretFile];
  const open = await runOps(signed);
  expect(open).toEqual({ code: 2, output: expect.stringContaining('→ chmod 600') });
  chmodSync(secretFile, 0o600);
  const closed = await runOps(signed);
  expect(closed.code).toBe(0);
  writeFileSync(secretFile, 'another-secret-that-is-as-long-as-it-must-be');
  const wrong = await runOps(signed);
  expect(wrong).toEqual({ code: 1, output: expect.stringContaining('✗ token_invalid') });
  expect(open.output + closed.output + wrong.output).not.toMatch(/secret-that|shared-secret|eyJ/);
});
