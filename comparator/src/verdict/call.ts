import type { Answer } from '../engine/index.ts';

/** What came of one call to one core. `ms`: from the first attempt to send until the last byte or the failure. */
export type Call =
  | {
      kind: 'answered';
      answer: Answer;
      rawHeaders: readonly string[];
      ms: number;
      /** Why the answer cannot be compared though it came whole; null: it can. Left out: it can. */
      uncompared?: Uncompared | null;
    }
  | {
      kind: 'failed';
      failure: CallFailure;
      wasSent: boolean;
      ms: number;
      /** The customer has its beginning. */
      hasBegun?: boolean;
    };

/** `too-large`: longer than what is held of an answer · `encoding`: compressed in a way nobody here can read. */
export type Uncompared = 'too-large' | 'encoding';

/**
 * `unreachable`: no connection, so the core never saw the request · `timeout`: the deadline passed · `broken`: the
 * connection ended before the answer did · `too-large`: the answer is longer than the limit.
 */
export type CallFailure = 'unreachable' | 'timeout' | 'broken' | 'too-large';
