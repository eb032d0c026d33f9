import type Stripe from 'stripe';
import { type Decision, type Message, nothing, type PaymentChange } from '../effects/effects';
import type { FactKeys, Facts, PaidInvoice } from '../effects/records';
import { Refusal } from '../effects/refusal';
import type { Paid } from '../ledger/payments';
import { saleTransfers, type Transfer } from '../ledger/transfers';
import { correctionMessages, correctionsAtOnce, unpaidCorrectionsAtOnce } from './corrections';
import { userOfForeign } from './foreign';
import { type DeferredHandling, type ImmediateHandling, idOf, type Plans } from './handling';
import { lineTransfers } from './invoice-grants';
import { metadataKeys } from './metadata';
import type { Origin } from './owner';
import { checkoutIdOf } from './session-keys';
import { customerRead, type InvoiceRead } from './stripe-read';
import {
  type InvoicePaymentShown as InvoicePayment,
  isPaid,
  shownPaymentsOf,
  subscriptionIdOf,
  subscriptionMetadataOf,
} from './versions';

/**
 * An invoice that was paid: its money is revenue, and its lines grant the credits that the
 * catalogue names, once. It is read from Stripe, because an event shows ten lines at most and no
 * payment. See docs/decisions/what-an-invoice-grants.md. The decision throws a Refusal when Stripe has no
 * such invoice.
 */
export function handlePaidInvoice(event: Stripe.Invoice): DeferredHandling {
  return {
    origin: originOf(event),
    factKeys: { invoiceId: event.id },
    read: { object: 'invoice', id: event.id },
    factKeysOf: (object) =>
      object?.object === 'invoice' ? factKeysOf(object) : { invoiceId: event.id },
    decide(facts, object, plans) {
      // Of one that was recorded while nobody knew whose it was, nothing has been granted yet.
      const isRepair = facts.invoice?.userId === null && facts.userId !== undefined;
      if (facts.invoice !== undefined && !isRepair) return nothing('already_credited');
      if (object?.object !== 'invoice') throw missing(event.id);
      if (isPaid(object)) return decidePaid(object, facts, plans);
      return nothing(facts.userId === undefined ? 'not_ours' : 'awaiting_payment');
    },
  };
}

/**
 * An attempt to pay an invoice that came to nothing, or to a question for the buyer. Once the
 * invoice is paid, that is no news any more.
 */
export function handleUnpaidInvoice(
  invoice: Stripe.Invoice,
  type: 'invoice.payment_failed' | 'invoice.payment_action_required',
): ImmediateHandling {
  const key = `invoice:${invoice.id}:${type}:${invoice.attempt_count}`;
  return {
    origin: originOf(invoice),
    factKeys: { ...factKeysOf(invoice), messageKeys: [key] },
    decide(facts) {
      if (facts.invoice !== undefined || facts.told.has(key)) return nothing('no_change');
      const message = tell(invoice, type, key, invoice.amount_due, facts);
      return { ...nothing('published'), messages: [message] };
    },
  };
}

function originOf(invoice: Stripe.Invoice): Origin {
  const customerId = idOf(invoice.customer);
  return {
    metadata: subscriptionMetadataOf(invoice),
    customerId,
    ask: customerRead(customerId),
  };
}

/** Stripe lets nobody delete an invoice that was paid: our key is of another account, most likely. */
function missing(invoiceId: string): Refusal {
  return new Refusal(
    'invoice_missing',
    `Stripe told that ${invoiceId} was paid, but answers our key that it does ` +
      'not exist; nothing was granted: compare the account of STRIPE_SECRET_KEY with the one that ' +
      'sends the events, then replay this event',
  );
}

function factKeysOf(invoice: Stripe.Invoice): FactKeys {
  const [main, ...others] = paymentsOf(invoice).map(({ paymentId }) => paymentId);
  return {
    invoiceId: invoice.id,
    customerId: idOf(invoice.customer) ?? undefined,
    paymentId: main,
    paymentIds: others,
    subscriptionId: subscriptionIdOf(invoice) ?? undefined,
    creditNotes: true,
  };
}

