import type { TrCode } from '../codes.ts';
import type { Message } from '../message.ts';
import { INQUIRY } from './inquiry.ts';
import { PAYOUT } from './payout.ts';
import { POLL } from './poll.ts';
import { QUOTE } from './quote.ts';
import { REHEARSAL } from './rehearsal.ts';

export { REFUSED } from './refused.ts';
export { INQUIRY, PAYOUT, POLL, QUOTE, REHEARSAL };

/** Every message of the line, by its transaction code. */
export const MESSAGES = {
  [QUOTE.trCd]: QUOTE,
  [PAYOUT.trCd]: PAYOUT,
  [REHEARSAL.trCd]: REHEARSAL,
  [INQUIRY.trCd]: INQUIRY,
  [POLL.trCd]: POLL,
} satisfies Record<TrCode, Message>;
