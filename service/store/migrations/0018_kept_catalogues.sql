-- backward-compatible: a table that older versions do not know
-- The last two good catalogues of each address outside of the image that one was sold from, for tasks that
-- start while what is stored there is bad. Two, because the last may be one that a version which is rolled
-- back to cannot sell.
create table kept_catalogues (
  address text not null, -- CATALOGUE_ARN
  version text not null,
  content_hash text not null, -- SHA-256 in hex, so that a task asks whether it is kept without sending it
  content text not null,
  read_at timestamptz not null, -- when the last reading of it began, by the clock of the database
  primary key (address, version, content_hash)
);
