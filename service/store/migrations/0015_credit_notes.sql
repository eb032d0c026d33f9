-- backward-compatible: a table and an index that older versions do not know
-- Stripe's credit notes, so that what they take back of what an invoice granted is known whichever of
-- the two is told of first. Rows are changed only under the advisory lock of their invoice.
create table credit_notes (
  credit_note_id    text primary key,
  invoice_id        text not null,
  status            text not null check (status in ('issued', 'void')), -- void is final
  amount_minor      bigint not null check (amount_minor >= 0),
  pre_payment_minor bigint not null check (pre_payment_minor >= 0), -- lowered what was to be paid
  currency          text not null,
  lines             jsonb not null, -- [{lineId, creditedMinor, ofMinor}]; lineId null: of all lines
  refunds           jsonb not null, -- [{refundId, paymentId, amountMinor}], which are part of it
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now()
);
create index credit_notes_of_invoice on credit_notes (invoice_id);

-- What stands reversed of grants that no payment caused, such as those of a free or balance-paid invoice.
create index transfers_reversing_unpaid on transfers (reverses)
  where payment_id is null and reverses is not null;
