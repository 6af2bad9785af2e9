import { TR_CODES } from '../codes.ts';
import { amount } from '../fields/amount.ts';
import { code, oneOf } from '../fields/code.ts';
import { date } from '../fields/date.ts';
import { num } from '../fields/num.ts';
import { text } from '../fields/text.ts';
import { time } from '../fields/time.ts';
import { group } from '../layout.ts';
import type { Message } from '../message.ts';
import { ACCOUNT } from './parts.ts';

/** Entries of one answer. Ten entries stay well below the longest telegram. */
const STATEMENT_LINES = 10;

/**
 * DPI1200, account statement: entries posted in [FR_DT, TO_DT], oldest first, after entry NXT_SEQ (0 is the start). If
 * there are more entries, MORE_FG is Y, and the request for the next page has the NXT_SEQ of this page.
 */
export const STATEMENT = {
  trCd: TR_CODES.statement,
  version: 1,
  about: 'entries of an account, page by page',
  request: { ...ACCOUNT, FR_DT: date(), TO_DT: date(), NXT_SEQ: num(19) },
  answer: {
    ACNO: text(12),
    MORE_FG: oneOf('Y', 'N'),
    NXT_SEQ: num(19),
    ENTRY: group(STATEMENT_LINES, {
      TXN_SEQ: num(19),
      TXN_KD: code(2),
      TXN_DT: date(),
      TXN_TM: time(),
      VAL_DT: date(),
      AMT: amount(),
      BAL_AFT: amount(),
    }),
  },
} as const satisfies Message;
