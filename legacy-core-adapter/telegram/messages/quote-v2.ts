import { num } from '../fields/num.ts';
import { text } from '../fields/text.ts';
import type { Message } from '../message.ts';
import { QUOTE } from './quote.ts';

/**
 * DPI1100, second version: names of 30 Korean characters, and how many days the interest is for. It says all that the
 * first says, so a reader of the first reads it, too.
 */
export const QUOTE_V2 = {
  ...QUOTE,
  version: 2,
  answer: { ...QUOTE.answer, HLD_NM: text(60, { cut: true }), ACRL_DAYS: num(5) },
} as const satisfies Message;
