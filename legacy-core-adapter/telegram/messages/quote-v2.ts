import { num } from '../fields/num.ts';
import { text } from '../fields/text.ts';
import type { Message } from '../message.ts';
import { QUOTE } from './quote.ts';

/**
 * DPI1100, second version: names of 30 Korean characters, and the number of days of the interest. The second version has all
 * fields of the first version, so a reader of the first version can read it.
 */
export const QUOTE_V2 = {
  ...QUOTE,
  version: 2,
  answer: { ...QUOTE.answer, HLD_NM: text(60, { cut: true }), ACRL_DAYS: num(5) },
} as const satisfies Message;
