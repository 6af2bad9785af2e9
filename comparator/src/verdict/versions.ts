import { createHash } from 'node:crypto';
import type { Answer } from '../engine/index.ts';
import type { Operation } from '../operation.ts';

/** By which a core tells its release with every answer. */
const VERSION_HEADER = 'core-version';
/** A release as people write them; anything else is not one, and must not be stored in clear. */
const RELEASE = /^[\w.+-]{1,64}$/;
const HEX_DIGITS = 12;
/** A state is one word or two; what is longer is not kept. */
const MAX_BASIS = 64;

/** The release of the core that answered; null: it told none. */
export function versionOf(answer: Answer): string | null {
  const told = answer.headers[VERSION_HEADER] ?? '';
  return RELEASE.test(told) ? told : null;
}

/** Changes with every change of what is compared in an operation, and with nothing else. */
export function rulesVersionOf({ comparison, headers }: Operation): string {
  const text = JSON.stringify([comparison, headers]);
  return createHash('sha256').update(text).digest('hex').slice(0, HEX_DIGITS);
}

/** The state an answer was computed from, as its operation names it; null: it names none, or the operations file broke. */
export function stateOf({ state }: Operation, answer: Answer): string | null {
  try {
    const told = state?.(answer) ?? null;
    return told === null || told.length > MAX_BASIS ? null : told;
  } catch {
    return null;
  }
}
