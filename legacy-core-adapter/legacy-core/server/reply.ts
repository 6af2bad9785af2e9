import { RESPONSE_CODES, type ResponseCode } from '../../telegram/codes.ts';
import type { Header, Version } from '../../telegram/header.ts';
import type { Values } from '../../telegram/layout.ts';
import { PAYOUT, QUOTE, QUOTE_V2, REFUSED, REHEARSAL, STATEMENT } from '../../telegram/messages/index.ts';
import type { PAYOUT as PAYOUT_BODY } from '../../telegram/messages/parts.ts';
import { encodeRecord } from '../../telegram/record.ts';
import type { AnswerHead, AnswerRow, QuoteRow, StatementRow } from '../rows.ts';

/** An answer: its part of the header, and the bytes of the body. */
export type Reply = { head: Pick<Header, 'RSP_CD' | 'MSG_ID' | 'BIZ_DT'>; body: Buffer };

/** A reply without a call of the database: a malformed request or a fault. */
export function rejected(code: ResponseCode, detail: string = RESPONSE_CODES[code]): Reply {
  return {
    head: { RSP_CD: code, MSG_ID: '', BIZ_DT: null },
    body: encodeRecord(REFUSED, {
      BS_DT: null,
      BS_SEQ: 0n,
      MSG_TX: detail.replaceAll(/[^\x20-\x7e]/g, '?').trim(),
    }),
  };
}

export function quoteReply(row: QuoteRow, version: Version): Reply {
  if (row.rsp_cd !== '0000') return refusedReply(row);
  const answer = {
    ACNO: row.acno,
    HLD_NM: row.hld_nm.trimEnd(),
    ...basisOf(row),
    ...accruedOf(row),
    PAY_FG: row.pay_fg,
    RSN_CD: row.rsn_cd,
    EXP_DT: iso(row.exp_dt),
    EXP_TM: '00:00:00.000',
  };
  if (version === 1) return { head: headOf(row), body: encodeRecord(QUOTE.answer, answer) };
  const ACRL_DAYS = BigInt(daysBetween(answer.FR_DT, answer.TO_DT));
  return { head: headOf(row), body: encodeRecord(QUOTE_V2.answer, { ...answer, ACRL_DAYS }) };
}

export function statementReply(row: StatementRow): Reply {
  if (row.rsp_cd !== '0000') return refusedReply(row);
  const body = encodeRecord(STATEMENT.answer, {
    ACNO: row.acno,
    MORE_FG: row.more_fg,
    NXT_SEQ: BigInt(row.nxt_seq),
    ENTRY: row.seq.map((seq, i) => ({
      TXN_SEQ: BigInt(seq),
      TXN_KD: row.kd[i] ?? '',
      TXN_DT: iso(row.dt[i] ?? ''),
      TXN_TM: timeOf(row.tm[i] ?? ''),
      VAL_DT: iso(row.vdt[i] ?? ''),
      AMT: BigInt(row.amt[i] ?? 0),
      BAL_AFT: BigInt(row.bal[i] ?? 0),
    })),
  });
  return { head: headOf(row), body };
}

const DAY_MS = 86_400_000;
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

export function payoutReply(row: AnswerRow): Reply {
  if (row.rsp_cd !== '0000') return refusedReply(row);
  const body = encodeRecord(PAYOUT.answer, {
    PAYO_ID: row.payo_id,
    PAID_DT: iso(row.paid_dt),
    PAID_TM: timeOf(row.paid_tm),
    REPL_FG: row.repl_fg,
    ...payoutOf(row),
  });
  return { head: headOf(row), body };
}

export function rehearsalReply(row: AnswerRow): Reply {
  if (row.rsp_cd !== '0000') return refusedReply(row);
  return { head: headOf(row), body: encodeRecord(REHEARSAL.answer, payoutOf(row)) };
}

function refusedReply(row: AnswerHead): Reply {
  const body = encodeRecord(REFUSED, {
    BS_DT: row.bs_dt === null ? null : iso(row.bs_dt),
    BS_SEQ: BigInt(row.bs_seq ?? 0),
    MSG_TX: row.msg_tx,
  });
  return { head: headOf(row), body };
}

function headOf(row: AnswerHead): Reply['head'] {
  return { RSP_CD: row.rsp_cd, MSG_ID: row.msg_id, BIZ_DT: iso(row.biz_dt) };
}

function payoutOf(row: AnswerRow): Values<typeof PAYOUT_BODY> {
  return {
    ACNO: row.acno,
    ...basisOf(row),
    ...accruedOf(row),
    BAL_AFT: BigInt(row.bal_aft),
    MEMO: row.memo ?? '',
    LINE: row.gl_cd.map((glCd, i) => ({
      GL_CD: glCd,
      DC_GB: row.gl_dc[i] ?? 'D',
      AMT: BigInt(row.gl_amt[i] ?? 0),
    })),
  };
}

function accruedOf(row: AnswerRow | QuoteRow) {
  return {
    FR_DT: iso(row.fr_dt),
    TO_DT: iso(row.to_dt),
    GRS: BigInt(row.grs),
    ITX: BigInt(row.itx),
    LTX: BigInt(row.ltx),
    FTX: BigInt(row.ftx),
    NET: BigInt(row.net),
    CUR_CD: 'KRW' as const,
  };
}

function basisOf(row: AnswerRow | QuoteRow) {
  return { BS_DT: iso(row.bs_dt ?? ''), BS_SEQ: BigInt(row.bs_seq ?? 0) };
}

/** YYYYMMDD in the form of a layout's value. */
export function iso(ymd: string): string {
  return `${ymd.slice(0, 4)}-${ymd.slice(4, 6)}-${ymd.slice(6, 8)}`;
}

/** HHMMSSmmm in the form of a layout's value. */
export function timeOf(hms: string): string {
  return `${hms.slice(0, 2)}:${hms.slice(2, 4)}:${hms.slice(4, 6)}.${hms.slice(6, 9)}`;
}
