-- What a checkout sells, beside top-ups.
alter table checkouts
  add column kind            text not null default 'topup'
    check (kind in ('topup', 'package', 'price', 'item')),
  add column mode            text not null default 'payment'
    check (mode in ('payment', 'subscription')),
  -- the package's or the item's reference, or the price as the caller named it
  add column reference       text,
  add column quantity        integer not null default 1 check (quantity > 0),
  -- credits that are granted when it is paid; those of a subscription come with its invoices
  add column credits         bigint check (credits > 0),
  add column subscription_id text,
  alter column amount_minor drop not null, -- null: only Stripe knows what is to be paid
  alter column currency drop not null;
alter table checkouts alter column kind drop default;
-- what is free is sold too, when its price in Stripe says so
alter table checkouts drop constraint checkouts_amount_minor_check;
alter table checkouts add constraint checkouts_amount_minor_check check (amount_minor >= 0);
alter table checkouts drop constraint checkouts_payment_status_check;
alter table checkouts add constraint checkouts_payment_status_check
  check (payment_status in ('unpaid', 'failed', 'paid'));
alter table checkouts drop constraint checkouts_check;
alter table checkouts add constraint paid_or_failed_when_complete
  check (payment_status = 'unpaid' or status = 'complete');

-- Answers to requests that carried an Idempotency-Key, so that a repeated request has one effect.
create table idempotency_keys (
  caller       text not null,
  key          text not null,
  request_hash text not null, -- of the method, the path and the body
  -- null while the first request is under way; it may be taken over when the lease has run out
  status_code  integer,
  body         json,
  leased_until timestamptz,
  created_at   timestamptz not null default now(),
  primary key (caller, key)
);
create index idempotency_keys_created on idempotency_keys (created_at);
