import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStripe, startLocalStripe } from '@tollgate/local-stripe';
import Stripe from 'stripe';
import { freePort } from '../../../local/free-port';
import { startServiceProcess } from '../../../local/service-process';
import { ledgerOf } from '../../support/checkouts';
import { checkOutbox } from '../../support/cloud-events';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { eventOf, stripeKey, testClient, testEnvironment } from '../../support/running-service';
import { untilHolds } from '../../support/waiting';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-crash-'));
let database: TestDatabase;
let localStripe: LocalStripe;
let stripe: Stripe;

beforeAll(async () => {
  database = await createTestDatabase();
  localStripe = await startLocalStripe();
  stripe = new Stripe(stripeKey, { protocol: 'http', host: '127.0.0.1', port: localStripe.port });
  await stripe.prices.create({
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
    lookup_key: 'membership-monthly', // 1,000 credits by the default catalogue
    product_data: { name: 'Membership' },
  });
});

afterAll(async () => {
  await localStripe.close();
  await checkOutbox(database);
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function startProcess() {
  return startServiceProcess(
    {
      ...testEnvironment(database.url),
      PORT: String(await freePort()),
      STRIPE_API_BASE: localStripe.url,
    },
    join(folder, `${randomUUID()}.log`),
  );
}

/** A user with a subscription whose first invoice is paid, and of which nothing is known here. */
async function subscriber() {
  const userId = `user-${randomUUID()}`;
  const { id: customer } = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  await database.query('insert into customers (user_id, customer_id) values ($1, $2)', [
    userId,
    customer,
  ]);
  const { data: prices } = await stripe.prices.list({ lookup_keys: ['membership-monthly'] });
  const items = [{ price: prices[0]?.id ?? '' }];
  const subscription = await stripe.subscriptions.create({ customer, items });
  expect(subscription.status).toBe('active');
  return { userId, subscription };
}

/** Lets every insert into a table take four seconds, with the transaction open. */
const slowDown = (table: string) =>
  database.query(
    `create function pause() returns trigger language plpgsql as
       'begin perform pg_sleep(4); return new; end';
     create trigger pauses before insert on ${table} for each row execute function pause()`,
  );
const speedUp = (table: string) =>
  database.query(`drop trigger pauses on ${table}; drop function pause()`);

const sleepers = async () => {
  const rows = await database.query(
    `select pid from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep'`,
  );
  return rows.length;
};
const statusOf = async (eventId: string) => {
  const [row] = await database.query<{ status: string }>(
    'select status from stripe_events where event_id = $1',
    [eventId],
  );
  return row?.status;
};

test.each([
  ['invoices', 'invoice.paid', 'invoice.paid'],
  ['subscriptions', 'customer.subscription.created', 'subscription.created'],
])(
  'S14: SIGKILL between the read from Stripe and the commit into %s: one effect all the same',
  async (table, type, told) => {
    const { userId, subscription } = await subscriber();
    const object =
      table === 'subscriptions'
        ? subscription
        : await stripe.invoices.retrieve(String(subscription.latest_invoice));
    const eventId = `evt_${randomUUID()}`;

    const first = await startProcess();
    await slowDown(table);
    const answer = await testClient(first.url).deliver(eventOf(type, object, eventId));
    expect(answer.status).toBe(200);
    await untilHolds(sleepers, (count) => expect(count).toBe(1));
    first.process.kill('SIGKILL');
    await first.exited;
    await untilHolds(sleepers, (count) => expect(count).toBe(0));
    await speedUp(table);
    expect(await statusOf(eventId)).toBe('pending');
    expect(await ledgerOf(database, userId)).toMatchObject({ transfers: 0 });

    const second = await startProcess();
    // What the dead one had claimed is due again when its lease has run out: now.
    await database.query('update stripe_events set next_attempt_at = now() where event_id = $1', [
      eventId,
    ]);
    // Stripe delivers again, and tells of the same thing by another event too.
    const client = testClient(second.url);
    await client.deliver(eventOf(type, object, eventId));
    const other = `evt_${randomUUID()}`;
    await client.deliver(eventOf(type, object, other));
    for (const id of [eventId, other]) {
      await untilHolds(
        () => statusOf(id),
        (status) => expect(status).toBe('processed'),
      );
    }
    await second.stop();
    const messages = await database.query(
      'select type from outbox where user_id = $1 and type = $2',
      [userId, told],
    );
    expect(messages).toHaveLength(1);
    expect(await ledgerOf(database, userId)).toMatchObject({
      balances: table === 'invoices' ? [{ unit: 'credits', amount_minor: 1000n }] : [],
    });
  },
);
