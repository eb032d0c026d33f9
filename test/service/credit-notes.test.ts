import { payOnHostedPage } from '@tollgate/local-stripe';
import fc from 'fast-check';
import type Stripe from 'stripe';
import { ledgerOf } from '../support/checkouts';
import { openDatabase } from '../support/database';
import { reconcilerOf, runToEnd } from '../support/reconciling';
import { begin, card, newUser, openShop, type Shop } from '../support/selling';
import { eventually } from '../support/waiting';

let shop: Shop;
/** When the events that were not delivered yet begin. */
const delivered = new Set<string>();

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** A member for 9.00 a month and 1,000 credits, whose first invoice nobody has told of yet. */
async function subscribe() {
  const userId = newUser();
  const { id, url } = await begin(shop, userId, { price: 'membership-monthly' });
  await payOnHostedPage(url, card);
  const { subscription, customer } = await shop.stripe.checkout.sessions.retrieve(id);
  const { latest_invoice: invoice } = await shop.stripe.subscriptions.retrieve(
    String(subscription),
  );
  return {
    userId,
    customer: String(customer),
    subscription: String(subscription),
    invoice: await invoiceOf(String(invoice)),
  };
}

async function invoiceOf(id: string) {
  const invoice = await shop.stripe.invoices.retrieve(id, { expand: ['payments'] });
  return { id, line: invoice.lines.data[0]?.id ?? '', invoice };
}

/** The next period's invoice, whose card was declined. */
async function unpaidRenewal(subscription: string) {
  const { latest_invoice: id } = await shop.control.renewSubscription(
    subscription,
    'pm_card_chargeCustomerFail',
  );
  return invoiceOf(String(id));
}

/** Delivers what has happened and was not told yet. @param sort the order; Stripe's own by default */
async function tellAll(sort: (events: Stripe.Event[]) => Stripe.Event[] = (events) => events) {
  const all = await shop.stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 5_000 });
  const news = all.filter(({ id }) => !delivered.has(id)).reverse();
  for (const event of sort(news)) {
    expect((await shop.service.deliver(event)).status).toBe(200);
    delivered.add(event.id);
  }
  await eventually('nothing pending', async () => {
    await shop.database.query(
      "update stripe_events set next_attempt_at = now() where status = 'pending'",
    );
    const left = await shop.database.query("select 1 from stripe_events where status = 'pending'");
    return left.length === 0 ? true : undefined;
  });
  const failed = await shop.database.query(
    "select event_type, last_error from stripe_events where status = 'failed'",
  );
  expect(failed).toEqual([]);
}

async function creditsOf(userId: string): Promise<number> {
  const { balances, sums } = await ledgerOf(shop.database, userId);
  expect(balances).toEqual(sums);
  return Number(balances.find(({ unit }) => unit === 'credits')?.amount_minor ?? 0n);
}

const creditLine = (line: string, amount: number) => [
  { type: 'invoice_line_item' as const, invoice_line_item: line, amount },
];

test("S15: what a credit note puts on the customer's balance takes back its part of the line", async () => {
  const { userId, customer, invoice } = await subscribe();
  await tellAll();
  expect(await creditsOf(userId)).toBe(1000);

  const half = { invoice: invoice.id, credit_amount: 450, lines: creditLine(invoice.line, 450) };
  const note = await shop.stripe.creditNotes.create(half);
  expect(note).toMatchObject({ post_payment_amount: 450, pre_payment_amount: 0 });
  expect(await shop.stripe.customers.retrieve(customer)).toMatchObject({ balance: -450 });
  await tellAll();
  expect(await creditsOf(userId)).toBe(500);

  // Another word about it changes nothing, and the rest may be given elsewhere.
  await shop.stripe.creditNotes.update(note.id, { memo: 'sorry' });
  await tellAll();
  expect(await creditsOf(userId)).toBe(500);
  await shop.stripe.creditNotes.create({
    invoice: invoice.id,
    amount: 450,
    out_of_band_amount: 450,
  });
  await tellAll();
  expect(await creditsOf(userId)).toBe(0);
  const told = await shop.database.query(
    "select type, data from outbox where user_id = $1 and type like 'balance.r%' order by position",
    [userId],
  );
  expect(told).toMatchObject([
    { type: 'balance.reversed', data: { unit: 'credits', amountMinor: 500 } },
    { type: 'balance.reversed', data: { unit: 'credits', amountMinor: 500 } },
  ]);
});

test('S15: a refund that is part of a credit note is not taken twice', async () => {
  const { userId, invoice } = await subscribe();
  await tellAll();
  const note = await shop.stripe.creditNotes.create({
    invoice: invoice.id,
    refund_amount: 300,
    credit_amount: 150,
    lines: creditLine(invoice.line, 450),
  });
  await tellAll();
  expect(await creditsOf(userId)).toBe(500);

  // A refund of its own takes its share beside it, and the bank that sends one back gives it back.
  const [payment] = invoice.invoice.payments?.data ?? [];
  await shop.stripe.refunds.create({
    payment_intent: String(payment?.payment.payment_intent),
    amount: 90,
  });
  await tellAll();
  expect(await creditsOf(userId)).toBe(400);
  await shop.control.failRefund(String(note.refunds[0]?.refund));
  await tellAll();
  expect(await creditsOf(userId)).toBe(400 + 333 + 1);

  const revenue = await shop.database.query<{ sum: bigint }>(
    `select sum(case when credit_account = 'revenue' then amount_minor else -amount_minor end)::bigint
       from transfers where payment_id = $1 and unit = 'usd'`,
    [payment?.payment.payment_intent],
  );
  expect(revenue).toEqual([{ sum: 810n }]);
});

