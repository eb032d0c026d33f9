import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerOf } from '../support/checkouts';
import { eventOf } from '../support/running-service';
import {
  type ServiceWithDatabase,
  startServiceWithDatabase,
} from '../support/service-with-database';
import { messagesOf } from '../support/spending';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-foreign-'));
const catalogueFile = join(folder, 'catalogue.json');
const priced = (id: string, credits: number, amountMinor: number, foreign: object) => ({
  ...{ id, name: id, credits, currency: 'usd', amountMinor, foreign },
});
let running: ServiceWithDatabase;

beforeAll(async () => {
  writeFileSync(
    catalogueFile,
    JSON.stringify({
      packages: [
        priced('starter', 1000, 1000, { metadata: { package_id: '1' } }),
        priced('basic', 5500, 4500, { paymentLinks: ['plink_basic'] }),
        priced('pro', 13_500, 10_000, { amount: true }),
      ],
    }),
  );
  running = await startServiceWithDatabase({
    CATALOGUE_FILE: catalogueFile,
    FOREIGN_SESSIONS: 'credit',
    FOREIGN_USER_KEYS: 'user_id,client_reference_id,customer',
  });
  await running.database.query(
    "insert into customers (user_id, customer_id) values ('cem', 'cus_c')",
  );
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

/** A session that the system of before made, or a payment link, as Stripe's event has it. */
async function paid(userId: string, amount: number, more: object) {
  const session = {
    id: `cs_test_${randomUUID()}`,
    object: 'checkout.session',
    mode: 'payment',
    status: 'complete',
    payment_status: 'paid',
    payment_intent: `pi_${randomUUID()}`,
    amount_total: amount,
    amount_subtotal: amount,
    currency: 'usd',
    customer: null,
    client_reference_id: null,
    payment_link: null,
    metadata: {},
    ...more,
  };
  for (let times = 0; times < 2; times += 1) {
    const answer = await running.service.deliver(eventOf('checkout.session.completed', session));
    expect(answer.status).toBe(200);
  }
  const { balances } = await ledgerOf(running.database, userId);
  return balances.map(({ unit, amount_minor }) => [unit, Number(amount_minor)]);
}

test("M7: a session in flight is credited as the package that its metadata names, by the metadata's user", async () => {
  const userId = randomUUID();
  const metadata = { user_id: userId, package_id: '1' };
  expect(await paid(userId, 1000, { metadata })).toEqual([['credits', 1000]]);
  expect((await messagesOf(running.database, userId))[0]).toMatchObject({
    type: 'checkout.completed',
    data: { kind: 'foreign', reference: 'starter', quantity: 1, metadata },
  });
});

test('M7: a payment link is credited as the package it sells, as often as was bought', async () => {
  const userId = randomUUID();
  const link = { client_reference_id: userId, payment_link: 'plink_basic' };
  expect(await paid(userId, 9000, link)).toEqual([['credits', 11_000]]);
});

test('M7: a session of a known price is credited as its package, and of any other as a top-up', async () => {
  expect(await paid('cem', 10_000, { customer: 'cus_c' })).toEqual([['credits', 13_500]]);
  expect(await paid('cem', 777, { customer: 'cus_c' })).toEqual([
    ['credits', 13_500],
    ['usd', 777],
  ]);
});

test('M7: tax on top changes nothing of what is granted', async () => {
  const userId = randomUUID();
  const taxed = { metadata: { user_id: userId, package_id: '1' }, amount_subtotal: 1000 };
  expect(await paid(userId, 1190, taxed)).toEqual([['credits', 1000]]);
});

test('M7: what was paid for does not fit the package that is named: refused, and kept', async () => {
  const userId = randomUUID();
  const metadata = { user_id: userId, package_id: '1' };
  expect(await paid(userId, 1001, { metadata })).toEqual([]);
  const failed = await running.database.query<{ last_error: string }>(
    "select last_error from stripe_events where status = 'failed'",
  );
  expect(failed[0]?.last_error).toMatch(/package starter costs 1000 usd/);
});

test('M7: a session that names nobody, and one of another Tollgate, are not ours', async () => {
  expect(await paid('nobody', 1000, { metadata: { package_id: '1' } })).toEqual([]);
  const userId = randomUUID();
  const other = { user_id: userId, tollgate_checkout_id: randomUUID() };
  expect(await paid(userId, 1000, { metadata: other })).toEqual([]);
});
