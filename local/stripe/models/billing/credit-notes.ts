import { recordEvent } from '../../events/events';
import { invalidParameter, invalidRequest } from '../../parameters/errors';
import type { Scope } from '../../state/account';
import { newId } from '../../state/ids';
import type { CreditNote, CreditNoteLine, Invoice, Refund } from '../../state/stored';
import type { Kind, Row } from '../../state/tables';
import { moveCustomerBalance } from '../customers/customer-balance';
import { chargeKind } from '../payments/charges';
import { paymentIntentKind } from '../payments/payment-intents';
import { createRefund, refundKind } from '../payments/refunds';
import { cancelPayment, markPaid } from './collection';
import {
  changeInvoice,
  intentOf,
  invoiceKind,
  invoiceLinesKind,
  invoicePaymentKind,
  paymentOf,
} from './invoices';

const shownLines = 10;

export const creditNoteKind: Kind<CreditNote> = {
  name: 'credit_note',
  param: 'id',
  references: {
    customer: 'customer',
    customer_balance_transaction: 'customer_balance_transaction',
    invoice: 'invoice',
    'refunds.refund': 'refund',
  },
};

/** All lines of a credit note; the note itself shows the first ten. */
interface CreditNoteLines extends Row {
  readonly lines: readonly CreditNoteLine[];
}
export const creditNoteLinesKind: Kind<CreditNoteLines> = { name: 'credit_note_lines' };

export interface LineToCredit {
  readonly type: 'custom_line_item' | 'invoice_line_item';
  readonly invoiceLineId: string | undefined;
  readonly amount: number | undefined;
  readonly quantity: number | undefined;
  readonly unitAmount: number | undefined;
  readonly description: string | undefined;
}

interface NewCreditNote {
  readonly invoice: Invoice;
  readonly amount: number | undefined;
  readonly lines: readonly LineToCredit[] | undefined;
  readonly creditAmount: number;
  readonly outOfBandAmount: number;
  readonly refundAmount: number;
  /** Refunds that were made before, by their ids. */
  readonly refunds: readonly { readonly refund: string; readonly amount: number | undefined }[];
  readonly memo: string | null;
  readonly reason: CreditNote['reason'];
  readonly metadata: Record<string, string>;
}

/**
 * Takes back a part of an invoice: what is still to be paid first, and of the rest what is refunded,
 * put on the customer's balance, or given elsewhere. https://docs.stripe.com/api/credit_notes/create
 */
export function createCreditNote(scope: Scope, wanted: NewCreditNote): CreditNote {
  const { invoice, creditAmount, outOfBandAmount, refundAmount } = wanted;
  const { tables, now } = scope.account;
  if (invoice.status !== 'open' && invoice.status !== 'paid') {
    throw invalidRequest(
      `You can only create a credit note for an open or paid invoice: the status is ${invoice.status}.`,
    );
  }
  const lines = linesOf(scope, wanted);
  const amount = wanted.amount ?? lines.reduce((sum, line) => sum + line.amount, 0);
  const left = invoice.total - creditedBefore(invoice);
  if (amount < 1 || amount > left) {
    throw invalidParameter(
      `The credit note's amount (${amount}) must be between 1 and what is left of the invoice (${left}).`,
      'amount',
    );
  }
  const prePayment = Math.min(amount, invoice.amount_remaining);
  const postPayment = amount - prePayment;
  const linked = wanted.refunds.map((each) => linkedRefund(scope, each));
  const given =
    creditAmount + outOfBandAmount + refundAmount + linked.reduce((sum, r) => sum + r.amount, 0);
  if (given !== postPayment) {
    throw invalidRequest(
      `The sum of credit amount, refund amount and out of band amount (${given}) must equal the post payment amount (${postPayment}).`,
    );
  }
  const id = newId('cn', '1', 24);
  const made = refundAmount > 0 ? [refundOf(scope, invoice, refundAmount)] : [];
  const balance =
    creditAmount === 0
      ? null
      : moveCustomerBalance(scope, String(invoice.customer), {
          amount: -creditAmount,
          currency: invoice.currency,
          type: 'credit_note',
          invoice: invoice.id,
          creditNote: id,
        });
  tables.of(creditNoteLinesKind).put({ id, lines });
  const note = tables.of(creditNoteKind).put({
    id,
    object: 'credit_note',
    amount,
    amount_shipping: 0,
    created: now(),
    currency: invoice.currency,
    customer: String(invoice.customer),
    customer_account: null,
    customer_balance_transaction: balance?.id ?? null,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: now(),
    invoice: invoice.id,
    lines: {
      object: 'list',
      data: lines.slice(0, shownLines),
      has_more: lines.length > shownLines,
      url: `/v1/credit_notes/${id}/lines`,
    },
    livemode: false,
    memo: wanted.memo,
    metadata: wanted.metadata,
    number: `${invoice.number}-CN-${String(numberOf(scope, invoice.id)).padStart(2, '0')}`,
    out_of_band_amount: outOfBandAmount === 0 ? null : outOfBandAmount,
    pdf: `${scope.account.url}/credit_notes/${id}/pdf`,
    post_payment_amount: postPayment,
    pre_payment_amount: prePayment,
    pretax_credit_amounts: [],
    reason: wanted.reason,
    refunds: [...linked, ...made.map((refund) => ({ refund, amount: refund.amount }))].map(
      ({ refund, amount: refunded }) => ({
        amount_refunded: refunded,
        payment_record_refund: null,
        refund: refund.id,
        type: 'refund' as const,
      }),
    ),
    shipping_cost: null,
    status: 'issued',
    subtotal: amount,
    subtotal_excluding_tax: amount,
    total: amount,
    total_excluding_tax: amount,
    total_taxes: [],
    type: postPayment === 0 ? 'pre_payment' : prePayment === 0 ? 'post_payment' : 'mixed',
    voided_at: null,
  });
  recordEvent(scope, 'credit_note.created', note);
  lowerInvoice(scope, invoice, prePayment, postPayment);
  return note;
}

