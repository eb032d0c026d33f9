-- Which webhook secrets have verified deliveries, so that it can be told when the previous one may
-- be dropped. A fingerprint says nothing of its secret.
create table webhook_secret_uses (
  fingerprint       text primary key,
  first_verified_at timestamptz not null default now(),
  last_verified_at  timestamptz not null default now()
);
