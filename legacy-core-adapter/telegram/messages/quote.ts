import { TR_CODES } from '../codes.ts';
import { code, oneOf } from '../fields/code.ts';
import { date } from '../fields/date.ts';
import { text } from '../fields/text.ts';
import { time } from '../fields/time.ts';
import type { Message } from '../message.ts';
import { ACCOUNT, ACCRUED, BASIS, BASIS_REQUESTED } from './parts.ts';

/** DPI1100, quote. A quote of a refused account has response code 0000 as well, with PAY_FG N and the reason in RSN_CD. */
export const QUOTE = {
  trCd: TR_CODES.quote,
  version: 1,
  about: 'interest as of now or as of a basis',
  request: { ...ACCOUNT, ...BASIS_REQUESTED },
  answer: {
    ACNO: text(12),
    /** The teller's screen is 20 Korean characters wide. */
    HLD_NM: text(40, { cut: true }),
    ...BASIS,
    ...ACCRUED,
    PAY_FG: oneOf('Y', 'N'),
    /** 0000 when PAY_FG is Y. */
    RSN_CD: code(4),
    EXP_DT: date(),
    EXP_TM: time(),
  },
} as const satisfies Message;
