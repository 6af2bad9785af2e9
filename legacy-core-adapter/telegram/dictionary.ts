import type { HEADER_V2 } from './header.ts';
import type { GroupField, Layout } from './layout.ts';
import type { MESSAGES, QUOTE_V2, REFUSED } from './messages/index.ts';

type NamesOf<L extends Layout> =
  | Extract<keyof L, string>
  | { [N in keyof L]: L[N] extends GroupField<infer R> ? Extract<keyof R, string> : never }[keyof L];
type MessageNames = {
  [C in keyof typeof MESSAGES]:
    | NamesOf<(typeof MESSAGES)[C]['request']>
    | NamesOf<(typeof MESSAGES)[C]['answer']>;
}[keyof typeof MESSAGES];
type FieldName =
  | NamesOf<typeof HEADER_V2>
  | NamesOf<typeof REFUSED>
  | NamesOf<typeof QUOTE_V2.answer>
  | MessageNames;

/** The bank's data dictionary: one meaning for each field name, wherever it stands. Complete by type. */
export const DICTIONARY = {
  ACNO: 'account number',
  ACRL_DAYS: 'days the interest is for',
  AMT: 'amount in won, sign in front',
  BAL_AFT: 'balance after it',
  BIZ_DT: 'business date of the core; zeros in requests',
  BS_DT: 'basis: business date; zeros where there may be none',
  BS_SEQ: 'basis: position in the account’s history',
  CHKEY: 'the channel’s own key of the request',
  CHNL_CD: 'channel code',
  CSNO: 'customer number; spaces: an operator',
  CUR_CD: 'currency',
  DC_GB: 'D debit, C credit',
  ENTRY: 'entries of the account',
  EXP_DT: 'valid until: date',
  EXP_TM: 'valid until: time',
  FR_DT: 'first day of the period',
  FTX: 'farm tax withheld',
  GL_CD: 'general-ledger account',
  GRS: 'gross interest',
  GUID: 'one id of this exchange through all systems',
  HDR_VR: 'version of the header',
  HLD_NM: 'name of the holder, cut to the width of the screen',
  ITX: 'income tax withheld',
  LINE: 'lines of the entry, in the order of the chart of accounts',
  LTX: 'local income tax withheld',
  MEMO: 'text for the passbook, with its length in bytes',
  MORE_FG: 'Y: there is another page',
  MSG_ID: 'id of the message text; answers only',
  MSG_TX: 'message for people',
  MSG_VR: 'version of the message behind the header',
  NET: 'net interest',
  NXT_SEQ: 'the page ends with, or begins after, this entry',
  ORG_GUID: 'inquiry: the GUID it asks for',
  PAID_DT: 'paid: date',
  PAID_TM: 'paid: time',
  PAYO_ID: 'id of the receipt',
  PAY_FG: 'Y: may be paid now',
  REPL_FG: 'Y: the receipt of an earlier request with this key',
  RQ_RS: 'Q request, R answer',
  RSN_CD: 'why it may not be paid; 0000: it may',
  RSP_CD: 'response code; 9999 in requests, 0000 done',
  SYS_DT: 'date of the core',
  SYS_TM: 'time of the core',
  TMO_MS: 'milliseconds the caller goes on listening',
  TOT_LEN: 'bytes of header and body',
  TO_DT: 'end of the period',
  TR_CD: 'transaction code',
  TR_TM: 'time of sending',
  TXN_DT: 'posted: date',
  TXN_KD: 'kind of entry',
  TXN_SEQ: 'position of the entry in the account’s history',
  TXN_TM: 'posted: time',
  VAL_DT: 'value date',
} as const satisfies Record<FieldName, string>;
