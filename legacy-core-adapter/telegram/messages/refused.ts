import { dateOrNone } from '../fields/date.ts';
import { num } from '../fields/num.ts';
import { text } from '../fields/text.ts';
import type { Layout } from '../layout.ts';

/**
 * Body of every answer whose response code is not 0000, for every message. BS_DT and BS_SEQ are the basis of the refusal; no
 * BS_DT if the core read no state. MSG_TX is for people.
 */
export const REFUSED = {
  BS_DT: dateOrNone(),
  BS_SEQ: num(19),
  MSG_TX: text(60, { cut: true }),
} as const satisfies Layout;
