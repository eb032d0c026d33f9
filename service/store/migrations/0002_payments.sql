-- What Stripe has told us of each payment, so that what was granted for it can be reversed, in
-- whichever order refunds, disputes and the payment itself come in. Rows are changed only under the
-- advisory lock of their payment.
create table payments (
  payment_id            text primary key, -- pi_…, or ch_… of a charge without a payment intent
  user_id               text,
  amount_minor          bigint, -- what was paid; null until that is known
  currency              text,
  -- the highest total that an event of the charge named: covers refunds that were never told of
  charge_refunded_minor bigint not null default 0,
  created_at            timestamptz not null default now(),
  check ((amount_minor is null) = (currency is null))
);
create index payments_of_user on payments (user_id, created_at) where user_id is not null;

create table refunds (
  refund_id    text primary key,
  payment_id   text not null,
  amount_minor bigint not null,
  currency     text not null,
  status       text not null, -- moves forward only; see ledger/payments.ts
  updated_at   timestamptz not null default now()
);
create index refunds_of_payment on refunds (payment_id);

create table disputes (
  dispute_id        text primary key,
  payment_id        text not null,
  amount_minor      bigint not null,
  currency          text not null,
  status            text not null, -- moves forward only; see ledger/payments.ts
  -- how often funds have moved for it: 0 not yet, 1 withdrawn, 2 reinstated
  funds_movements   integer not null,
  updated_at        timestamptz not null default now()
);
create index disputes_of_payment on disputes (payment_id);

-- Which payment a transfer was made for, and which grant it reverses (or restores).
alter table transfers add column payment_id text;
alter table transfers add column reverses text references transfers (idempotency_key);
create index transfers_of_payment on transfers (payment_id) where payment_id is not null;

-- Events of payments that are not a user's are published too; each then has an order of its own.
alter table outbox alter column user_id drop not null;
