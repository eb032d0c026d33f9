import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LocalStripe,
  payOnHostedPage,
  RemoteControl,
  startLocalStripe,
} from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { readCatalogue } from '../../../service/catalogue/read';
import type { Database } from '../../../service/store/database';
import { registerEndpoint } from '../../support/connected-service';
import { createTestDatabase, openDatabase, type TestDatabase } from '../../support/database';
import { reconcilerOf, runToEnd } from '../../support/reconciling';
import { startTestService, stripeKey, type TestService } from '../../support/running-service';
import { begin, card, newUser, sessionsPath } from '../../support/selling';
import { eventually } from '../../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-restore-'));
const catalogueFile = join(folder, 'catalogue.json');
const membership = {
  lookupKey: 'membership-monthly',
  productName: 'Membership',
  currency: 'usd',
  unitAmountMinor: 900,
  recurring: { interval: 'month' },
  credits: 1000,
  entitlements: ['forum'],
};
const boost = {
  lookupKey: 'boost',
  productName: 'Boost',
  currency: 'usd',
  unitAmountMinor: 300,
  credits: 40,
};
const basic = { id: 'basic', name: 'Basic', amountMinor: 500, currency: 'usd', credits: 5500 };
writeFileSync(catalogueFile, JSON.stringify({ prices: [membership, boost], packages: [basic] }));
afterAll(() => rmSync(folder, { recursive: true }));

const topup = { topup: { amountMinor: 1000, currency: 'usd' } };
const bankDebit = { method: 'us_bank_account' } as const;

let localStripe: LocalStripe;
let stripe: Stripe;
let control: RemoteControl;
let database: TestDatabase;
/** One that was restored, and one that is empty. */
const others: TestDatabase[] = [];
let environment: Record<string, string>;
let service: TestService;

const start = () => startTestService(database.url, environment);

beforeEach(async () => {
  localStripe = await startLocalStripe({ webhookRetryDelaysMillis: [20, 50, 100, 200, 500] });
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  control = new RemoteControl(localStripe.url);
  database = await createTestDatabase();
  environment = {
    ...(await registerEndpoint(stripe, localStripe)),
    CATALOGUE_FILE: catalogueFile,
  };
  service = await start();
});

afterEach(async () => {
  await service.stop();
  await localStripe.close();
  // What the role of the first may do stands in its copies too, and keeps it.
  for (const each of others.splice(0)) await each.drop();
  await database.drop();
});

async function buy(body: object, pay: Parameters<typeof payOnHostedPage>[1] = card) {
  const userId = newUser();
  const { id, url } = await begin({ service }, userId, body, { scope: 'accounts:write' });
  await payOnHostedPage(url, pay);
  return { userId, session: await stripe.checkout.sessions.retrieve(id) };
}

const paymentOf = ({ session }: Awaited<ReturnType<typeof buy>>) => String(session.payment_intent);
const subscriptionOf = ({ session }: Awaited<ReturnType<typeof buy>>) =>
  String(session.subscription);
const refund = (sale: Awaited<ReturnType<typeof buy>>, amount: number) =>
  stripe.refunds.create({ payment_intent: paymentOf(sale), amount });
const dispute = async (sale: Awaited<ReturnType<typeof buy>>) => {
  const { latest_charge: charge } = await stripe.paymentIntents.retrieve(paymentOf(sale));
  return control.disputeCharge(String(charge));
};

const allEvents = () => stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });

/** All that Stripe has told of is handled. */
async function untilHandled(): Promise<void> {
  await eventually('all events handled', async () => {
    const told = await allEvents();
    const [handled] = await database.query<{ count: bigint }>(
      `select count(*) from stripe_events
        where event_id = any($1) and status in ('processed', 'ignored')`,
      [told.map(({ id }) => id)],
    );
    return Number(handled?.count) === told.length ? true : undefined;
  });
}

/** What the books say, of every account, and what else a user is shown. */
async function booksOf(books: Pick<TestDatabase, 'query'>) {
  const tables = {
    accounts: `select account, unit, sum(change)::text as amount
      from (select credit_account as account, unit, amount_minor as change from transfers
             union all select debit_account, unit, -amount_minor from transfers) as changes
     group by account, unit order by account, unit`,
    balances: 'select account, unit, amount_minor from balances order by account, unit',
    customers: 'select user_id, customer_id from customers order by user_id',
    checkouts: `select checkout_id, session_id, user_id, kind, mode, reference, quantity, credits,
        amount_minor, currency, name, price_id, once, metadata, status, payment_status
      from checkouts where status = 'complete' order by checkout_id`,
    subscriptions: `select subscription_id, user_id, status, items from subscriptions
      order by subscription_id`,
    invoices: 'select invoice_id, user_id, amount_minor from invoices order by invoice_id',
  };
  const books_: Record<string, unknown[]> = {};
  for (const [name, select] of Object.entries(tables)) books_[name] = await books.query(select, []);
  return books_;
}

