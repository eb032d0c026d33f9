import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../local/free-port';
import { type ServiceProcess, startServiceProcess } from '../../../local/service-process';
import { testEnvironment } from '../../support/running-service';
import {
  type Asking,
  askToBegin,
  begin,
  newUser,
  openShop,
  type Shop,
} from '../../support/selling';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-processes-'));
const topup = { amountMinor: 1000, currency: 'usd' };
let shop: Shop;
let processes: ServiceProcess[];

beforeAll(async () => {
  shop = await openShop();
  processes = await Promise.all([startProcess('first'), startProcess('second')]);
});

afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await shop.close();
  rmSync(folder, { recursive: true });
});

async function startProcess(name: string): Promise<ServiceProcess> {
  const environment = {
    ...testEnvironment(shop.database.url),
    STRIPE_API_BASE: shop.localStripe.url,
    PORT: String(await freePort()),
  };
  return startServiceProcess(environment, join(folder, `${name}.log`));
}

const customersOf = async (userId: string) =>
  (await shop.stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })).filter(
    ({ metadata }) => metadata.tollgate_user_id === userId,
  );
const sessionsOf = async (userId: string) =>
  (
    await shop.stripe.checkout.sessions.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })
  ).filter(({ metadata }) => metadata?.tollgate_user_id === userId);

test('S10: first purchases of one user in two processes at once end with one customer', async () => {
  for (let round = 0; round < 5; round += 1) {
    const userId = newUser();
    const begun = await Promise.all(
      Array.from({ length: 16 }, (_each, index) =>
        begin(shop, userId, { topup }, { url: processes[index % 2]?.url ?? '' }),
      ),
    );
    expect(new Set(begun.map(({ customerId }) => customerId)).size).toBe(1);
    expect((await customersOf(userId)).map(({ id }) => id)).toEqual([begun[0]?.customerId]);
    expect(
      await shop.database.query('select customer_id from customers where user_id = $1', [userId]),
    ).toEqual([{ customer_id: begun[0]?.customerId }]);
  }
});

test('S14: one key in two processes at once begins one session', async () => {
  const userId = newUser();
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_each, index) =>
      askToBegin(shop, userId, { topup }, { key: 'once', url: processes[index % 2]?.url ?? '' }),
    ),
  );
  const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
  expect(ids.size).toBe(1);
  for (const { status, body } of answers) {
    if (status !== 201) expect(body).toMatchObject({ code: 'idempotency_key_in_use' });
  }
  expect((await sessionsOf(userId)).map(({ id }) => id)).toEqual([...ids]);
});

test("S14: a process that is killed between Stripe's answer and the commit repeats nothing", async () => {
  const userId = newUser();
  await begin(shop, userId, { topup });
  const doomed = await startProcess('doomed');
  const asking: Asking = { key: 'retried', url: doomed.url };
  const before = (await sessionsOf(userId)).length;
  // Stripe does what it was asked, and its answers never arrive.
  await shop.control.addFault({
    kind: 'lost_answer',
    method: 'POST',
    path: '/v1/checkout/sessions',
    times: 2,
  });
  const lost = askToBegin(shop, userId, { topup }, asking).catch(() => undefined);
  while ((await sessionsOf(userId)).length === before) await sleep(5);
  doomed.process.kill('SIGKILL');
  await doomed.exited;
  await lost;
  await shop.control.clearFaults();

  // The lease of the dead process is in force, or, if it was faster than we are, given back.
  await shop.database.query(
    "update idempotency_keys set leased_until = now() - interval '1 second' where key = 'retried'",
  );
  const repeated = await askToBegin(shop, userId, { topup }, { key: 'retried' });
  expect(repeated).toMatchObject({ status: 201, replayed: null });
  const sessions = await sessionsOf(userId);
  expect(sessions).toHaveLength(before + 1);
  expect(sessions.map(({ id }) => id)).toContain(repeated.body.id);
  expect(
    await shop.database.query('select session_id from checkouts where session_id = $1', [
      repeated.body.id,
    ]),
  ).toHaveLength(1);
  expect(
    await shop.database.query('select 1 from checkouts where user_id = $1 and session_id is null', [
      userId,
    ]),
  ).toHaveLength(0);
});

test('S12: a checkout is repeated under its key, and refused under it when it is another', async () => {
  const userId = newUser();
  const asking = { key: 'a checkout' };
  const first = await askToBegin(shop, userId, { topup }, asking);
  expect(await askToBegin(shop, userId, { topup }, asking)).toEqual({ ...first, replayed: 'true' });
  expect(await askToBegin(shop, userId, { package: 'starter' }, asking)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused' },
  });
  expect(await sessionsOf(userId)).toHaveLength(1);
});

test('S14: Stripe answers nothing, then the same request has one session all the same', async () => {
  const userId = newUser();
  await begin(shop, userId, { topup });
  await shop.control.addFault({
    kind: 'lost_answer',
    method: 'POST',
    path: '/v1/checkout/sessions',
    times: 2,
  });
  const asking = { key: 'unlucky' };
  expect(await askToBegin(shop, userId, { topup }, asking)).toMatchObject({
    status: 503,
    body: { code: 'stripe_unavailable' },
  });
  expect(await shop.control.faults()).toEqual([]);
  expect(await askToBegin(shop, userId, { topup }, asking)).toMatchObject({ status: 201 });
  expect(await sessionsOf(userId)).toHaveLength(2);
});
