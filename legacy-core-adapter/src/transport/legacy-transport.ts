import type { Layout, Values } from '../../telegram/layout.ts';
import type { Message } from '../../telegram/message.ts';
import type { REFUSED } from '../../telegram/messages/index.ts';

/** A request to the legacy core: a message, its values, and the time that the caller waits. */
export type LegacyRequest<Q extends Layout, A extends Layout> = {
  message: Message<Q, A>;
  body: Values<Q>;
  guid: string;
  /** The GUID that an inquiry is about. */
  orgGuid?: string;
  withinMs: number;
};

/** The legacy core's answer: the body of the transaction if it was done, otherwise the response code and the body of the refusal. */
export type LegacyAnswer<A extends Layout = Layout> =
  | { done: true; rspCd: '0000'; body: Values<A> }
  | { done: false; rspCd: string; body: Values<typeof REFUSED> };

/** Result of sending a request. Only `not-sent` proves that the legacy core has not received the request. */
export type Exchange<T> =
  | { kind: 'answered'; answer: T }
  | { kind: 'not-sent'; why: string }
  | { kind: 'no-answer'; why: string };

/** Sends a request once. The port through which a flow reaches the legacy core. */
export type Send = <Q extends Layout, A extends Layout>(
  traceId: string,
  request: LegacyRequest<Q, A>,
) => Promise<Exchange<LegacyAnswer<A>>>;

/** One way to reach the legacy core: telegrams in held sessions, or HTTP by a mapping file. */
export type LegacyTransport = {
  send: Send;
  /** Whether the legacy core answered its last poll. */
  isReady(): boolean;
  counts(): Record<string, number>;
  stop(): Promise<void>;
};
