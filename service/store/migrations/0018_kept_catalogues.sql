-- backward-compatible: a table that older versions do not know
-- The last good catalogue of each address outside of the image that one was sold from, for tasks that start
-- while what is stored there is bad. A row for each address that a deployment has ever named; it stays.
create table kept_catalogues (
  address text primary key, -- CATALOGUE_ARN
  version text not null,
  content text not null,
  read_at timestamptz not null -- when its reading began: what was read before never takes its place
);
