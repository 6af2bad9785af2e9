import type { TrCode } from '../codes.ts';
import type { Version } from '../header.ts';
import type { Layout } from '../layout.ts';
import type { Message } from '../message.ts';
import { INQUIRY } from './inquiry.ts';
import { PAYOUT } from './payout.ts';
import { POLL } from './poll.ts';
import { QUOTE } from './quote.ts';
import { QUOTE_V2 } from './quote-v2.ts';
import { REHEARSAL } from './rehearsal.ts';
import { STATEMENT } from './statement.ts';

export { REFUSED } from './refused.ts';
export { INQUIRY, PAYOUT, POLL, QUOTE, QUOTE_V2, REHEARSAL, STATEMENT };

/** The first version of every message, by transaction code. */
export const MESSAGES = {
  [QUOTE.trCd]: QUOTE,
  [STATEMENT.trCd]: STATEMENT,
  [PAYOUT.trCd]: PAYOUT,
  [REHEARSAL.trCd]: REHEARSAL,
  [INQUIRY.trCd]: INQUIRY,
  [POLL.trCd]: POLL,
} as const satisfies Record<TrCode, Message>;

/** A later version has the same request and at least the same answer, so that a caller of the first version can use it. */
function laterThan<Q extends Layout, A extends Layout, Wider extends A>(
  _first: Message<Q, A>,
  later: Message<Q, Wider>,
): Message<Q, Wider> {
  return later;
}
const LATER: readonly Message[] = [laterThan(QUOTE, QUOTE_V2)];

/** Every version of every message. */
export const ALL_MESSAGES: readonly Message[] = [...Object.values(MESSAGES), ...LATER];

/** The newest version of a message within a generation of layouts. */
export function newestOf<Q extends Layout, A extends Layout>(
  message: Message<Q, A>,
  layouts: Version,
): Message<Q, A> {
  const found = ALL_MESSAGES.findLast(({ trCd, version }) => trCd === message.trCd && version <= layouts);
  return (found ?? message) as Message<Q, A>; // laterThan only allows more fields in the answer
}

/** A version of a message, or null when there is none. */
export function messageOf(trCd: string, version: Version): Message | null {
  return ALL_MESSAGES.find((message) => message.trCd === trCd && message.version === version) ?? null;
}
