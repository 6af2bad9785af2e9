-- Books of the legacy core. Its own style: short names, coded fields, dates as YYYYMMDD, times as HHMMSSmmm,
-- unsigned amounts of at most 18 digits beside a sign or a debit/credit mark.
-- A payout writes all twenty of the tables below, eighty rows in eighty statements (008, 009), beside what it writes on
-- the shared ledger: fixed forms are filled in whole, with zeros where there is nothing.
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

-- What a payout is doing, step by step: begun and ended.
create table legacy.step_log (
  guid    char(32) not null references legacy.guid_log,
  step_no smallint not null,
  step_nm varchar(8) not null,
  bgn_ts  timestamptz not null,
  end_ts  timestamptz,
  primary key (guid, step_no)
);

-- Journal: one head for each executed transaction, one line for each general-ledger code of the chart.
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

-- The passbook: what the customer sees of a payout, item by item (01 gross, 02 income tax, 03 local tax, 04 farm tax, 05 net).
create table legacy.pasbk (
  acno    char(12) not null,
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  item_cd char(2) not null check (item_cd between '01' and '05'),
  sgn     char(1) not null check (sgn in ('+', '-')),
  amt     legacy.amt18 not null,
  primary key (acno, jrnl_no, ln_no)
);

-- Before and after of what a payout changes, field by field, for who audits.
create table legacy.aud_img (
  jrnl_no bigint not null references legacy.jrnl,
  ln_no   smallint not null,
  fld_nm  varchar(12) not null,
  bf_val  text not null,
  af_val  text not null,
  primary key (jrnl_no, ln_no)
);

-- What is to be told to whom: A app, S text message, P passbook printer.
create table legacy.snd_q (
  jrnl_no bigint not null references legacy.jrnl,
  snd_no  smallint not null,
  snd_ty  char(1) not null check (snd_ty in ('A', 'S', 'P')),
  st_cd   char(2) not null default '01',
  primary key (jrnl_no, snd_no)
);

-- Tax bookkeeping is done inside the payout. Each payout has a line for each tax type, be it zero.
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
create table legacy.br_gl (
  biz_dt legacy.ymd not null, br_cd char(4) not null, gl_cd char(8) not null, dr_amt numeric not null, cr_amt numeric not null,
  primary key (biz_dt, br_cd, gl_cd)
);
-- Statistics by hour (H) and month (M) along six dimensions: AM amount, BR branch, DC day count, PR product,
-- TR transaction, TX tax class.
create table legacy.dim_stat (
  pr_ty char(1) not null check (pr_ty in ('H', 'M')), pr_ky varchar(10) not null, dim_ty char(2) not null,
  dim_cd varchar(20) not null, cnt bigint not null, grs numeric not null, net numeric not null,
  primary key (pr_ty, pr_ky, dim_ty, dim_cd)
);
-- Days whose books are closed.
create table legacy.day_cls (
  biz_dt legacy.ymd primary key, cls_ts timestamptz not null, cnt bigint not null, grs numeric not null, net numeric not null,
  dr_amt numeric not null, cr_amt numeric not null, check (dr_amt = cr_amt)
);
