import { LineGarbage, Malformed } from '../../telegram/codec-errors.ts';

const NAMES = [
  'connected',
  'closed',
  'sent',
  'answered',
  'noAnswer',
  'notSent',
  'circuitOpened',
  /** Answers after their caller had left, and answers that came a second time. Both are ignored. */
  'late',
  'duplicate',
  /** Reasons to close a session. */
  'garbage',
  'tooLong',
  'wrongCharset',
  'silent',
] as const;
export type CountName = (typeof NAMES)[number];

/** Counts of a transport since the start of the process. */
export class TransportCounts {
  readonly #counts = new Map<CountName, number>(NAMES.map((name) => [name, 0]));

  add(name: CountName): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  all(): Record<CountName, number> {
    return Object.fromEntries(this.#counts) as Record<CountName, number>;
  }
}

/** The count of a bad answer. */
export function countOf(fault: unknown): CountName {
  if (fault instanceof LineGarbage && fault.isTooLong) return 'tooLong';
  return fault instanceof Malformed && fault.isCharset ? 'wrongCharset' : 'garbage';
}
