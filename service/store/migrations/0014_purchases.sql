-- backward-compatible: columns with defaults, which older versions leave alone
-- What a checkout sells in words, by Stripe's price, and what its caller wants to have back; and whether
-- its reference is sold to its user once only.
alter table checkouts
  add column once     boolean not null default false,
  add column name     text,
  add column price_id text,
  add column metadata jsonb not null default '{}';
create index checkouts_of_reference on checkouts (user_id, reference) where reference is not null;
