import type { CreditedLine, CreditNote, CreditNoteRefund } from '../ledger/credit-notes';
import type { Grant } from '../ledger/payments';
import type { Transfer } from '../ledger/transfers';
import { withReversals } from './payments';
import type { Queryable } from './queryable';
import { isStorable, toJson } from './texts';

interface CreditNoteRow {
  credit_note_id: string;
  invoice_id: string;
  status: CreditNote['status'];
  amount_minor: bigint;
  pre_payment_minor: bigint;
  currency: string;
  /** As JSON, in which amounts are decimal strings: a JSON number would be rounded. */
  lines: readonly {
    readonly lineId: string | null;
    readonly creditedMinor: string;
    readonly ofMinor: string;
  }[];
  refunds: readonly {
    readonly refundId: string;
    readonly paymentId: string | null;
    readonly amountMinor: string;
  }[];
}

/** A credit note with the payments of its invoice, as far as they are booked. */
export interface CreditNoteOfPayments {
  readonly creditNote: CreditNote;
  readonly paymentIds: readonly string[];
}

const columns = `credit_note_id, invoice_id, status, amount_minor, pre_payment_minor, currency,
  lines, refunds`;

/** The credit notes of these invoices, and of those that these payments paid. */
export async function readCreditNotes(
  client: Queryable,
  { invoiceIds, paymentIds }: Readonly<Record<'invoiceIds' | 'paymentIds', readonly string[]>>,
): Promise<CreditNoteOfPayments[]> {
  if (invoiceIds.length + paymentIds.length === 0) return [];
  const { rows } = await client.query<CreditNoteRow & { payment_ids: string[] }>(
    `with paid as (
       select payment_id, split_part(idempotency_key, ':', 2) as invoice_id from transfers
        where payment_id = any($2::text[]) and reverses is null
          and starts_with(idempotency_key, 'invoice:')
       union
       select payment_id, invoice_id from invoices where payment_id = any($2::text[])
     )
     select ${columns}, array(select payment_id from paid p where p.invoice_id = c.invoice_id)
              as payment_ids
       from credit_notes c
      where invoice_id = any($1::text[]) or invoice_id in (select invoice_id from paid)
      order by credit_note_id`,
    [invoiceIds, paymentIds],
  );
  return rows.map((row) => ({ creditNote: fromRow(row), paymentIds: row.payment_ids }));
}

/** These credit notes by their ids; one that is unknown has no entry. */
export async function readCreditNotesById(
  client: Queryable,
  creditNoteIds: readonly string[],
): Promise<ReadonlyMap<string, CreditNote>> {
  if (creditNoteIds.length === 0) return new Map();
  const { rows } = await client.query<CreditNoteRow>(
    `select ${columns} from credit_notes where credit_note_id = any($1::text[])`,
    [creditNoteIds],
  );
  return new Map(rows.map((row) => [row.credit_note_id, fromRow(row)]));
}

/** The handlers let a credit note move forward only; what they decided replaces the row. */
export async function recordCreditNotes(
  client: Queryable,
  creditNotes: readonly CreditNote[],
): Promise<void> {
  if (creditNotes.length === 0) return;
  await client.query(
    `insert into credit_notes (${columns})
     select n."creditNoteId", n."invoiceId", n.status, n."amountMinor", n."prePaymentMinor",
            n.currency, n.lines, n.refunds
       from json_to_recordset($1) as n("creditNoteId" text, "invoiceId" text, status text,
         "amountMinor" bigint, "prePaymentMinor" bigint, currency text, lines jsonb, refunds jsonb)
     on conflict (credit_note_id) do update
       set status = excluded.status, refunds = excluded.refunds, updated_at = now()`,
    [toJson(creditNotes)],
  );
}

/** The transfers of these keys that no payment caused, each with what stands reversed of it. */
export async function readUnpaidGrants(
  client: Queryable,
  transferKeys: readonly string[],
): Promise<Grant[]> {
  const keys = transferKeys.filter(isStorable);
  if (keys.length === 0) return [];
  const { rows } = await client.query<{
    idempotency_key: string;
    debit_account: Transfer['debitAccount'];
    credit_account: Transfer['creditAccount'];
    unit: string;
    amount_minor: bigint;
    reason: Transfer['reason'];
    reversed_minor: bigint;
    corrections: number;
  }>(
    `select t.idempotency_key, t.debit_account, t.credit_account, t.unit, t.amount_minor, t.reason,
            coalesce(c.reversed_minor, 0)::bigint as reversed_minor, c.corrections
       from transfers t ${withReversals('x.payment_id is null')}
      where t.idempotency_key = any($1::text[]) and t.payment_id is null
      order by t.transfer_id`,
    [keys],
  );
  return rows.map((row) => ({
    transfer: {
      idempotencyKey: row.idempotency_key,
      debitAccount: row.debit_account,
      creditAccount: row.credit_account,
      unit: row.unit,
      amountMinor: row.amount_minor,
      reason: row.reason,
      paymentId: null,
      reverses: null,
    },
    reversedMinor: row.reversed_minor,
    corrections: row.corrections,
  }));
}

function fromRow(row: CreditNoteRow): CreditNote {
  return {
    creditNoteId: row.credit_note_id,
    invoiceId: row.invoice_id,
    status: row.status,
    amountMinor: row.amount_minor,
    prePaymentMinor: row.pre_payment_minor,
    currency: row.currency,
    lines: row.lines.map(
      ({ lineId, creditedMinor, ofMinor }): CreditedLine => ({
        lineId,
        creditedMinor: BigInt(creditedMinor),
        ofMinor: BigInt(ofMinor),
      }),
    ),
    refunds: row.refunds.map(
      ({ refundId, paymentId, amountMinor }): CreditNoteRefund => ({
        refundId,
        paymentId,
        amountMinor: BigInt(amountMinor),
      }),
    ),
  };
}
