import { recordEvent } from '../events/events';
import { listRoute, pageOf, pageShape } from '../http/listing';
import { type Call, type Resource, route } from '../http/routing';
import {
  createCreditNote,
  creditNoteKind,
  creditNoteLinesKind,
  voidCreditNote,
} from '../models/billing/credit-notes';
import { invoiceKind } from '../models/billing/invoices';
import { missingParameter } from '../parameters/errors';
import { changedMetadata, metadata } from '../parameters/metadata';
import {
  givenMembers,
  integer,
  list,
  nested,
  oneOf,
  required,
  text,
  unsettable,
} from '../parameters/params';
import type { CreditNote } from '../state/stored';

const amount = () => integer({ min: 0 });

const createShape = {
  amount: integer({ min: 1 }),
  credit_amount: amount(),
  email_type: oneOf('credit_note', 'none'),
  invoice: required(text()),
  lines: list(
    nested({
      amount: amount(),
      description: text(),
      invoice_line_item: text(),
      quantity: integer({ min: 1 }),
      type: required(oneOf('custom_line_item', 'invoice_line_item')),
      unit_amount: amount(),
    }),
  ),
  memo: text(),
  metadata: metadata(),
  out_of_band_amount: amount(),
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  refund_amount: amount(),
  refunds: list(
    nested({
      amount_refunded: integer({ min: 1 }),
      refund: required(text()),
      type: oneOf('refund'),
    }),
  ),
};

function create(call: Call<typeof createShape>): CreditNote {
  const { account, params } = call;
  if (params.amount === undefined && params.lines === undefined) throw missingParameter('amount');
  return createCreditNote(call, {
    invoice: account.tables.of(invoiceKind).referencedBy('invoice', params.invoice),
    amount: params.amount,
    lines: params.lines?.map((line) => ({
      type: line.type,
      invoiceLineId: line.invoice_line_item,
      amount: line.amount,
      quantity: line.quantity,
      unitAmount: line.unit_amount,
      description: line.description,
    })),
    creditAmount: params.credit_amount ?? 0,
    outOfBandAmount: params.out_of_band_amount ?? 0,
    refundAmount: params.refund_amount ?? 0,
    refunds: (params.refunds ?? []).map((each) => ({
      refund: each.refund,
      amount: each.amount_refunded,
    })),
    memo: params.memo ?? null,
    reason: params.reason ?? null,
    metadata: changedMetadata({}, params.metadata),
  });
}

const named = (call: Pick<Call<Record<never, never>>, 'account' | 'pathIds'>): CreditNote =>
  call.account.tables.of(creditNoteKind).get(call.pathIds('id'));

/** https://docs.stripe.com/api/credit_notes */
export const creditNotes: Resource = {
  kind: creditNoteKind,
  routes: [
    route('POST', '/v1/credit_notes', createShape, create),
    route('GET', '/v1/credit_notes/:id', {}, named),
    route(
      'POST',
      '/v1/credit_notes/:id',
      { memo: unsettable(text()), metadata: metadata() },
      (call) => {
        const before = named(call);
        const { metadata: change, ...members } = call.params;
        const after = call.account.tables.of(creditNoteKind).update(before.id, {
          ...givenMembers(members),
          metadata: changedMetadata(before.metadata ?? {}, change),
        });
        recordEvent(call, 'credit_note.updated', after, before);
        return after;
      },
    ),
    route('POST', '/v1/credit_notes/:id/void', {}, (call) => voidCreditNote(call, named(call))),

    route('GET', '/v1/credit_notes/:id/lines', pageShape, (call) => {
      const { lines } = call.account.tables.of(creditNoteLinesKind).get(named(call).id);
      return pageOf(lines, call.params, { url: call.path, noun: 'credit_note_line_item' });
    }),

    listRoute(
      '/v1/credit_notes',
      creditNoteKind,
      { customer: text(), invoice: text() },
      (filter) => (note) =>
        (filter.customer === undefined || note.customer === filter.customer) &&
        (filter.invoice === undefined || note.invoice === filter.invoice),
    ),
  ],
};
