import type { Header, PAYOUT, QUOTE, Values } from '@core-exit/legacy-core-adapter/bench';

/** Telegrams of the bank: a payout and a quote of a resident with fifty million won. */
const ACCOUNT_NO = '100200000001';

export const HEAD: Header = {
  GUID: '20261120180312345IPA0123456789AB',
  CHNL_CD: 'IPA',
  TR_CD: 'DPI2100',
  RQ_RS: 'Q',
  BIZ_DT: null,
  TR_TM: '18:03:12.345',
  TMO_MS: 3_000n,
  RSP_CD: '9999',
  MSG_ID: '',
  ORG_GUID: '',
};

const accrued = {
  BS_DT: '2026-11-20',
  BS_SEQ: 4n,
  FR_DT: '2026-11-19',
  TO_DT: '2026-11-20',
  GRS: 2_739n,
  ITX: 380n,
  LTX: 30n,
  FTX: 0n,
  NET: 2_329n,
  CUR_CD: 'KRW' as const,
};

export const PAYOUT_REQUEST: Values<typeof PAYOUT.request> = {
  ACNO: ACCOUNT_NO,
  CSNO: 'C000000001',
  CHKEY: 'key-0000000000000001',
  MEMO: '이자 똠펲',
};
export const PAYOUT_ANSWER: Values<typeof PAYOUT.answer> = {
  PAYO_ID: '5d18810d-6866-4cf8-a246-35db76f0377d',
  PAID_DT: '2026-11-20',
  PAID_TM: '18:03:12.345',
  REPL_FG: 'N',
  ACNO: ACCOUNT_NO,
  ...accrued,
  BAL_AFT: 50_002_329n,
  MEMO: '이자 똠펲',
  LINE: [
    { GL_CD: '51110100', DC_GB: 'D', AMT: 2_739n },
    { GL_CD: '21110100', DC_GB: 'C', AMT: 2_329n },
    { GL_CD: '25310100', DC_GB: 'C', AMT: 380n },
    { GL_CD: '25310200', DC_GB: 'C', AMT: 30n },
  ],
};
export const QUOTE_ANSWER: Values<typeof QUOTE.answer> = {
  ACNO: ACCOUNT_NO,
  HLD_NM: '홍길동',
  ...accrued,
  PAY_FG: 'Y',
  RSN_CD: '0000',
  EXP_DT: '2026-11-21',
  EXP_TM: '00:00:00.000',
};
