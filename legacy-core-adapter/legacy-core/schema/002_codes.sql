-- Code tables of the legacy core: data, not code.

-- Words of the shared core ledger in the legacy core's own codes.
-- knd A account status, C customer status, H hold, K kind of entry, T tax class.
create table legacy.cd_map (
  knd   char(1) not null,
  core_wd text not null,
  cd    char(2) not null,
  primary key (knd, core_wd)
);
insert into legacy.cd_map (knd, core_wd, cd) values
  ('A', 'active', '01'), ('A', 'limited', '02'), ('A', 'suspended', '03'), ('A', 'dormant', '04'), ('A', 'closed', '09'),
  ('C', 'active', '01'), ('C', 'deceased', '02'), ('C', 'identity-theft', '03'), ('C', 'hacking-victim', '04'),
  ('H', 'payment-stop', '01'), ('H', 'seizure', '02'), ('H', 'pledge', '03'),
  ('H', 'deposit-stop', '04'), ('H', 'withdrawal-stop', '05'),
  ('K', 'OPENING', '01'), ('K', 'DEPOSIT', '02'), ('K', 'WITHDRAWAL', '03'), ('K', 'INTEREST', '04'),
  ('K', 'CORRECTION', '05'), ('K', 'REVERSAL', '06'),
  ('T', 'resident', '01'), ('T', 'exempt', '02'), ('T', 'preferential', '03'), ('T', 'cooperative', '04'),
  ('T', 'non-resident', '05'), ('T', 'unconfirmed', '06'), ('T', 'corporation', '07'), ('T', 'unknown', '99');

-- Which state refuses a payout on demand, in order of precedence. sw_cd: the product may allow it all the same
-- (W pays under withdrawal stop, C corporations allowed).
create table legacy.elig_rl (
  prcd_no smallint primary key,
  knd     char(1) not null,
  cd      char(2) not null,
  rsn_cd  char(4) not null,
  sw_cd   char(1) not null default '-' check (sw_cd in ('-', 'W', 'C')),
  unique (knd, cd)
);
insert into legacy.elig_rl (prcd_no, knd, cd, rsn_cd, sw_cd) values
  (10, 'A', '09', 'E101', '-'),
  (20, 'C', '03', 'E102', '-'),
  (21, 'C', '04', 'E102', '-'),
  (30, 'C', '02', 'E103', '-'),
  (40, 'H', '01', 'E104', '-'),
  (50, 'H', '02', 'E105', '-'),
  (60, 'H', '03', 'E106', '-'),
  (70, 'A', '04', 'E107', '-'),
  (80, 'A', '03', 'E108', '-'),
  (90, 'H', '04', 'E109', '-'),
  (100, 'H', '05', 'E110', 'W'),
  (110, 'T', '07', 'E111', 'C'),
  (120, 'T', '99', 'E112', '-');

-- Withholding rates by tax class and pay date. itx on the gross interest, ltx on the cut income tax, ftx on the
-- gross interest; itx_min: an income tax below it is not taken; trt_yn: a treaty rate on file takes the place of itx_rt.
-- Sources: 소득세법 129조, 156조; 법인세법 73조; 지방세법 103조의13, 103조의29; 조세특례제한법 88조의2, 89조의3.
create table legacy.tax_rt (
  tax_cd  char(2) not null,
  eff_dt  legacy.ymd not null,
  itx_rt  numeric(6, 4) not null,
  ltx_rt  numeric(6, 4) not null,
  ftx_rt  numeric(6, 4) not null,
  itx_min numeric(18) not null default 0,
  trt_yn  char(1) not null default 'N' check (trt_yn in ('Y', 'N')),
  rl_vr   varchar(20) not null,
  primary key (tax_cd, eff_dt)
);
insert into legacy.tax_rt (tax_cd, eff_dt, itx_rt, ltx_rt, ftx_rt, itx_min, trt_yn, rl_vr) values
  ('01', '00010101', 0.14, 0.10, 0,     0,    'N', 'LT01-1'),
  ('02', '00010101', 0,    0,    0,     0,    'N', 'LT02-1'),
  ('03', '00010101', 0.09, 0,    0.005, 0,    'N', 'LT03-1'),
  ('04', '00010101', 0,    0,    0.014, 0,    'N', 'LT04-1'),
  ('04', '20260101', 0.05, 0,    0.009, 0,    'N', 'LT04-2'),
  ('04', '20270101', 0.09, 0,    0.005, 0,    'N', 'LT04-3'),
  ('05', '00010101', 0.20, 0.10, 0,     0,    'Y', 'LT05-1'),
  ('06', '00010101', 0.45, 0.10, 0,     0,    'N', 'LT06-1'),
  ('07', '00010101', 0.14, 0.10, 0,     1000, 'N', 'LT07-1'),
  ('99', '00010101', 0,    0,    0,     0,    'N', 'LT99-1');

-- Chart of accounts: the lines of an interest payout in their fixed order.
create table legacy.gl_map (
  ord     smallint primary key,
  gl_cd   char(8) not null unique,
  core_gl text not null unique,
  dc_gb   char(1) not null check (dc_gb in ('D', 'C'))
);
insert into legacy.gl_map (ord, gl_cd, core_gl, dc_gb) values
  (1, '51110100', 'INTEREST_EXPENSE', 'D'),
  (2, '21110100', 'CUSTOMER_DEPOSIT', 'C'),
  (3, '25310100', 'WITHHELD_INCOME_TAX', 'C'),
  (4, '25310200', 'WITHHELD_LOCAL_TAX', 'C'),
  (5, '25310300', 'WITHHELD_FARM_TAX', 'C');

-- What a teller's screen shows for a response code.
create table legacy.rsp_msg (rsp_cd char(4) primary key, msg_id char(8) not null, msg_tx varchar(30) not null);
insert into legacy.rsp_msg (rsp_cd, msg_id, msg_tx) values
  ('0000', 'DPI00000', '정상 처리되었습니다'),
  ('E101', 'DPI00101', '해지된 계좌입니다'),
  ('E102', 'DPI00102', '명의도용/해킹 피해 고객입니다'),
  ('E103', 'DPI00103', '사망 고객입니다'),
  ('E104', 'DPI00104', '지급정지 계좌입니다'),
  ('E105', 'DPI00105', '압류/가압류 계좌입니다'),
  ('E106', 'DPI00106', '질권설정 계좌입니다'),
  ('E107', 'DPI00107', '휴면 계좌입니다'),
  ('E108', 'DPI00108', '거래중지 계좌입니다'),
  ('E109', 'DPI00109', '입금정지 계좌입니다'),
  ('E110', 'DPI00110', '출금정지 계좌입니다'),
  ('E111', 'DPI00111', '법인은 거래할 수 없습니다'),
  ('E112', 'DPI00112', '과세구분을 확인하십시오'),
  ('E201', 'DPI00201', '금일 이자를 이미 지급하였습니다'),
  ('E202', 'DPI00202', '지급할 이자가 없습니다'),
  ('E301', 'DPI00301', '다른 요청에 쓰인 채널키입니다'),
  ('E304', 'DPI00304', '이미 접수된 GUID 입니다'),
  ('E305', 'DPI00305', '조회로 마감된 GUID 입니다'),
  ('E401', 'DPI00401', '계좌가 존재하지 않습니다'),
  ('E402', 'DPI00402', '기준 시점이 존재하지 않습니다'),
  ('E403', 'DPI00403', '조회 기간을 확인하십시오'),
  ('E601', 'DPI00601', '처리되지 않은 거래, 마감함'),
  ('E602', 'DPI00602', '처리 중인 거래입니다');
