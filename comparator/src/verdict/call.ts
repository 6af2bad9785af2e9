import type { Answer } from '../engine/index.ts';

/** The result of one call to one core. `ms`: from the first attempt to send until the last byte or the failure. */
export type Call =
  | {
      kind: 'answered';
      answer: Answer;
      rawHeaders: readonly string[];
      ms: number;
      /** Why a complete answer cannot be compared; null or left out: the answer can be compared. */
      uncompared?: Uncompared | null;
    }
  | {
      kind: 'failed';
      failure: CallFailure;
      wasSent: boolean;
      ms: number;
      /** The customer has already received the beginning of the answer. */
      hasBegun?: boolean;
    };

/** `too-large`: longer than the part of an answer that is kept. `encoding`: compressed with an unsupported method. */
export type Uncompared = 'too-large' | 'encoding';

/**
 * - `unreachable`: there was no connection, so the core never received the request.
 * - `timeout`: the deadline passed.
 * - `broken`: the connection ended before the end of the answer.
 * - `too-large`: the answer is longer than the limit.
 */
export type CallFailure = 'unreachable' | 'timeout' | 'broken' | 'too-large';
