-- Amounts that are reserved for something that will be captured or released. The reservation itself
-- is a transfer from the user to the account `holds`.
create table holds (
  hold_id        uuid primary key,
  user_id        text not null,
  unit           text not null,
  amount_minor   bigint not null check (amount_minor > 0),
  captured_minor bigint not null default 0,
  reason         text not null,
  status         text not null default 'held'
    check (status in ('held', 'captured', 'released', 'expired')),
  expires_at     timestamptz not null,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  check (captured_minor between 0 and amount_minor)
);
create index holds_of_user on holds (user_id, created_at);
create index holds_to_expire on holds (expires_at) where status = 'held';
