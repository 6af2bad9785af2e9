-- Books of the legacy core. Its own style: short names, coded fields, dates as YYYYMMDD, times as HHMMSSmmm,
-- unsigned amounts of at most 18 digits beside a sign or a debit/credit mark.
create domain legacy.ymd as char(8) check (value ~ '^[0-9]{8}$');
create domain legacy.hms as char(9) check (value ~ '^[0-9]{9}$');
create domain legacy.amt18 as numeric(18) check (value >= 0);
create sequence legacy.jrnl_sq;

-- Each request that moves money, by its GUID, with its answer: the base of the inquiry.
-- st_cd 01 received, 02 answered, 09 closed by an inquiry before it arrived (it will never be executed).
create table legacy.guid_log (
  guid    char(32) primary key,
  st_cd   char(2) not null check (st_cd in ('01', '02', '09')),
  rq_ts   timestamptz not null,
  tr_cd   char(7) not null,
  acno    char(12) not null,
  csno    char(10) not null,
  chkey   varchar(64),
  rsp_cd  char(4),
  rsn_all text,
  payo_id uuid,
  repl_fg char(1) not null default 'N' check (repl_fg in ('Y', 'N')),
  bs_dt   legacy.ymd,
  bs_seq  numeric(19),
  check ((st_cd = '02') = (rsp_cd is not null))
);

-- Journal: one head for each executed transaction, one line for each general-ledger code it moves.
create table legacy.jrnl (
  jrnl_no bigint primary key,
  biz_dt  legacy.ymd not null,
  guid    char(32) not null unique references legacy.guid_log,
  tr_cd   char(7) not null,
  acno    char(12) not null,
  core_sq bigint not null,
  jrnl_ts timestamptz not null
);
create table legacy.jrnl_dtl (
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  gl_cd   char(8) not null,
  dc_gb   char(1) not null check (dc_gb in ('D', 'C')),
  amt     legacy.amt18 not null,
  primary key (jrnl_no, ln_no)
);

create table legacy.acnt_hst (
  acno    char(12) not null,
  jrnl_no bigint not null references legacy.jrnl,
  biz_dt  legacy.ymd not null,
  sgn     char(1) not null check (sgn in ('+', '-')),
  amt     legacy.amt18 not null,
  bal_aft legacy.amt18 not null,
  primary key (acno, jrnl_no)
);

create table legacy.payo_hst (
  payo_id uuid primary key,
  acno    char(12) not null,
  biz_dt  legacy.ymd not null,
  jrnl_no bigint not null references legacy.jrnl,
  grs     legacy.amt18 not null,
  net     legacy.amt18 not null,
  unique (acno, biz_dt)
);

create table legacy.acrl_hst (
  payo_id uuid primary key references legacy.payo_hst,
  fr_dt   legacy.ymd not null,
  to_dt   legacy.ymd not null,
  days    integer not null,
  dc_bs   text not null,
  num_sum numeric not null
);

create table legacy.chnl_key (
  csno    char(10) not null,
  chkey   varchar(64) not null,
  payo_id uuid not null references legacy.payo_hst,
  primary key (csno, chkey)
);

-- Tax bookkeeping is done inside the payout. Each payout has the line 01, be it zero, and a line for each other tax taken.
create table legacy.tax_line (
  payo_id uuid not null references legacy.payo_hst,
  tax_ty  char(2) not null check (tax_ty in ('01', '02', '03')),
  tax_cd  char(2) not null,
  rl_vr   varchar(20) not null,
  bas_amt legacy.amt18 not null,
  tax_amt legacy.amt18 not null,
  rmt_ym  char(6) not null,
  primary key (payo_id, tax_ty)
);

-- Running totals, one row locked by every payout that falls into it.
create table legacy.dly_tot (biz_dt legacy.ymd primary key, cnt bigint not null, grs numeric not null, net numeric not null);
create table legacy.br_tot (
  biz_dt legacy.ymd not null, br_cd char(4) not null, cnt bigint not null, net numeric not null, primary key (biz_dt, br_cd)
);
create table legacy.prd_tot (
  biz_dt legacy.ymd not null, prd_cd text not null, cnt bigint not null, grs numeric not null, primary key (biz_dt, prd_cd)
);
create table legacy.gl_tot (
  biz_dt legacy.ymd not null, gl_cd char(8) not null, dr_amt numeric not null, cr_amt numeric not null,
  primary key (biz_dt, gl_cd)
);
create table legacy.tax_tot (
  rmt_ym char(6) not null, tax_ty char(2) not null, cnt bigint not null, amt numeric not null, primary key (rmt_ym, tax_ty)
);
create table legacy.cust_ytd (
  csno char(10) not null, yyyy char(4) not null, cnt bigint not null, grs numeric not null, tax numeric not null,
  primary key (csno, yyyy)
);
