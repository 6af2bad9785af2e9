import { amount } from '../fields/amount.ts';
import { code, oneOf } from '../fields/code.ts';
import { date, dateOrNone } from '../fields/date.ts';
import { num } from '../fields/num.ts';
import { sizedText } from '../fields/sized-text.ts';
import { text } from '../fields/text.ts';
import { group, type Layout } from '../layout.ts';

/** The account and its customer. CSNO is empty if an operator sends the request. */
export const ACCOUNT = { ACNO: text(12), CSNO: text(10) } as const satisfies Layout;

/** The basis of the answer. No BS_DT is the present state. 19 digits hold every sequence number of the contract. */
export const BASIS_REQUESTED = { BS_DT: dateOrNone(), BS_SEQ: num(19) } as const satisfies Layout;

export const BASIS = { BS_DT: date(), BS_SEQ: num(19) } as const satisfies Layout;

/** Half-open period and its interest: gross = income tax + local tax + farm tax + net. */
export const ACCRUED = {
  FR_DT: date(),
  TO_DT: date(),
  GRS: amount(),
  ITX: amount(),
  LTX: amount(),
  FTX: amount(),
  NET: amount(),
  CUR_CD: oneOf('KRW'),
} as const satisfies Layout;

/** Ten characters of two bytes. */
export const MEMO = sizedText(20);

/** A payout or rehearsal: balance afterwards, passbook text, and lines in the order of the chart of accounts. */
export const PAYOUT = {
  ACNO: text(12),
  ...BASIS,
  ...ACCRUED,
  BAL_AFT: amount(),
  MEMO,
  LINE: group(5, { GL_CD: code(8), DC_GB: oneOf('D', 'C'), AMT: amount() }),
} as const satisfies Layout;