test('S15: a credit note before the payment lowers what the invoice grants, and void does not', async () => {
  const { userId, subscription } = await subscribe();
  await tellAll();
  const { id, line } = await unpaidRenewal(subscription);
  const lines = creditLine(line, 450);
  const mistaken = await shop.stripe.creditNotes.create({ invoice: id, lines });
  await tellAll();
  await shop.stripe.creditNotes.voidCreditNote(mistaken.id);
  await shop.stripe.creditNotes.create({ invoice: id, lines: creditLine(line, 300) });
  await shop.control.payInvoice(id);
  expect(await shop.stripe.invoices.retrieve(id)).toMatchObject({ amount_paid: 600 });
  await tellAll();
  expect(await creditsOf(userId)).toBe(1000 + 667);
});

test('S15: an invoice that credit notes pay to its end grants what is left of it: nothing', async () => {
  const { userId, subscription } = await subscribe();
  await tellAll();
  const { id } = await unpaidRenewal(subscription);
  await shop.stripe.creditNotes.create({ invoice: id, amount: 900 });
  expect(await shop.stripe.invoices.retrieve(id)).toMatchObject({ status: 'paid', amount_paid: 0 });
  await tellAll();
  expect(await creditsOf(userId)).toBe(1000);
});

test('S15: what no payment caused is taken back by a credit note as well', async () => {
  const { userId, subscription } = await subscribe();
  const { id, line } = await unpaidRenewal(subscription);
  await shop.stripe.invoices.pay(id, { paid_out_of_band: true });
  await tellAll();
  expect(await creditsOf(userId)).toBe(2000);
  for (const part of [300, 600]) {
    await shop.stripe.creditNotes.create({
      invoice: id,
      credit_amount: part,
      lines: creditLine(line, part),
    });
    await tellAll();
  }
  expect(await creditsOf(userId)).toBe(1000);
});

test('S15, S14: in whatever order all of it is told, the balance ends the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 1_000_000 })), async (at) => {
      const { userId, subscription } = await subscribe();
      const { id, line } = await unpaidRenewal(subscription);
      const lines = creditLine(line, 150);
      const mistaken = await shop.stripe.creditNotes.create({ invoice: id, lines });
      await shop.stripe.creditNotes.voidCreditNote(mistaken.id);
      await shop.stripe.creditNotes.create({ invoice: id, lines: creditLine(line, 300) });
      await shop.control.payInvoice(id);
      // 6.00 were paid: 1.50 of them come back at once, and half of the rest by a refund.
      await shop.stripe.creditNotes.create({ invoice: id, credit_amount: 150, lines });
      const { invoice } = await invoiceOf(id);
      const paid = invoice.payments?.data.find(({ status }) => status === 'paid');
      await shop.stripe.refunds.create({
        payment_intent: String(paid?.payment.payment_intent),
        amount: 225,
      });
      await tellAll((events) =>
        events
          .map((event) => ({ event, place: at.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event),
      );
      // Of 1,000: a third, a sixth, and 2.25 of 6.00 of what was left to be paid for.
      const taken = Math.floor(1000 * (1 / 3 + 1 / 6 + (2 / 3) * (225 / 600)));
      expect(await creditsOf(userId)).toBe(2000 - taken);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

test('S24: credit notes that were never told of are found, void ones too', async () => {
  const { userId, subscription, invoice } = await subscribe();
  const open = await unpaidRenewal(subscription);
  const mistaken = await shop.stripe.creditNotes.create({ invoice: open.id, amount: 450 });
  await tellAll();
  await shop.control.suppressEvents(['credit_note.*'], 1_000);
  await shop.stripe.creditNotes.create({ invoice: invoice.id, amount: 90, credit_amount: 90 });
  await shop.stripe.creditNotes.voidCreditNote(mistaken.id);
  await shop.control.payInvoice(open.id);
  await tellAll();
  expect(await creditsOf(userId)).toBe(1000 + 500);

  const database = await openDatabase(shop.database.url);
  const plans = { creditsOf: () => 1000n, entitlementsOf: () => [] };
  const { reconciler } = reconcilerOf(database, shop.localStripe.url, 'on', {
    ...plans,
    environmentName: 'local',
    creditsForeignSessions: false,
  });
  const run = await runToEnd(reconciler, 'objects');
  expect(run).toMatchObject({ status: 'finished', differences: 0 });
  expect(await creditsOf(userId)).toBe(900 + 1000);
  expect(await runToEnd(reconciler, 'objects')).toMatchObject({ repaired: 0, differences: 0 });
  await database.close();
});

test('S17: who cancels with a prorated credit and subscribes anew has what was paid for', async () => {
  const { userId, customer, subscription } = await subscribe();
  await shop.stripe.subscriptions.cancel(subscription, { invoice_now: true, prorate: true });
  // Some seconds of the month have gone: nearly all of it comes back as the customer's balance.
  const { balance } = (await shop.stripe.customers.retrieve(customer)) as Stripe.Customer;
  expect(balance).toBeLessThan(-890);
  await tellAll();
  expect(await creditsOf(userId)).toBeLessThan(12);

  const { url } = await begin(shop, userId, { price: 'membership-monthly' });
  await payOnHostedPage(url, card);
  await tellAll();
  const invoices = await shop.stripe.invoices.list({ customer, status: 'paid' });
  const paidMinor = invoices.data.reduce((sum, { amount_paid: paid }) => sum + paid, 0);
  const after = (await shop.stripe.customers.retrieve(customer)) as Stripe.Customer;
  const credits = await creditsOf(userId);
  expect(Math.abs(credits - ((paidMinor + after.balance) * 1000) / 900)).toBeLessThan(3);
});