function decidePaid(invoice: InvoiceRead, facts: Facts, plans: Plans): Decision {
  const payments = paymentsOf(invoice);
  // Told before without its user, it is told once more with them.
  const key = `invoice:${invoice.id}:invoice.paid${facts.invoice === undefined ? '' : ':of_user'}`;
  const told = tell(invoice, 'invoice.paid', key, invoice.amount_paid, facts);
  const { userId } = facts;
  // Nobody's of ours: it is told, and the money is not ours to book.
  if (userId === undefined) {
    const recorded = paidInvoiceOf(invoice, null, payments);
    return { ...nothing('published'), invoices: [recorded], messages: [told] };
  }
  if (isOfSession(invoice, facts, plans)) {
    const recorded = paidInvoiceOf(invoice, userId, payments);
    return { ...nothing('already_sold'), invoices: [recorded], messages: [told] };
  }
  const booked = payments.flatMap((payment) => revenueOf(invoice, userId, payment));
  const changed = lineTransfers(invoice, userId, payments, plans, facts);
  const granted = changed.filter(({ reason }) => reason === 'subscription');
  const paidBack = changed.filter(({ reason }) => reason === 'proration');
  const made = [...booked, ...changed];
  const paid = payments.map((payment) => paidChange(payment, userId, invoice.currency));
  const corrected = [
    ...paid.flatMap((change) =>
      correctionsAtOnce(
        facts.payments.get(change.paymentId),
        change.paid,
        made.filter(({ paymentId }) => paymentId === change.paymentId),
        facts.creditNotes,
      ),
    ),
    ...unpaidCorrectionsAtOnce(
      made.filter(({ paymentId }) => paymentId === null),
      facts.creditNotes,
    ),
  ];
  return {
    ...nothing(granted.length > 0 ? 'credited' : 'sold'),
    transfers: [...made, ...corrected],
    payments: paid,
    invoices: [paidInvoiceOf(invoice, userId, payments)],
    messages: [
      told,
      ...granted.map((transfer) => creditMessage(invoice, userId, transfer)),
      ...correctionMessages([...paidBack, ...corrected], userId),
    ],
  };
}

/** Those that brought money through Stripe, the largest first: what is granted hangs on that one. */
function paymentsOf(invoice: Stripe.Invoice): InvoicePayment[] {
  return shownPaymentsOf(invoice).sort((a, b) =>
    a.paidMinor === b.paidMinor ? 0 : a.paidMinor > b.paidMinor ? -1 : 1,
  );
}

function revenueOf(
  { id, currency }: Stripe.Invoice,
  userId: string,
  { paymentId, paidMinor }: InvoicePayment,
): Transfer[] {
  const purchase = { key: `invoice:${id}:${paymentId}`, userId, paymentId, paidMinor, currency };
  return saleTransfers(purchase, { credits: 0n, reason: 'subscription' });
}

/**
 * Whether a checkout session that is credited here sold it, and made the invoice for its payment:
 * then the session books the money, and grants what it sold, whichever is told of first.
 */
function isOfSession({ sessions = [] }: InvoiceRead, facts: Facts, plans: Plans): boolean {
  const { userKeys = [metadataKeys.userId] } = plans.foreign ?? {};
  return sessions.some(
    (session) =>
      checkoutIdOf(session) !== undefined ||
      (plans.creditsForeignSessions && userOfForeign(session, facts, userKeys) !== undefined),
  );
}

function paidChange(
  { paymentId, paidMinor: amountMinor }: InvoicePayment,
  userId: string,
  currency: string,
): PaymentChange & { readonly paid: Paid } {
  return { paymentId, paid: { userId, amountMinor, currency } };
}

function paidInvoiceOf(
  invoice: Stripe.Invoice,
  userId: string | null,
  payments: readonly InvoicePayment[],
): PaidInvoice {
  return {
    invoiceId: invoice.id,
    subscriptionId: subscriptionIdOf(invoice),
    customerId: idOf(invoice.customer),
    userId,
    paymentId: payments[0]?.paymentId ?? null,
    amountMinor: BigInt(invoice.amount_paid),
    currency: invoice.currency,
  };
}

function creditMessage(invoice: Stripe.Invoice, userId: string, transfer: Transfer): Message {
  return {
    key: `${transfer.idempotencyKey}:balance.credited`,
    type: 'balance.credited',
    userId,
    data: {
      unit: transfer.unit,
      amountMinor: Number(transfer.amountMinor),
      reason: transfer.reason,
      sessionId: null,
      invoiceId: invoice.id,
      paymentId: transfer.paymentId,
    },
  };
}

function tell(
  invoice: Stripe.Invoice,
  type: 'invoice.paid' | 'invoice.payment_failed' | 'invoice.payment_action_required',
  key: string,
  amountMinor: number,
  { userId }: Facts,
): Message {
  return {
    key,
    type,
    userId: userId ?? null,
    data: {
      invoiceId: invoice.id,
      subscriptionId: subscriptionIdOf(invoice),
      customerId: idOf(invoice.customer),
      amountMinor,
      currency: invoice.currency,
    },
  };
}
