-- backward-compatible
-- What the nightly reconciliation looks for, found without reading whole tables.
create index checkouts_unsettled on checkouts (session_id)
  where status = 'open' or (status = 'complete' and payment_status = 'unpaid');
create index checkouts_paid on checkouts (created_at) where payment_status = 'paid';
create index invoices_created on invoices (created_at);
create index refunds_unsettled on refunds (refund_id)
  where status in ('pending', 'requires_action');
create index disputes_unsettled on disputes (dispute_id)
  where status not in ('won', 'lost', 'prevented', 'warning_closed');
create index subscriptions_unsettled on subscriptions (subscription_id)
  where status not in ('canceled', 'incomplete_expired');
