import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { payOnHostedPage } from '@tollgate/local-stripe';
import {
  type ConnectedService,
  connectService,
  registerEndpoint,
} from '../support/connected-service';
import { createTestDatabase, openDatabase, type TestDatabase } from '../support/database';
import { noPlans } from '../support/plans';
import { reconcilerOf, runToEnd } from '../support/reconciling';
import { startTestService, type TestService } from '../support/running-service';
import { begin, card } from '../support/selling';
import { untilHolds } from '../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-environments-'));
const catalogueFile = join(folder, 'catalogue.json');
writeFileSync(
  catalogueFile,
  JSON.stringify({
    prices: [
      {
        lookupKey: 'membership-monthly',
        productName: 'Membership',
        currency: 'usd',
        unitAmountMinor: 900,
        recurring: { interval: 'month' },
        credits: 1000,
        entitlements: ['forum'],
      },
    ],
  }),
);

/** Both environments have a user of this id. */
const userId = 'alice';

let first: ConnectedService;
let other: TestService;
let otherDatabase: TestDatabase;

beforeAll(async () => {
  const own = { CATALOGUE_FILE: catalogueFile, FOREIGN_SESSIONS: 'credit' };
  first = await connectService({ ...own, ENVIRONMENT_NAME: 'staging' });
  otherDatabase = await createTestDatabase();
  other = await startTestService(otherDatabase.url, {
    ...own,
    ...(await registerEndpoint(first.stripe, first.localStripe)),
    ENVIRONMENT_NAME: 'dev',
  });
});

afterAll(async () => {
  await other.stop();
  await first.close();
  await otherDatabase.drop();
  rmSync(folder, { recursive: true });
});

/** Both have handled all that Stripe has told of. */
const untilHandled = () =>
  untilHolds(
    async () => {
      const told = await first.stripe.events
        .list({ limit: 100 })
        .autoPagingToArray({ limit: 1_000 });
      const counts = await Promise.all(
        [first.database, otherDatabase].map((database) =>
          database.query<{ count: bigint }>(
            "select count(*) from stripe_events where status in ('processed', 'ignored')",
          ),
        ),
      );
      return counts.map(([row]) => told.length - Number(row?.count));
    },
    (left) => expect(left).toEqual([0, 0]),
  );

/** All that may come of events beside their record. */
const traces = async (database: TestDatabase) => {
  const tables = ['transfers', 'balances', 'checkouts', 'payments', 'refunds', 'disputes'];
  const rest = ['subscriptions', 'invoices', 'customers', 'former_customers', 'outbox'];
  const found: Record<string, number> = {};
  for (const table of [...tables, ...rest]) {
    const [row] = await database.query<{ count: bigint }>(`select count(*) from ${table}`);
    if (row?.count !== 0n) found[table] = Number(row?.count);
  }
  return found;
};

test('S13, S17: what another environment sells in the same Stripe account leaves no trace here', async () => {
  const { stripe, control } = first;
  const topup = await begin(first, userId, { topup: { amountMinor: 1000, currency: 'usd' } });
  await payOnHostedPage(topup.url, card);
  const membership = await begin(first, userId, { price: 'membership-monthly' });
  await payOnHostedPage(membership.url, card);
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(topup.id);
  const { subscription } = await stripe.checkout.sessions.retrieve(membership.id);
  await control.renewSubscription(String(subscription));
  await control.renewSubscription(String(subscription), 'pm_card_chargeCustomerFail');
  await stripe.refunds.create({ payment_intent: String(intent), amount: 300 });
  const { latest_charge: charge } = await stripe.paymentIntents.retrieve(String(intent));
  await control.disputeCharge(String(charge), { amount: 200 });
  await untilHandled();

  expect(await first.read('/v1/account', userId)).toMatchObject({
    balances: expect.arrayContaining([
      expect.objectContaining({ unit: 'credits', amountMinor: 2000 }),
      expect.objectContaining({ unit: 'usd', amountMinor: 500 }),
    ]),
  });
  expect(await traces(otherDatabase)).toEqual({});

  // Neither when they are looked for.
  const database = await openDatabase(otherDatabase.url);
  const plans = { ...noPlans, environmentName: 'dev', creditsForeignSessions: true };
  const { reconciler } = reconcilerOf(database, first.localStripe.url, 'on', plans);
  const since = new Date(Date.now() - 3_600_000);
  expect(await runToEnd(reconciler, 'objects', { since })).toMatchObject({
    status: 'finished',
    repaired: 0,
    differences: 0,
  });
  await database.close();
  expect(await traces(otherDatabase)).toEqual({});
});

test('S17: objects of before they named their environment are known by their customer', async () => {
  const { stripe, control } = first;
  const before = await traces(otherDatabase);
  const { customerId } = await begin(first, userId, {
    topup: { amountMinor: 1000, currency: 'usd' },
  });
  // As an earlier version's: a user and a checkout, and no environment.
  const metadata = {
    tollgate_user_id: userId,
    tollgate_checkout_id: '11111111-2222-4333-8444-555555555555',
  };
  const { data: prices } = await stripe.prices.list({ lookup_keys: ['membership-monthly'] });
  const paymentMethod = await stripe.paymentMethods.attach('pm_card_visa', {
    customer: customerId,
  });
  const { id } = await stripe.subscriptions.create({
    customer: customerId,
    items: [{ price: prices[0]?.id ?? '' }],
    default_payment_method: paymentMethod.id,
    metadata,
  });
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    customer: customerId,
    success_url: 'https://shop.example.com/',
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: 700, product_data: { name: 'x' } },
      },
    ],
    metadata: { tollgate_user_id: userId },
  });
  await payOnHostedPage(session.url ?? '', card);
  await control.renewSubscription(id);
  await untilHandled();
  expect(await traces(otherDatabase)).toEqual(before);
  expect(await first.read('/v1/account', userId)).toMatchObject({
    balances: expect.arrayContaining([
      expect.objectContaining({ unit: 'credits', amountMinor: 4000 }),
      // Of something else's session, which the deployer lets be credited.
      expect.objectContaining({ unit: 'usd', amountMinor: 1200 }),
    ]),
  });
});

test('S17: what something else sells in the account is told of, and names nobody', async () => {
  const { stripe } = first;
  const customer = await stripe.customers.create({ name: 'Somebody', metadata: { user: 'x' } });
  const intent = await stripe.paymentIntents.create({
    amount: 400,
    currency: 'usd',
    customer: customer.id,
    payment_method: 'pm_card_visa',
    confirm: true,
    metadata: { tollgate_user_id: userId },
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await stripe.refunds.create({ payment_intent: intent.id });
  await untilHandled();
  for (const database of [first.database, otherDatabase]) {
    const told = await database.query(
      `select type, user_id from outbox
        where data ->> 'paymentIntentId' = $1 or data ->> 'paymentId' = $1 order by type`,
      [intent.id],
    );
    expect(told).toEqual([
      { type: 'payment.refunded', user_id: null },
      { type: 'payment.successful', user_id: null },
    ]);
  }
});
