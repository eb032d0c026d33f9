-- Amounts that are reserved for something that will be captured or released. The reservation itself
-- is a transfer from the user to the account `holds`; a row is changed only under its lock.
create table holds (
  hold_id        uuid primary key,
  position       bigint generated always as identity, -- orders the holds of a user
  user_id        text not null,
  unit           text not null,
  amount_minor   bigint not null check (amount_minor > 0),
  captured_minor bigint not null default 0,
  description    text not null, -- the caller's reason
  status         text not null default 'held'
    check (status in ('held', 'captured', 'released', 'expired')),
  expires_at     timestamptz not null,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  check (captured_minor between 0 and amount_minor),
  check ((status = 'captured') = (captured_minor > 0))
);
create index holds_of_user on holds (user_id, position);
create index holds_to_expire on holds (expires_at) where status = 'held';

-- Why a user's balance was spent or held, in the words of whoever asked for it.
alter table transfers add column description text;
