import { TR_CODES } from '../codes.ts';
import { date } from '../fields/date.ts';
import { time } from '../fields/time.ts';
import type { Message } from '../message.ts';

/** COM0000, poll: keeps a session open and proves that the core and its database answer. */
export const POLL = {
  trCd: TR_CODES.poll,
  version: 1,
  about: 'keeps a session open',
  request: {},
  answer: { SYS_DT: date(), SYS_TM: time() },
} as const satisfies Message;
