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

/** The bank's data dictionary: each field name has one meaning in all layouts. The type makes it complete. */
export const DICTIONARY = {
  ACNO: 'account number',
  ACRL_DAYS: 'days the interest is for',
  AMT: 'amount in won, sign in front',
  BAL_AFT: 'balance after the entry',
  BIZ_DT: 'business date of the core; zeros in requests',
  BS_DT: 'business date of the basis; zeros for no basis',
  BS_SEQ: 'position of the basis in the account’s history',
  CHKEY: 'idempotency key of the request',
  CHNL_CD: 'channel code',
  CSNO: 'customer number; spaces for an operator',
  CUR_CD: 'currency',
  DC_GB: 'D debit, C credit',
  ENTRY: 'entries of the account',
  EXP_DT: 'date of the end of validity',
  EXP_TM: 'time of the end of validity',
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
  MORE_FG: 'Y if there is another page',
  MSG_ID: 'id of the message text; answers only',
  MSG_TX: 'message for people',
  MSG_VR: 'version of the message after the header',
  NET: 'net interest',
  NXT_SEQ: 'last entry of this page; a request begins after this entry',
  ORG_GUID: 'GUID that an inquiry is about',
  PAID_DT: 'date of the payment',
  PAID_TM: 'time of the payment',
  PAYO_ID: 'id of the receipt',
  PAY_FG: 'Y if the account may be paid now',
  REPL_FG: 'Y for the receipt of an earlier request with this key',
  RQ_RS: 'Q request, R answer',
  RSN_CD: 'reason why the account may not be paid; 0000 if it may',
  RSP_CD: 'response code; 9999 in requests, 0000 done',
  SYS_DT: 'date of the core',
  SYS_TM: 'time of the core',
  TMO_MS: 'milliseconds that the caller still waits',
  TOT_LEN: 'bytes of header and body',
  TO_DT: 'end of the period',
  TR_CD: 'transaction code',
  TR_TM: 'time of sending',
  TXN_DT: 'date of the posting',
  TXN_KD: 'kind of entry',
  TXN_SEQ: 'position of the entry in the account’s history',
  TXN_TM: 'time of the posting',
  VAL_DT: 'value date',
} as const satisfies Record<FieldName, string>;
