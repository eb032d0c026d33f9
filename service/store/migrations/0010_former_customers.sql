-- backward-compatible: a table that older versions do not know
-- Stripe customers that were deleted and replaced: what is still told of them is about their user.
create table former_customers (
  customer_id text primary key,
  user_id     text not null,
  replaced_at timestamptz not null default now()
);
