-- backward-compatible: tables that older versions do not know
-- What administrators give and correct by hand. Those above a limit wait for a second person; what is
-- posted stands in the ledger as the transfer `adjustment:<adjustment_id>`.
create table adjustments (
  adjustment_id uuid primary key,
  position      bigint generated always as identity, -- orders them
  user_id       text not null,
  kind          text not null check (kind in ('grant', 'correction')),
  unit          text not null,
  amount_minor  bigint not null check (amount_minor <> 0), -- below zero takes
  may_overdraw  boolean not null, -- whether it may leave the balance below zero
  reason        text not null,
  status        text not null check (status in ('pending', 'posted', 'declined')),
  requested_by  text not null, -- the sub of the administrator's token
  decided_by    text, -- of the second person, where one was needed
  created_at    timestamptz not null default now(),
  decided_at    timestamptz,
  check (decided_by is distinct from requested_by or status = 'declined'),
  check (status <> 'pending' or decided_by is null),
  check (kind = 'correction' or amount_minor > 0)
);
create index adjustments_of_user on adjustments (user_id, position);
create index adjustments_pending on adjustments (position) where status = 'pending';
create index adjustments_of_administrator on adjustments (requested_by, created_at);

-- Refunds that administrators asked for, written down before Stripe is, so that one that is repeated
-- is of the same amount. What became of each at Stripe stands in refunds.
create table refund_requests (
  refund_request_id uuid primary key,
  payment_id        text not null,
  amount_minor      bigint not null check (amount_minor > 0),
  currency          text not null,
  reason            text not null,
  requested_by      text not null,
  refund_id         text unique, -- re_…; null until Stripe has answered
  created_at        timestamptz not null default now()
);
create index refund_requests_of_payment on refund_requests (payment_id);
