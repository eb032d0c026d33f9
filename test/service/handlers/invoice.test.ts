import type Stripe from 'stripe';
import {
  type Facts,
  noFacts,
  type PaidInvoice,
  type Subscription,
} from '../../../service/effects/records';
import { handlingOf } from '../../../service/handlers/index';
import type { Payment } from '../../../service/ledger/payments';
import { noPlans } from '../../support/plans';
import {
  buildEvent,
  buildInvoice,
  buildLine,
  buildPrice,
  buildSession,
  type InvoiceFields,
} from '../../support/stripe-objects';

const credits: Readonly<Record<string, bigint>> = { 'membership-monthly': 1000n, free: 50n };
const plans = { ...noPlans, creditsOf: (key: string) => credits[key] ?? 0n };
const alice = { userId: 'alice' };

const unknownPayment: Payment = {
  paymentId: 'pi_1',
  paid: undefined,
  chargeRefundedMinor: 0n,
  refunds: [],
  disputes: [],
  grants: [],
};

/** What comes of `invoice.paid` when Stripe answers with this invoice. */
function decidePaid(
  fields: Partial<InvoiceFields> = {},
  facts: Partial<Facts> = alice,
  type = 'invoice.paid',
) {
  const invoice = buildInvoice(fields);
  const handling = handlingOf(buildEvent(type, { ...invoice, lines: undefined, payments: null }));
  if (handling?.read === undefined) throw new Error('asks Stripe for nothing');
  expect(handling.read).toEqual({ object: 'invoice', id: 'in_1' });
  expect(handling.factKeysOf?.(invoice)).toMatchObject({ invoiceId: 'in_1', customerId: 'cus_1' });
  const payments = new Map([['pi_1', unknownPayment]]);
  return handling.decide({ ...noFacts, payments, ...facts }, invoice, plans);
}

function decideUnpaid(type: string, fields: Partial<InvoiceFields>, facts: Partial<Facts> = alice) {
  const handling = handlingOf(buildEvent(type, buildInvoice({ status: 'open', ...fields })));
  if (handling === undefined || handling.read !== undefined) throw new Error('is not immediate');
  return handling.decide({ ...noFacts, ...facts }, noPlans);
}

const granted = (lines: readonly Stripe.InvoiceLineItem[]) =>
  decidePaid({ lines })
    .transfers.filter(({ unit }) => unit === 'credits')
    .map(({ amountMinor }) => amountMinor);

const paidInvoice: PaidInvoice = {
  invoiceId: 'in_1',
  subscriptionId: 'sub_1',
  customerId: 'cus_1',
  userId: 'alice',
  paymentId: 'pi_1',
  amountMinor: 900n,
  currency: 'usd',
};

test.each(['invoice.paid', 'invoice.payment_succeeded'])(
  'S17: %s books the money, grants the credits of its line, and tells of both',
  (type) => {
    expect(decidePaid({}, alice, type)).toEqual({
      outcome: 'credited',
      transfers: [
        {
          idempotencyKey: 'invoice:in_1:pi_1:revenue',
          debitAccount: 'stripe_clearing',
          creditAccount: 'revenue',
          unit: 'usd',
          amountMinor: 900n,
          reason: 'subscription',
          paymentId: 'pi_1',
          reverses: null,
        },
        {
          idempotencyKey: 'invoice:in_1:il_1:credit',
          debitAccount: 'issued_credits',
          creditAccount: 'user:alice',
          unit: 'credits',
          amountMinor: 1000n,
          reason: 'subscription',
          paymentId: 'pi_1',
          reverses: null,
        },
      ],
      checkouts: [],
      payments: [
        { paymentId: 'pi_1', paid: { userId: 'alice', amountMinor: 900n, currency: 'usd' } },
      ],
      subscriptions: [],
      invoices: [paidInvoice],
      customers: [],
      lostCheckouts: [],
      creditNotes: [],
      holds: [],
      messages: [
        {
          key: 'invoice:in_1:invoice.paid',
          type: 'invoice.paid',
          userId: 'alice',
          data: {
            invoiceId: 'in_1',
            subscriptionId: 'sub_1',
            customerId: 'cus_1',
            amountMinor: 900,
            currency: 'usd',
          },
        },
        {
          key: 'invoice:in_1:il_1:credit:balance.credited',
          type: 'balance.credited',
          userId: 'alice',
          data: {
            unit: 'credits',
            amountMinor: 1000,
            reason: 'subscription',
            sessionId: null,
            invoiceId: 'in_1',
            paymentId: 'pi_1',
          },
        },
      ],
    });
  },
);

test('S14: an invoice that has granted grants nothing more, whichever event tells of it again', () => {
  expect(decidePaid({}, { ...alice, invoice: paidInvoice })).toMatchObject({
    outcome: 'already_credited',
    transfers: [],
    messages: [],
  });
});

