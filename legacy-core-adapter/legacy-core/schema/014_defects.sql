-- Known defects that are switched on, for tests and demos: each is a worse edition of one function. The right edition
-- is kept here while a defect has its place. Nobody but the schema's owner can switch one.
create table legacy.dfct (
  dfct_nm varchar(40) primary key,
  on_ts   timestamptz not null default clock_timestamp()
);
create table legacy.fn_src (
  fn_nm varchar(40) primary key,
  src   text not null
);
grant select on legacy.dfct to legacy_core, auditor;
