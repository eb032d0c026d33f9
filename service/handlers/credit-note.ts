import type Stripe from 'stripe';
import { type Decision, nothing } from '../effects/effects';
import type { FactKeys, Facts } from '../effects/records';
import { Refusal } from '../effects/refusal';
import type { CreditedLine, CreditNote } from '../ledger/credit-notes';
import { corrections, unpaidCorrections } from '../ledger/payments';
import { correctionMessages } from './corrections';
import { type DeferredHandling, idOf } from './handling';
import { type CreditNoteRead, customerRead, type StripeObject } from './stripe-read';
import { isPaid, shownPaymentsOf } from './versions';

/**
 * A credit note: it takes back its part of what the invoice granted, by the lines that it credits,
 * whether the invoice was paid before or will be; one that is void gives that back. It is read from
 * Stripe with its invoice, because an event shows ten lines at most and no payment. See
 * docs/decisions/what-a-credit-note-takes.md.
 */
export function handleCreditNote(event: Stripe.CreditNote): DeferredHandling {
  const customerId = idOf(event.customer);
  const invoiceId = idOf(event.invoice) ?? undefined;
  return {
    origin: { metadata: event.metadata, customerId, ask: customerRead(customerId) },
    factKeys: { invoiceId },
    read: { object: 'credit_note', id: event.id },
    factKeysOf: (object) => (object?.object === 'credit_note' ? factKeysOf(object) : { invoiceId }),
    // Which payments are to be locked was not known yet.
    isOutdated: (facts, object) =>
      object?.object === 'credit_note' && facts.invoice !== undefined && !isPaid(object.invoice),
    decide: (facts, object) => decideCreditNote(event.id, facts, object),
  };
}

function factKeysOf({ invoice, customer }: CreditNoteRead): FactKeys {
  const [main, ...others] = shownPaymentsOf(invoice).map(({ paymentId }) => paymentId);
  return {
    invoiceId: invoice.id,
    customerId: idOf(customer) ?? undefined,
    paymentId: main,
    paymentIds: others,
    creditNotes: true,
    unpaidGrants: invoice.lines.data.flatMap(({ id }) => [
      `invoice:${invoice.id}:${id}:credit`,
      `invoice:${invoice.id}:${id}:paid_back`,
    ]),
  };
}

function decideCreditNote(id: string, facts: Facts, object: StripeObject): Decision {
  const userId = facts.invoice?.userId ?? facts.userId;
  // Nobody's of ours: nothing was granted for it.
  if (userId === undefined) return nothing('not_ours');
  if (object?.object !== 'credit_note') throw missing(id);
  const now = creditNoteOf(object);
  const known = facts.creditNotes.find(({ creditNoteId }) => creditNoteId === now.creditNoteId);
  if (known !== undefined && (known.status === 'void' || isSame(known, now))) {
    return nothing('no_change');
  }
  const creditNotes = [...facts.creditNotes.filter((each) => each !== known), now];
  const corrected = [
    ...[...facts.payments.values()].flatMap((payment) => corrections({ ...payment, creditNotes })),
    ...unpaidCorrections(facts.unpaidGrants, creditNotes),
  ];
  return {
    ...nothing(outcomeOf(corrected, now)),
    transfers: corrected,
    creditNotes: [now],
    messages: correctionMessages(corrected, userId),
  };
}

/** Stripe lets nobody delete one: our key is of another account, most likely. */
function missing(creditNoteId: string): Refusal {
  return new Refusal(
    'credit_note_missing',
    `Stripe told of ${creditNoteId}, but answers our key that it, or its invoice, does not exist; ` +
      'nothing was taken back: compare the account of STRIPE_SECRET_KEY with the one that sends ' +
      'the events, then replay this event',
  );
}

function outcomeOf(corrected: ReturnType<typeof corrections>, { status }: CreditNote) {
  if (corrected.length === 0) return 'recorded';
  return status === 'void' ? 'restored' : 'reversed';
}

function isSame(known: CreditNote, now: CreditNote): boolean {
  const about = ({ status, refunds }: CreditNote) =>
    [status, ...refunds.map(({ refundId, amountMinor }) => `${refundId} ${amountMinor}`)].join();
  return about(known) === about(now);
}

function creditNoteOf(read: CreditNoteRead): CreditNote {
  const { invoice } = read;
  return {
    creditNoteId: read.id,
    invoiceId: invoice.id,
    status: read.status === 'void' ? 'void' : 'issued',
    amountMinor: BigInt(read.amount),
    prePaymentMinor: BigInt(read.pre_payment_amount),
    currency: read.currency,
    lines: linesOf(read),
    refunds: read.refunds.flatMap(({ refund, amount_refunded: refundedMinor }) => {
      const refundId = idOf(refund);
      if (refundId === null) return []; // of a payment outside of Stripe
      const paid = typeof refund === 'object' ? refund : undefined;
      const paymentId = idOf(paid?.payment_intent) ?? idOf(paid?.charge);
      return [{ refundId, paymentId, amountMinor: BigInt(refundedMinor) }];
    }),
  };
}

/**
 * A line's amount is before tax and discounts, as the amount of the invoice's line is. What is no
 * line's, and a note that names none, is taken of all lines alike.
 */
function linesOf({ lines, invoice, amount }: CreditNoteRead): CreditedLine[] {
  const whole = (minor: number | null, ofMinor: number | null): CreditedLine => ({
    lineId: null,
    creditedMinor: BigInt(minor ?? 0),
    ofMinor: BigInt(ofMinor ?? 0),
  });
  if (lines.data.length === 0) return [whole(amount, invoice.total)];
  return lines.data.map((line) => {
    const credited = invoice.lines.data.find(({ id }) => id === line.invoice_line_item);
    if (credited === undefined) {
      return whole(line.amount, invoice.total_excluding_tax ?? invoice.total);
    }
    return {
      lineId: credited.id,
      creditedMinor: BigInt(line.amount),
      ofMinor: BigInt(credited.amount),
    };
  });
}