test('S16: an invoice that Stripe no longer calls paid has no effect', () => {
  const open = { outcome: 'awaiting_payment', transfers: [] };
  expect(decidePaid({ status: 'open' })).toMatchObject(open);
  expect(decidePaid({ status: 'open' }, {})).toMatchObject({ outcome: 'not_ours' });
});

test('S1: a paid invoice that Stripe does not have is refused, and not passed over as handled', () => {
  const handling = handlingOf(buildEvent('invoice.paid', buildInvoice()));
  if (handling?.read === undefined) throw new Error('asks Stripe for nothing');
  expect(() => handling.decide(noFacts, undefined, plans)).toThrow(
    expect.objectContaining({ name: 'Refusal', code: 'invoice_missing' }),
  );
  const known = { ...noFacts, invoice: paidInvoice };
  expect(handling.decide(known, undefined, plans).outcome).toBe('already_credited');
});

describe('S17: what the lines of a paid invoice grant', () => {
  test('each line as many as its price says, for each unit', () => {
    expect(granted([buildLine({ quantity: 3 }), buildLine({ id: 'il_2' })])).toEqual([
      3000n,
      1000n,
    ]);
  });

  test('nothing for a trial, but something for a price of nothing', () => {
    expect(granted([buildLine({ amount: 0 })])).toEqual([]);
    const free = buildPrice({ lookup_key: 'free', unit_amount: 0 });
    expect(granted([buildLine({ amount: 0, price: free })])).toEqual([50n]);
  });

  test.each([
    ['half a period that is charged', 450, 1, [['issued_credits', 'user:alice', 500n]]],
    ['three units for a third of a period', 900, 3, [['issued_credits', 'user:alice', 1000n]]],
    ['nine of ten that are given back', -8100, 9, [['user:alice', 'issued_credits', 9000n]]],
    ['less than one credit', -0.5, 1, []],
    ['nothing', 0, 1, []],
  ])('as much of a period as a proration costs: %s', (_what, amount, quantity, moved) => {
    const lines = [buildLine({ proration: true, amount: Math.round(amount), quantity })];
    const { transfers } = decidePaid({ lines });
    expect(
      transfers
        .filter(({ unit }) => unit === 'credits')
        .map(({ debitAccount, creditAccount, amountMinor }) => [
          debitAccount,
          creditAccount,
          amountMinor,
        ]),
    ).toEqual(moved);
  });

  test('nothing for a proration that its price does not explain', () => {
    const tiers = buildPrice({ unit_amount: null });
    expect(granted([buildLine({ proration: true, amount: 450, price: tiers })])).toEqual([]);
    const free = buildPrice({ unit_amount: 0 });
    expect(granted([buildLine({ proration: true, amount: 450, price: free })])).toEqual([]);
    const euros = { ...buildPrice(), currency: 'eur' };
    expect(granted([buildLine({ proration: true, amount: 450, price: euros })])).toEqual([]);
  });

  test('what the price says that it was sold with, then what was written down, then the catalogue', () => {
    const today = { ...plans, creditsOf: () => 20_000n };
    const decideWith = (price: Stripe.Price, credits?: number) => {
      const invoice = buildInvoice({ lines: [buildLine({ price })] });
      const handling = handlingOf(buildEvent('invoice.paid', invoice));
      if (handling?.read === undefined) throw new Error('asks Stripe for nothing');
      const item = { priceId: 'price_1', lookupKey: null, quantity: 1, currentPeriodEnd: null };
      const items = [{ ...item, ...(credits !== undefined && { credits }) }];
      const subscription = { items } as unknown as Subscription;
      const facts = { ...noFacts, ...alice, subscription };
      return handling
        .decide(facts, invoice, today)
        .transfers.filter(({ unit }) => unit === 'credits')
        .map(({ amountMinor }) => amountMinor);
    };
    const said = buildPrice({ metadata: { tollgate_credits: '700' } });
    expect(decideWith(said, 1000)).toEqual([700n]);
    expect(decideWith(buildPrice(), 1000)).toEqual([1000n]);
    expect(decideWith(buildPrice(), 0)).toEqual([]);
    expect(decideWith(buildPrice())).toEqual([20_000n]);
  });

  test('nothing for a price that the catalogue does not know, or that is not known', () => {
    expect(granted([buildLine({ price: buildPrice({ lookup_key: 'other' }) })])).toEqual([]);
    expect(granted([buildLine({ price: buildPrice({ lookup_key: null }) })])).toEqual([]);
    expect(granted([buildLine({ price: 'price_1' }), buildLine({ price: null })])).toEqual([]);
  });

  test('the same after its lookup key went to a later price', () => {
    const metadata = { tollgate_lookup_key: 'membership-monthly' };
    const price = buildPrice({ lookup_key: null, metadata });
    expect(granted([buildLine({ price })])).toEqual([1000n]);
  });
});

test('S17: an invoice that was paid with nothing, or elsewhere, grants and moves no money here', () => {
  const { transfers, payments } = decidePaid({ amount_paid: 0, payments: {} });
  expect(transfers).toMatchObject([{ unit: 'credits', amountMinor: 1000n, paymentId: null }]);
  expect(payments).toEqual([]);
});

