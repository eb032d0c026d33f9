import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LocalStripe,
  payOnHostedPage,
  RemoteControl,
  startLocalStripe,
} from '@tollgate/local-stripe';
import fc from 'fast-check';
import Stripe from 'stripe';
import { ledgerOf } from '../support/checkouts';
import { registerEndpoint } from '../support/connected-service';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startTestService, stripeKey, type TestService } from '../support/running-service';
import { begin, card, newUser } from '../support/selling';
import { eventually } from '../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-changes-'));

/** A catalogue in which a month costs and grants so much, and a year ten times the money. */
function catalogue(name: string, unitAmountMinor: number, credits: number): string {
  const file = join(folder, `${name}.json`);
  const membership = { productName: 'Membership', currency: 'usd' };
  const month = { interval: 'month' };
  const prices = [
    { ...membership, lookupKey: 'monthly', unitAmountMinor, recurring: month, credits },
    {
      ...membership,
      lookupKey: 'yearly',
      unitAmountMinor: unitAmountMinor * 10,
      recurring: { interval: 'year' },
      credits: credits * 12,
    },
  ];
  writeFileSync(file, JSON.stringify({ prices }));
  return file;
}

let localStripe: LocalStripe;
let stripe: Stripe;
let control: RemoteControl;
let database: TestDatabase;
let environment: Record<string, string>;
let service: TestService;

beforeAll(async () => {
  localStripe = await startLocalStripe();
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  control = new RemoteControl(localStripe.url);
  database = await createTestDatabase();
  environment = {
    ...(await registerEndpoint(stripe, localStripe)),
    CATALOGUE_FILE: catalogue('first', 900, 1000),
  };
  service = await startTestService(database.url, environment);
});

afterAll(async () => {
  await service.stop();
  await localStripe.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function subscribe(price = 'monthly', quantity = 1) {
  const userId = newUser();
  const { id, url } = await begin({ service }, userId, { price, quantity });
  await payOnHostedPage(url, card);
  const { subscription } = await stripe.checkout.sessions.retrieve(id);
  return { userId, subscriptionId: String(subscription) };
}

async function change(subscriptionId: string, item: { price?: string; quantity?: number }) {
  const { items } = await stripe.subscriptions.retrieve(subscriptionId);
  await stripe.subscriptions.update(subscriptionId, {
    items: [{ id: items.data[0]?.id ?? '', ...item }],
  });
}

const priceOf = async (lookupKey: string) =>
  (await stripe.prices.list({ lookup_keys: [lookupKey] })).data[0]?.id ?? '';
const invoicesOf = (subscription: string) =>
  stripe.invoices
    .list({ subscription, status: 'paid', limit: 100 })
    .autoPagingToArray({ limit: 500 });
const creditsOf = async (userId: string) =>
  Number(
    (await ledgerOf(database, userId)).balances.find(({ unit }) => unit === 'credits')
      ?.amount_minor ?? 0n,
  );

/** All paid invoices are booked, and nothing waits. */
async function untilBooked(subscriptionId: string): Promise<Stripe.Invoice[]> {
  const invoices = await invoicesOf(subscriptionId);
  await eventually('all invoices', async () => {
    const known = await database.query('select 1 from invoices where subscription_id = $1', [
      subscriptionId,
    ]);
    return known.length === invoices.length ? true : undefined;
  });
  return invoices;
}

/** What the lines came to, at 1,000 credits for 9.00; each line may leave out a part of a credit. */
async function expectPaidFor(userId: string, subscriptionId: string): Promise<void> {
  const invoices = await untilBooked(subscriptionId);
  const lines = invoices.flatMap((invoice) => invoice.lines.data);
  const paidMinor = lines.reduce((sum, { amount }) => sum + amount, 0);
  const credits = await creditsOf(userId);
  expect(Math.abs(credits - (paidMinor * 1000) / 900)).toBeLessThan(lines.length);
}

test('S17: ten just before a renewal and one just after it are credited as they are paid for', async () => {
  const { userId, subscriptionId } = await subscribe();
  await change(subscriptionId, { quantity: 10 });
  await control.renewSubscription(subscriptionId);
  await change(subscriptionId, { quantity: 1 });
  await control.renewSubscription(subscriptionId);
  await expectPaidFor(userId, subscriptionId);
  const told = await database.query<{ type: string }>(
    "select distinct type from outbox where user_id = $1 and type like 'balance.%' order by type",
    [userId],
  );
  expect(told.map(({ type }) => type)).toEqual(['balance.credited', 'balance.reversed']);
});

test('S17: whatever becomes of the quantity, what is granted is what was paid for', async () => {
  const step = fc.oneof(
    fc.record({ quantity: fc.integer({ min: 1, max: 12 }) }),
    fc.constant('renew' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 5 }), async (steps) => {
      const { userId, subscriptionId } = await subscribe();
      for (const each of [...steps, 'renew' as const]) {
        if (each === 'renew') await control.renewSubscription(subscriptionId);
        else await change(subscriptionId, each);
      }
      await expectPaidFor(userId, subscriptionId);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

test('S17: to and fro between months and years grants no full period of either', async () => {
  await subscribe('yearly');
  const { userId, subscriptionId } = await subscribe();
  await change(subscriptionId, { price: await priceOf('yearly') });
  await change(subscriptionId, { price: await priceOf('monthly') });
  await change(subscriptionId, { price: await priceOf('yearly') });
  const invoices = await untilBooked(subscriptionId);
  const paidMinor = invoices.reduce((sum, { total }) => sum + total, 0);
  // A year is cheaper: 12,000 for 90.00. Nothing of the month is left but what was paid for it.
  expect(await creditsOf(userId)).toBeGreaterThan((paidMinor * 12_000) / 9_000 - 50);
  expect(await creditsOf(userId)).toBeLessThan((paidMinor * 12_000) / 9_000 + 50);
});

test('S17: who subscribed before the catalogue changed gets what they pay for', async () => {
  const before = await subscribe();
  await untilBooked(before.subscriptionId);
  for (const [name, unitAmountMinor, credits] of [
    ['dearer', 1800, 20_000],
    ['only-more', 1800, 30_000],
  ] as const) {
    await service.stop();
    const file = catalogue(name, unitAmountMinor, credits);
    service = await startTestService(database.url, { ...environment, CATALOGUE_FILE: file });
    const after = await subscribe();
    await untilBooked(after.subscriptionId);
    await eventually(
      'the credits',
      async () => (await creditsOf(after.userId)) === credits || undefined,
    );
    const had = await creditsOf(before.userId);
    await control.renewSubscription(before.subscriptionId);
    await untilBooked(before.subscriptionId);
    expect((await creditsOf(before.userId)) - had).toBe(1000);
  }
});
