import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../local/free-port';
import { type ServiceProcess, startServiceProcess } from '../../../local/service-process';
import { ledgerOf } from '../../support/checkouts';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { testClient, testEnvironment } from '../../support/running-service';
import { type Answer, accountSums, ask, askUntilAnswered, userWith } from '../../support/spending';
import { eventually } from '../../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-races-'));
let database: TestDatabase;
let tasks: ServiceProcess[];

/** Three tasks of one service, as behind a load balancer. */
beforeAll(async () => {
  database = await createTestDatabase();
  const ports = [await freePort(), await freePort(), await freePort()];
  tasks = await Promise.all(
    ports.map((port) =>
      startServiceProcess(
        { ...testEnvironment(database.url), LOG_LEVEL: 'info', PORT: String(port) },
        join(folder, `${port}.log`),
      ),
    ),
  );
});

afterAll(async () => {
  await Promise.all(tasks.map((task) => task.stop()));
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** The task that the balancer would choose for the request of this number. */
function taskOf(index: number): ServiceProcess {
  const task = tasks[index % tasks.length];
  if (task === undefined) throw new Error('no task runs');
  return task;
}

test('S12: of 50 spends at once, by three tasks, of a balance that covers 20, 20 succeed', async () => {
  const { userId } = await userWith(database, testClient(taskOf(0).url), 1000);
  const wish = { unit: 'usd', amountMinor: 50, reason: 'unlock' };
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      askUntilAnswered(taskOf(index), userId, '/account/spend', {
        ...wish,
        reason: `unlock ${index}`,
      }),
    ),
  );
  const spent = answers.filter(({ status }) => status === 201);
  const left = spent.map(({ body }) => Number(body.availableMinor)).sort((a, b) => b - a);
  expect(left).toEqual(Array.from({ length: 20 }, (_, index) => 950 - 50 * index));
  const refused = answers.filter(({ status }) => status !== 201);
  for (const { status, body } of refused) {
    expect([status, body.code]).toEqual([409, 'insufficient_funds']);
  }
  expect(await ledgerOf(database, userId)).toEqual({
    balances: [{ unit: 'usd', amount_minor: 0n }],
    sums: [{ unit: 'usd', amount_minor: 0n }],
    transfers: 21,
  });
});

test('S12: one spend that is sent to all tasks at once has one effect and one answer', async () => {
  const { userId } = await userWith(database, testClient(taskOf(0).url), 1000);
  const wish = { unit: 'usd', amountMinor: 600, reason: 'unlock' };
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, index) =>
      askUntilAnswered(taskOf(index), userId, '/account/spend', wish, { key }),
    ),
  );
  for (const { status, body } of answers) {
    expect([status, body]).toEqual([201, answers[0]?.body]);
  }
  expect(await ledgerOf(database, userId)).toMatchObject({
    balances: [{ amount_minor: 400n }],
    transfers: 2,
  });
});

test('S12: capture, release and expiry of one hold race, and one of them takes effect', async () => {
  const rounds = 40;
  const { userId } = await userWith(database, testClient(taskOf(0).url), rounds * 100);
  const place = (index: number) =>
    askUntilAnswered(taskOf(index), userId, '/account/holds', {
      unit: 'usd',
      amountMinor: 100,
      reason: `ride ${index}`,
    });
  const ids: string[] = [];
  for (let index = 0; index < rounds; index += 1) ids.push(String((await place(index)).body.id));

  // The holds run out one after another while the requests come in: the loops of three tasks join.
  await database.query(
    `update holds set expires_at = clock_timestamp() + position * interval '40 milliseconds'
      where user_id = $1`,
    [userId],
  );
  const end = (id: string, how: string, body: object, task: number) =>
    askUntilAnswered(taskOf(task), userId, `/account/holds/${id}/${how}`, body);
  const answers = await Promise.all(
    ids.map((id, index) =>
      Promise.all([
        end(id, 'capture', { amountMinor: 30 }, index),
        end(id, 'release', {}, index + 1),
        end(id, 'capture', { amountMinor: 70 }, index + 2),
      ]),
    ),
  );

  let capturedMinor = 0;
  for (const [index, id] of ids.entries()) {
    const status = await endOf(userId, id);
    const [of30, released, of70] = answers[index] as [Answer, Answer, Answer];
    const wins = [of30, of70].filter((answer) => answer.status === 200);
    // What was answered is what stands, and nothing else has happened.
    expect(wins).toHaveLength(status === 'captured' ? 1 : 0);
    expect(released.status).toBe(status === 'captured' ? 409 : 200);
    for (const { body } of wins) capturedMinor += Number(body.capturedMinor);
    const messages = await database.query<{ type: string }>(
      "select type from outbox where data->>'holdId' = $1 order by position",
      [id],
    );
    expect(messages.map(({ type }) => type)).toEqual(['hold.placed', `hold.${status}`]);
  }
  const left = BigInt(rounds * 100 - capturedMinor);
  expect(await ledgerOf(database, userId)).toMatchObject({
    balances: [{ amount_minor: left }],
    sums: [{ amount_minor: left }],
  });
  expect(await accountSums(database)).toMatchObject({ holds: 0 });
});

/** How a hold has ended; one that nobody ended in time is expired by a loop. */
async function endOf(userId: string, id: string): Promise<unknown> {
  let looked = 0;
  return eventually(`the end of hold ${id}`, async () => {
    const { body } = await ask(taskOf(looked++), userId, `/account/holds/${id}`);
    return body.status === 'held' ? undefined : body.status;
  });
}
