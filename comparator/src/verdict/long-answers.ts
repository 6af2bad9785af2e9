import type { Call } from './call.ts';
import type { Shadow } from './settle.ts';

/**
 * Longer answers are compared in a thread of their own and are not kept as documents: to compare two answers of four
 * megabytes takes more than a second, and to mask and write one takes longer than to compare it.
 */
export const LONG_BYTES = 64 * 1024;

/** Whether one of two compared answers is long. */
export function isLong({ primary, shadow }: { primary: Call; shadow: Shadow }): boolean {
  const calls = shadow.kind === 'called' ? [primary, shadow.call] : [];
  return calls.some((call) => call.kind === 'answered' && call.answer.body.length > LONG_BYTES);
}
