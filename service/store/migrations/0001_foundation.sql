-- The inbox: every event that was accepted, once.
create table stripe_events (
  event_id        text primary key,
  event_type      text not null,
  api_version     text,
  livemode        boolean,
  created_at      timestamptz, -- by Stripe's clock, to the second: never used to order
  received_at     timestamptz not null default now(),
  processed_at    timestamptz,
  -- processed: handled · ignored: recorded, of a type without a handler · pending: to be handled by
  -- the inbox loop · failed: given up, needs a person
  status          text not null check (status in ('processed', 'ignored', 'pending', 'failed')),
  attempts        integer not null default 0,
  next_attempt_at timestamptz,
  last_error      text,
  -- json and not jsonb, which refuses texts with a NUL in them
  payload         json,
  check ((status in ('processed', 'ignored')) = (processed_at is not null)),
  check ((status = 'pending') = (next_attempt_at is not null))
);
create index stripe_events_pending on stripe_events (next_attempt_at) where status = 'pending';
create index stripe_events_received on stripe_events (received_at);

-- One Stripe customer per user, and the way back.
create table customers (
  user_id     text primary key,
  customer_id text not null unique,
  created_at  timestamptz not null default now()
);

-- What was to be sold, written down before Stripe is asked, so that no paid session is ever unknown.
create table checkouts (
  checkout_id       uuid primary key,
  session_id        text unique,
  user_id           text not null,
  customer_id       text not null,
  amount_minor      bigint not null check (amount_minor > 0),
  currency          text not null,
  status            text not null default 'open' check (status in ('open', 'complete', 'expired')),
  payment_status    text not null default 'unpaid' check (payment_status in ('unpaid', 'paid')),
  payment_intent_id text,
  url               text,
  expires_at        timestamptz,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  check (payment_status = 'unpaid' or status = 'complete')
);
create index checkouts_of_user on checkouts (user_id, created_at);
create index checkouts_of_payment on checkouts (payment_intent_id) where payment_intent_id is not null;

-- The ledger. Rows are inserted and never touched again; a correction is a further row.
create table transfers (
  transfer_id     bigint generated always as identity primary key,
  idempotency_key text not null unique,
  debit_account   text not null,
  credit_account  text not null,
  unit            text not null,
  amount_minor    bigint not null check (amount_minor > 0),
  reason          text not null,
  created_at      timestamptz not null default now(),
  check (debit_account <> credit_account)
);
create index transfers_of_debit_account on transfers (debit_account, transfer_id);
create index transfers_of_credit_account on transfers (credit_account, transfer_id);

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'transfers are immutable: post a correcting transfer instead of % on %',
    tg_op, tg_table_name;
end $$;
create trigger transfers_are_immutable before update or delete on transfers
  for each row execute function refuse_ledger_change();
create trigger transfers_are_kept before truncate on transfers
  for each statement execute function refuse_ledger_change();

-- What each user has, kept by the statement that posts the transfers. System accounts have no row
-- here, so that no row is hot for everybody.
create table balances (
  account      text not null check (account like 'user:%'),
  unit         text not null,
  amount_minor bigint not null,
  primary key (account, unit)
);

-- What is to be published, committed together with what it tells of.
create table outbox (
  position        bigint generated always as identity primary key,
  message_id      uuid not null default gen_random_uuid(),
  message_key     text not null unique,
  type            text not null,
  user_id         text not null,
  data            jsonb not null,
  created_at      timestamptz not null default now(),
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error      text,
  published_at    timestamptz,
  set_aside_at    timestamptz -- could not be published and was given up, loudly
);
create index outbox_unpublished on outbox (position)
  where published_at is null and set_aside_at is null;
