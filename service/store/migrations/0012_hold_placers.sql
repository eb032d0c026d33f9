-- backward-compatible: older versions place holds without saying who did
-- Who placed a hold: the sub of the token, and whether it had the scope accounts:write, as a host
-- application's has. Such a hold is ended with that scope alone, and so is one of before.
alter table holds
  add column placed_by text,
  add column placed_by_host boolean not null default true;
