-- backward-compatible: a table that older versions do not know
-- What Stripe has of ours that is not paid yet and that no other table knows of: invoices, and sessions
-- which something else made and we credit. Each is looked at every night until it is settled.
create table awaited_objects (
  kind       text not null check (kind in ('checkout.session', 'invoice')),
  object_id  text not null,
  created_at timestamptz not null default now(),
  primary key (kind, object_id)
);
