/**
 * Rows of the stored functions. Numbers stay text as the driver returns them, because a float loses digits of a number of 18
 * digits. Dates are YYYYMMDD, times HHMMSSmmm.
 */
export type AnswerHead = {
  rsp_cd: string;
  msg_id: string;
  msg_tx: string;
  biz_dt: string;
  bs_dt: string | null;
  bs_seq: string | null;
};

type Accrued = {
  acno: string;
  fr_dt: string;
  to_dt: string;
  grs: string;
  itx: string;
  ltx: string;
  ftx: string;
  net: string;
};

/** legacy.ty_qt; the fields after the head are null unless rsp_cd is 0000. */
export type QuoteRow = AnswerHead &
  Accrued & { hld_nm: string; pay_fg: 'Y' | 'N'; rsn_cd: string; exp_dt: string };

/** legacy.ty_ans; the fields after the head are null unless rsp_cd is 0000. The fields of the receipt are null in a rehearsal. */
export type AnswerRow = AnswerHead &
  Accrued & {
    payo_id: string;
    paid_dt: string;
    paid_tm: string;
    repl_fg: 'Y' | 'N';
    bal_aft: string;
    memo: string | null;
    gl_cd: string[];
    gl_dc: ('D' | 'C')[];
    gl_amt: string[];
  };

export type ClockRow = { biz_dt: string; sys_tm: string };

/** legacy.ty_stm: one page of entries, each column an array in their order. */
export type StatementRow = AnswerHead & {
  acno: string;
  more_fg: 'Y' | 'N';
  nxt_seq: string;
  seq: string[];
  kd: string[];
  dt: string[];
  tm: string[];
  vdt: string[];
  amt: string[];
  bal: string[];
};
