import { createHash } from 'node:crypto';
import type { Answer } from '../engine/index.ts';
import type { Operation } from '../operation.ts';

/** The header in which a core sends its release with every answer. */
const VERSION_HEADER = 'core-version';
/** The form of a release. Any other text could contain personal data, so it is not stored. */
const RELEASE = /^[\w.+-]{1,64}$/;
const HEX_DIGITS = 12;
/** A state is one word or two. Longer texts are not kept. */
const MAX_BASIS = 64;

/** The release of the core that answered; null: the answer names none. */
export function versionOf(answer: Answer): string | null {
  const text = answer.headers[VERSION_HEADER] ?? '';
  return RELEASE.test(text) ? text : null;
}

/** A version that changes exactly when the comparison of an operation changes. */
export function rulesVersionOf({ comparison, headers }: Operation): string {
  const text = JSON.stringify([comparison, headers]);
  return createHash('sha256').update(text).digest('hex').slice(0, HEX_DIGITS);
}

/** The state that an answer was computed from; null: the answer names none, or the operations file failed. */
export function stateOf({ state }: Operation, answer: Answer): string | null {
  try {
    const text = state?.(answer) ?? null;
    return text === null || text.length > MAX_BASIS ? null : text;
  } catch {
    return null;
  }
}
