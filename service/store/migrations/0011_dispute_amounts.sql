-- backward-compatible: nullable columns of disputes, which older versions leave alone
-- What Stripe's balance transactions of a dispute moved, beside how many there are of them. Null in
-- rows of earlier versions, which are read by their count, as they were booked.
alter table disputes
  add column withdrawn_minor  bigint check (withdrawn_minor >= 0),
  add column reinstated_minor bigint check (reinstated_minor >= 0),
  add column moved_currency   text, -- that of the settlement, not always the dispute's own
  -- How many movements the amounts count. A version that knows no amounts may still write
  -- funds_movements while a deployment is under way: the amounts then are not those of the row.
  add column moved_count      integer;