test('S17: an invoice that two payments paid books each, and grants with each its share', () => {
  const { transfers, payments } = decidePaid({ payments: { pi_2: 300, pi_1: 600 } });
  expect(
    transfers.map(({ unit, amountMinor, paymentId }) => [unit, amountMinor, paymentId]),
  ).toEqual([
    ['usd', 600n, 'pi_1'],
    ['usd', 300n, 'pi_2'],
    ['credits', 667n, 'pi_1'],
    ['credits', 333n, 'pi_2'],
  ]);
  expect(payments.map(({ paymentId }) => paymentId)).toEqual(['pi_1', 'pi_2']);
});

test('S15: what was refunded before the invoice was told of is reversed at once', () => {
  const refund = { refundId: 're_1', amountMinor: 450n, currency: 'usd', status: 'succeeded' };
  const payment = { ...unknownPayment, refunds: [refund] };
  const payments = new Map([['pi_1', payment]]);
  const { transfers, messages } = decidePaid({}, { ...alice, payments });
  expect(transfers.slice(2)).toMatchObject([
    { debitAccount: 'revenue', creditAccount: 'stripe_clearing', amountMinor: 450n },
    { debitAccount: 'user:alice', creditAccount: 'issued_credits', amountMinor: 500n },
  ]);
  expect(messages.map(({ type }) => type)).toEqual([
    'invoice.paid',
    'balance.credited',
    'balance.reversed',
  ]);
});

test('S15: of two payments, the smaller one takes its share when it was refunded before', () => {
  const refund = { refundId: 're_1', amountMinor: 300n, currency: 'usd', status: 'succeeded' };
  const refunded = { ...unknownPayment, paymentId: 'pi_2', refunds: [refund] };
  const payments = new Map([
    ['pi_1', unknownPayment],
    ['pi_2', refunded],
  ]);
  const two = { payments: { pi_2: 300, pi_1: 600 } };
  const { transfers } = decidePaid(two, { ...alice, payments });
  expect(transfers.slice(4)).toMatchObject([
    { debitAccount: 'revenue', amountMinor: 300n, paymentId: 'pi_2' },
    { debitAccount: 'user:alice', amountMinor: 333n, paymentId: 'pi_2' },
  ]);
});

test('S14: an invoice that a session of ours made for what it sold books nothing', () => {
  const invoice = { ...buildInvoice(), sessions: [buildSession()] };
  const handling = handlingOf(buildEvent('invoice.paid', invoice));
  if (handling?.read === undefined) throw new Error('asks Stripe for nothing');
  const decide = (sessions: Stripe.Checkout.Session[], foreign = false) =>
    handling.decide({ ...noFacts, ...alice }, { ...invoice, sessions } as Stripe.Invoice, {
      ...plans,
      creditsForeignSessions: foreign,
    });
  expect(decide([buildSession()])).toMatchObject({
    outcome: 'already_sold',
    transfers: [],
    payments: [],
    invoices: [{ invoiceId: 'in_1', userId: 'alice' }],
    messages: [{ type: 'invoice.paid' }],
  });
  const foreign = buildSession({ metadata: { tollgate_user_id: 'alice' } });
  expect(decide([foreign], true).transfers).toEqual([]);
  expect(decide([foreign]).transfers).not.toEqual([]);
  expect(decide([]).transfers).not.toEqual([]);
});

test('S17: an invoice of nobody of ours is told once, and neither booked nor granted', () => {
  const { transfers, invoices, messages } = decidePaid({}, {});
  expect({ transfers, invoices }).toEqual({
    transfers: [],
    invoices: [{ ...paidInvoice, userId: null }],
  });
  expect(messages).toMatchObject([{ type: 'invoice.paid', userId: null }]);
});

describe.each(['invoice.payment_failed', 'invoice.payment_action_required'])('%s', (type) => {
  test('S17: is told with what is due, and the user', () => {
    const { messages, transfers } = decideUnpaid(type, { attempt_count: 2, amount_paid: 0 });
    expect(transfers).toEqual([]);
    expect(messages).toEqual([
      {
        key: `invoice:in_1:${type}:2`,
        type,
        userId: 'alice',
        data: {
          invoiceId: 'in_1',
          subscriptionId: 'sub_1',
          customerId: 'cus_1',
          amountMinor: 900,
          currency: 'usd',
        },
      },
    ]);
  });

  test('S14: is told once for each attempt, and not any more once the invoice is paid', () => {
    const told = new Set([`invoice:in_1:${type}:1`]);
    expect(decideUnpaid(type, {}, { told }).messages).toEqual([]);
    expect(decideUnpaid(type, { attempt_count: 2 }, { told }).messages).toHaveLength(1);
    expect(decideUnpaid(type, {}, { invoice: paidInvoice }).messages).toEqual([]);
  });
});
