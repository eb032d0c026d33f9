-- backward-compatible: an index alone
-- Finds the users who have messages waiting, and the oldest message of each, one after the other,
-- without reading the rest of what waits.
create index outbox_order on outbox ((coalesce(user_id, message_key)), position)
  where published_at is null and set_aside_at is null;
