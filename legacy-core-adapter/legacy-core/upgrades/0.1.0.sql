-- Brings schema legacy of release 0.1.0 to the state of 001_books.sql: books that 0.1.0 did not have, and the way free for
-- the files behind it, which make code tables, types and functions anew. Rows of the books stay as they are.
create table legacy.step_log (
  guid    char(32) not null references legacy.guid_log,
  step_no smallint not null,
  step_nm varchar(8) not null,
  bgn_ts  timestamptz not null,
  end_ts  timestamptz,
  primary key (guid, step_no)
);

create table legacy.pasbk (
  acno    char(12) not null,
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  item_cd char(2) not null check (item_cd between '01' and '05'),
  sgn     char(1) not null check (sgn in ('+', '-')),
  amt     legacy.amt18 not null,
  primary key (acno, jrnl_no, ln_no)
);

create table legacy.aud_img (
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  fld_nm  varchar(12) not null,
  bf_val  text not null,
  af_val  text not null,
  primary key (jrnl_no, ln_no)
);

create table legacy.snd_q (
  jrnl_no bigint not null references legacy.jrnl,
  snd_no  smallint not null,
  snd_ty  char(1) not null check (snd_ty in ('A', 'S', 'P')),
  st_cd   char(2) not null default '01',
  primary key (jrnl_no, snd_no)
);

create table legacy.br_gl (
  biz_dt legacy.ymd not null, br_cd char(4) not null, gl_cd char(8) not null, dr_amt numeric not null, cr_amt numeric not null,
  primary key (biz_dt, br_cd, gl_cd)
);

create table legacy.dim_stat (
  pr_ty char(1) not null check (pr_ty in ('H', 'M')), pr_ky varchar(10) not null, dim_ty char(2) not null,
  dim_cd varchar(20) not null, cnt bigint not null, grs numeric not null, net numeric not null,
  primary key (pr_ty, pr_ky, dim_ty, dim_cd)
);

create table legacy.day_cls (
  biz_dt legacy.ymd primary key, cls_ts timestamptz not null, cnt bigint not null, grs numeric not null, net numeric not null,
  dr_amt numeric not null, cr_amt numeric not null, check (dr_amt = cr_amt)
);

drop table legacy.cd_map, legacy.elig_rl, legacy.tax_rt, legacy.gl_map, legacy.rsp_msg;

do $$
declare
  stale record;
begin
  for stale in
    select p.oid::regprocedure as signature from pg_proc p where p.pronamespace = 'legacy'::regnamespace
  loop
    execute format('drop function %s cascade', stale.signature);
  end loop;
  for stale in
    select t.oid::regtype as name
      from pg_type t join pg_class c on c.oid = t.typrelid
     where t.typnamespace = 'legacy'::regnamespace and c.relkind = 'c'
  loop
    execute format('drop type %s', stale.name);
  end loop;
end
$$;
