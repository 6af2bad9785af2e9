import { TR_CODES } from '../codes.ts';
import { oneOf } from '../fields/code.ts';
import { date } from '../fields/date.ts';
import { text } from '../fields/text.ts';
import { time } from '../fields/time.ts';
import type { Message } from '../message.ts';
import { ACCOUNT, MEMO, PAYOUT as PAYOUT_BODY } from './parts.ts';

/** DPI2100, interest payout. CHKEY is the idempotency key. The same key with the same request gets the first receipt (REPL_FG Y). */
export const PAYOUT = {
  trCd: TR_CODES.payout,
  version: 1,
  about: 'interest payout',
  request: { ...ACCOUNT, CHKEY: text(64), MEMO },
  answer: { PAYO_ID: text(36), PAID_DT: date(), PAID_TM: time(), REPL_FG: oneOf('Y', 'N'), ...PAYOUT_BODY },
} as const satisfies Message;