/** Takes back a credit note of an invoice that is open: all of it is to be paid again. */
export function voidCreditNote(scope: Scope, note: CreditNote): CreditNote {
  const { tables, now } = scope.account;
  const invoice = tables.of(invoiceKind).get(String(note.invoice));
  if (note.status === 'void') throw invalidRequest('This credit note has already been voided.');
  if (invoice.status !== 'open' || note.post_payment_amount > 0) {
    throw invalidRequest('You can only void a credit note if the associated invoice is open.');
  }
  const voided = tables.of(creditNoteKind).update(note.id, { status: 'void', voided_at: now() });
  recordEvent(scope, 'credit_note.voided', voided, note);
  lowerInvoice(scope, invoice, -note.pre_payment_amount, 0);
  return voided;
}

function creditedBefore(invoice: Invoice): number {
  return invoice.pre_payment_credit_notes_amount + invoice.post_payment_credit_notes_amount;
}

function numberOf({ account }: Scope, invoiceId: string): number {
  const notes = account.tables.of(creditNoteKind).oldestFirst();
  return notes.filter(({ invoice }) => invoice === invoiceId).length + 1;
}

function linesOf(scope: Scope, { invoice, lines = [] }: NewCreditNote): CreditNoteLine[] {
  const known = scope.account.tables.of(invoiceLinesKind).get(invoice.id).lines;
  return lines.map((line, index) => {
    const found = known.find(({ id }) => id === line.invoiceLineId);
    if (line.type === 'invoice_line_item' && found === undefined) {
      throw invalidParameter(
        `No such invoice line item: '${line.invoiceLineId}'`,
        `lines[${index}][invoice_line_item]`,
      );
    }
    const unit =
      line.unitAmount ?? (found === undefined ? 0 : found.amount / (found.quantity ?? 1));
    const amount = line.amount ?? Math.round(unit * (line.quantity ?? 1));
    return {
      id: newId('cnli', '1', 24),
      object: 'credit_note_line_item',
      amount,
      description: line.description ?? found?.description ?? null,
      discount_amount: 0,
      discount_amounts: [],
      ...(found !== undefined && { invoice_line_item: found.id }),
      livemode: false,
      metadata: {},
      pretax_credit_amounts: [],
      quantity: line.quantity ?? null,
      tax_rates: [],
      taxes: [],
      type: line.type,
      unit_amount: line.quantity === undefined ? null : unit,
      unit_amount_decimal: line.quantity === undefined ? null : String(unit),
    };
  });
}

function linkedRefund(
  { account }: Scope,
  { refund: id, amount }: NewCreditNote['refunds'][number],
): { readonly refund: Refund; readonly amount: number } {
  const refund = account.tables.of(refundKind).referencedBy('refunds[0][refund]', id);
  return { refund, amount: amount ?? refund.amount };
}

function refundOf(scope: Scope, invoice: Invoice, amount: number): Refund {
  const { tables } = scope.account;
  const intentId = intentOf(paymentOf(tables, invoice.id));
  const intent = intentId === undefined ? undefined : tables.of(paymentIntentKind).find(intentId);
  if (invoice.amount_paid === 0 || !intent?.latest_charge) {
    throw invalidRequest(`The invoice ${invoice.id} has no payment that could be refunded.`);
  }
  const charge = tables.of(chargeKind).get(String(intent.latest_charge));
  return createRefund(scope, charge, { amount, metadata: {}, reason: null });
}

/** So much less is to be paid; where nothing is left, the invoice is paid. */
function lowerInvoice(
  scope: Scope,
  invoice: Invoice,
  prePayment: number,
  postPayment: number,
): void {
  const { tables } = scope.account;
  const due = invoice.amount_due - prePayment;
  const after = changeInvoice(
    scope,
    tables.of(invoiceKind).get(invoice.id),
    {
      amount_due: due,
      amount_remaining: invoice.amount_remaining - prePayment,
      pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + prePayment,
      post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + postPayment,
    },
    'invoice.updated',
  );
  if (prePayment === 0) return;
  if (due === 0) {
    cancelPayment(scope, after);
    markPaid(scope, after);
    return;
  }
  const payment = paymentOf(tables, invoice.id);
  const intentId = intentOf(payment);
  if (payment === undefined || intentId === undefined) return;
  tables.of(paymentIntentKind).update(intentId, { amount: due });
  tables.of(invoicePaymentKind).update(payment.id, { amount_requested: due });
}