async function reconciled(restored: TestDatabase) {
  const opened: Database = await openDatabase(restored.url);
  try {
    const catalogue = readCatalogue(catalogueFile);
    const { reconciler } = reconcilerOf(opened, localStripe.url, 'on', catalogue);
    const since = new Date(Date.now() - 3_600_000);
    const first = await runToEnd(reconciler, 'objects', { since });
    const second = await runToEnd(reconciler, 'objects', { since });
    return { first, second };
  } finally {
    await opened.close();
  }
}

test('S24: a database that was restored in the middle of the day, and one that is empty, end as if nothing had happened', async () => {
  const early = {
    topup: await buy(topup),
    package: await buy({ package: 'basic' }),
    subscribed: await buy({ price: 'membership-monthly' }),
    debit: await buy(topup, bankDebit),
    disputed: await buy(topup),
  };
  await untilHandled();
  await service.stop();
  others.push(await createTestDatabase({ copyOf: database.url }), await createTestDatabase());
  service = await start();

  // What the restored database knows nothing of.
  await refund(early.topup, 400);
  await control.renewSubscription(subscriptionOf(early.subscribed));
  await control.settleSession(early.debit.session.id);
  const lost = await dispute(early.disputed);
  await control.loseDispute(lost.id);
  const late = {
    topup: await buy(topup),
    package: await buy({ package: 'basic' }),
    boost: await buy({ price: 'boost', quantity: 2 }),
    item: await buy({ item: { reference: 'message-7', amountMinor: 250, currency: 'usd' } }),
    subscribed: await buy({ price: 'membership-monthly', quantity: 2 }),
    debit: await buy(topup, bankDebit),
    failed: await buy(topup, bankDebit),
  };
  await refund(late.package, 250);
  await dispute(late.topup);
  await control.renewSubscription(subscriptionOf(late.subscribed));
  await control.failSession(late.failed.session.id);
  await untilHandled();
  await service.stop();
  const books = await booksOf(database);
  expect(books.balances).toHaveLength(9);

  for (const each of others) {
    const { first, second } = await reconciled(each);
    expect(first).toMatchObject({ status: 'finished', differences: 0 });
    expect(await booksOf(each)).toEqual(books);
    expect(second).toMatchObject({ status: 'finished', repaired: 0, differences: 0 });
  }
  service = await start();
});

test('S24: whose events come in before the run has been looked at is credited all the same', async () => {
  await service.stop();
  await database.drop();
  database = await createTestDatabase();
  service = await start();
  const sales = [await buy(topup), await buy({ price: 'membership-monthly' })];
  await untilHandled();
  const books = await booksOf(database);
  const events = await allEvents();
  await service.stop();
  await database.drop();
  database = await createTestDatabase();
  service = await start();
  // The newest first, as an operator might resend them.
  for (const event of events) expect((await service.deliver(event, secretOf())).status).toBe(200);
  await untilHandled();
  expect(await booksOf(database)).toEqual(books);
  for (const { userId, session } of sales) {
    expect(await (await service.get(`${sessionsPath}/${session.id}`, userId)).json()).toMatchObject(
      {
        status: 'complete',
        paymentStatus: 'paid',
      },
    );
  }
});

const secretOf = () => ({ secret: environment.STRIPE_WEBHOOK_SECRET ?? '' });

test('S24: what cannot be told any more is a difference, and an invoice recorded as nobody’s is repaired', async () => {
  const sale = await buy({ price: 'membership-monthly' });
  await untilHandled();
  // As an earlier version recorded them in a restored database.
  await database.query('update invoices set user_id = null');
  await database.query('update subscriptions set user_id = null');
  for (const table of ['customers', 'checkouts', 'payments', 'balances']) {
    await database.query(`delete from ${table}`);
  }
  await database.query("delete from outbox where type like 'checkout.%' or type like 'balance.%'");
  await database.query('alter table transfers disable trigger all');
  await database.query('delete from transfers');
  await database.query('alter table transfers enable trigger all');

  // Of a version that wrote nothing of what was sold into the metadata.
  const customer = String(sale.session.customer);
  const checkoutId = randomUUID();
  const earlier = await stripe.checkout.sessions.create({
    mode: 'payment',
    customer,
    success_url: 'https://shop.example.com/',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'x' } },
      },
    ],
    metadata: { tollgate_checkout_id: checkoutId, tollgate_user_id: sale.userId },
  });
  await service.stop();
  await payOnHostedPage(earlier.url ?? '', card);

  const { first } = await reconciled(database);
  expect(first.findings).toContainEqual({
    kind: 'difference',
    id: earlier.id,
    what: 'checkout_unknown',
  });
  expect(await database.query('select account, unit, amount_minor from balances')).toEqual([
    { account: `user:${sale.userId}`, unit: 'credits', amount_minor: 1000n },
  ]);
  service = await start();
});
