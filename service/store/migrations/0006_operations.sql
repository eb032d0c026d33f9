-- By which way an event came in first, and how far the reconciliations have got.
alter table stripe_events add column received_by text not null default 'webhook'
  check (received_by in ('webhook', 'queue', 'reconciliation'));
create index stripe_events_type on stripe_events (event_type, received_at);
create index stripe_events_failed on stripe_events (received_at) where status = 'failed';
create index stripe_events_to_prune on stripe_events (processed_at) where payload is not null;
create index outbox_published on outbox (published_at) where published_at is not null;

create index outbox_set_aside on outbox (position) where set_aside_at is not null;

create table reconciliations (
  name         text primary key check (name in ('events', 'objects')),
  reached_at   timestamptz not null, -- everything that Stripe created before it has been looked at
  next_run_at  timestamptz not null,
  -- The run that is under way, on one task; it may be taken over when the lease has run out.
  leased_by    uuid,
  leased_until timestamptz,
  check ((leased_by is null) = (leased_until is null))
);

-- What each run found; kept 30 days.
create table reconciliation_runs (
  run_id      uuid primary key,
  name        text not null,
  started_by  text not null, -- the sub of an administrator's token, or `schedule`
  since       timestamptz not null,
  until       timestamptz not null,
  status      text not null default 'running'
    check (status in ('running', 'finished', 'failed', 'interrupted')),
  looked_at   integer not null default 0,
  repaired    integer not null default 0,
  differences integer not null default 0,
  findings    jsonb not null default '[]', -- the first 100, ids only
  error       text,
  started_at  timestamptz not null default now(),
  finished_at timestamptz
);
create index reconciliation_runs_started on reconciliation_runs (started_at);
