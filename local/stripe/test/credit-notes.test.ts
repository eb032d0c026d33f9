import type Stripe from 'stripe';
import type { RemoteControl } from '../control/remote-control';
import { eventsOf, idOf, subscribed } from './billing';
import { closeAll, errorOf, start } from './running';

let stripe: Stripe;
let control: RemoteControl;

beforeEach(async () => {
  ({ stripe, control } = await start());
});
afterEach(closeAll);

/** A subscription of 20.00 USD and its first invoice, which is paid. */
async function paidInvoice() {
  const subscription = await subscribed(stripe);
  const invoice = await stripe.invoices.retrieve(idOf(subscription.latest_invoice));
  const customer = idOf(subscription.customer);
  return { subscription, invoice, customer, line: invoice.lines.data[0]?.id ?? '' };
}

async function openInvoice(subscriptionId: string): Promise<Stripe.Invoice> {
  const failing = 'pm_card_chargeCustomerFail';
  const { latest_invoice: latest } = await control.renewSubscription(subscriptionId, failing);
  return stripe.invoices.retrieve(idOf(latest));
}
const balanceOf = async (id: string) =>
  ((await stripe.customers.retrieve(id)) as Stripe.Customer).balance;

test('L2: what of a paid invoice is credited is refunded, on the balance, or given elsewhere', async () => {
  const { invoice, customer, line } = await paidInvoice();
  const events = await eventsOf(stripe, () =>
    stripe.creditNotes.create({
      invoice: invoice.id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line, amount: 1500 }],
      refund_amount: 500,
      credit_amount: 700,
      out_of_band_amount: 300,
    }),
  );
  expect(events).toEqual([
    'refund.created',
    'charge.refunded',
    'customer.updated',
    'credit_note.created',
    'invoice.updated',
  ]);
  const [note] = (await stripe.creditNotes.list({ invoice: invoice.id })).data;
  const read = await stripe.creditNotes.retrieve(note?.id ?? '', { expand: ['refunds.refund'] });
  expect(read).toMatchObject({
    amount: 1500,
    out_of_band_amount: 300,
    post_payment_amount: 1500,
    pre_payment_amount: 0,
    refunds: [{ amount_refunded: 500, refund: { object: 'refund', amount: 500 } }],
    lines: { data: [{ amount: 1500, invoice_line_item: line }] },
    type: 'post_payment',
  });
  expect(await balanceOf(customer)).toBe(-700);
  expect((await stripe.customers.listBalanceTransactions(customer)).data).toMatchObject([
    { amount: -700, credit_note: note?.id, ending_balance: -700, type: 'credit_note' },
  ]);
  expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({
    post_payment_credit_notes_amount: 1500,
  });
});

test('L2: one of an open invoice lowers what is due until it is void', async () => {
  const { subscription } = await paidInvoice();
  const { id } = await openInvoice(subscription.id);
  const note = await stripe.creditNotes.create({ invoice: id, amount: 500 });
  expect(note).toMatchObject({ pre_payment_amount: 500, type: 'pre_payment' });
  expect(await stripe.invoices.retrieve(id)).toMatchObject({ amount_due: 1500 });
  const events = await eventsOf(stripe, () => stripe.creditNotes.voidCreditNote(note.id));
  expect(events).toEqual(['credit_note.voided', 'invoice.updated']);
  expect(await stripe.invoices.retrieve(id)).toMatchObject({ amount_due: 2000 });
  await stripe.creditNotes.create({ invoice: id, amount: 500 });
  expect(await control.payInvoice(id)).toMatchObject({ amount_paid: 1500, status: 'paid' });

  const other = await openInvoice(subscription.id);
  await stripe.creditNotes.create({ invoice: other.id, amount: 2000 });
  expect(await stripe.invoices.retrieve(other.id)).toMatchObject({
    amount_paid: 0,
    status: 'paid',
  });
});

test("L2: a customer's balance pays the next invoice first", async () => {
  const { subscription, customer, invoice } = await paidInvoice();
  await stripe.creditNotes.create({ invoice: invoice.id, amount: 700, credit_amount: 700 });
  const { latest_invoice: latest } = await control.renewSubscription(subscription.id);
  expect(await stripe.invoices.retrieve(idOf(latest))).toMatchObject({
    amount_due: 1300,
    amount_paid: 1300,
    ending_balance: 0,
    starting_balance: -700,
    total: 2000,
  });
  expect(await balanceOf(customer)).toBe(0);
});

test('L2: a prorated cancellation credits what is left of the period', async () => {
  const { subscription, customer } = await paidInvoice();
  await stripe.subscriptions.cancel(subscription.id, { invoice_now: true, prorate: true });
  const left = await balanceOf(customer);
  expect(left).toBeLessThan(-1990);
  const [last] = (await stripe.invoices.list({ subscription: subscription.id })).data;
  expect(last).toMatchObject({ amount_due: 0, status: 'paid', total: left });
});

test('L2: what cannot be credited is refused', async () => {
  const { invoice } = await paidInvoice();
  const refusals: [Partial<Stripe.CreditNoteCreateParams>, RegExp][] = [
    [{ amount: 2100, credit_amount: 2100 }, /left of the invoice/],
    [{ amount: 500 }, /must equal the post payment amount/],
    [{}, /amount/],
    [
      { lines: [{ type: 'invoice_line_item', invoice_line_item: 'il_none' }] },
      /No such invoice line/,
    ],
  ];
  for (const [params, message] of refusals) {
    const refused = stripe.creditNotes.create({ invoice: invoice.id, ...params });
    expect((await errorOf(refused)).message).toMatch(message);
  }
  const note = await stripe.creditNotes.create({
    invoice: invoice.id,
    amount: 500,
    credit_amount: 500,
  });
  const error = await errorOf(stripe.creditNotes.voidCreditNote(note.id));
  expect(error.message).toMatch(/invoice is open/);
});
