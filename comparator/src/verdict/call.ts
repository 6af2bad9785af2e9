import type { Answer } from '../engine/index.ts';

/** What came of one call to one core. `ms`: from the first attempt to send until the last byte or the failure. */
export type Call =
  | { kind: 'answered'; answer: Answer; rawHeaders: readonly string[]; ms: number }
  | { kind: 'failed'; failure: CallFailure; wasSent: boolean; ms: number };

/**
 * `unreachable`: no connection, so the core never saw the request · `timeout`: the deadline passed · `broken`: the
 * connection ended before the answer did · `too-large`: the answer is longer than the limit.
 */
export type CallFailure = 'unreachable' | 'timeout' | 'broken' | 'too-large';
