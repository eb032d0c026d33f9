-- Subscriptions as Stripe last described them, read from Stripe under the advisory lock of the id.
create table subscriptions (
  subscription_id      text primary key,
  customer_id          text not null,
  user_id              text,
  status               text not null,
  items                jsonb not null, -- [{priceId, lookupKey, quantity, currentPeriodEnd}]
  cancel_at_period_end boolean not null,
  paused               boolean not null,
  trial_end            timestamptz,
  current_period_end   timestamptz,
  ended_at             timestamptz,
  revision             integer not null, -- counts the changes that were told of, from 1
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
create index subscriptions_of_user on subscriptions (user_id) where user_id is not null;
create index subscriptions_of_customer on subscriptions (customer_id);

-- Invoices that were paid, so that each grants its credits once.
create table invoices (
  invoice_id      text primary key,
  subscription_id text,
  customer_id     text,
  user_id         text,
  payment_id      text,
  amount_minor    bigint not null,
  currency        text not null,
  created_at      timestamptz not null default now()
);
create index invoices_of_payment on invoices (payment_id) where payment_id is not null;
