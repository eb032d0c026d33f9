-- By which way an event came in first, and how far the reconciliations have got.
alter table stripe_events add column received_by text not null default 'webhook'
  check (received_by in ('webhook', 'queue', 'reconciliation'));
create index stripe_events_type on stripe_events (event_type, received_at);
create index stripe_events_failed on stripe_events (received_at) where status = 'failed';
create index stripe_events_to_prune on stripe_events (processed_at) where payload is not null;
create index outbox_published on outbox (published_at) where published_at is not null;

create table reconciliations (
  name          text primary key,
  reached_at    timestamptz not null, -- everything that Stripe created before it has been looked at
  last_run_at   timestamptz not null default now(),
  last_result   jsonb
);
