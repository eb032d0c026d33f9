import type Stripe from 'stripe';
import { idOf } from '../handlers/handling';
import type { CreditNoteRead } from '../handlers/stripe-read';
import { readWholeInvoice } from './invoice-reading';

/** More lines than any credit note has; the reading of one is to end. */
const linesMax = 10_000;

/**
 * A credit note with all of its lines, the refunds that are part of it, and its invoice.
 * https://docs.stripe.com/api/credit_notes/object
 */
export async function readCreditNote(
  stripe: Stripe,
  id: string,
  options: Stripe.RequestOptions,
): Promise<CreditNoteRead> {
  const { creditNotes } = stripe;
  const note = await creditNotes.retrieve(id, { expand: ['refunds.refund'] }, options);
  const data = note.lines.has_more
    ? await creditNotes
        .listLineItems(id, { limit: 100 }, options)
        .autoPagingToArray({ limit: linesMax })
    : note.lines.data;
  const invoice = await readWholeInvoice(stripe, idOf(note.invoice) ?? '', options);
  return { ...note, lines: { ...note.lines, data, has_more: false }, invoice };
}
