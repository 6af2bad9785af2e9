import { Malformed } from '../../telegram/faults.ts';
import { LineGarbage } from '../../telegram/frame.ts';

const NAMES = [
  'connected',
  'closed',
  'sent',
  'answered',
  'noAnswer',
  'notSent',
  'circuitOpened',
  /** Answers that came after their caller had gone, and answers that came again: passed over. */
  'late',
  'duplicate',
  /** What closes a session. */
  'garbage',
  'tooLong',
  'wrongCharset',
  'silent',
] as const;
export type CountName = (typeof NAMES)[number];

/** What happened on the line since the process began. */
export class LineCounts {
  readonly #counts = new Map<CountName, number>(NAMES.map((name) => [name, 0]));

  add(name: CountName): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  all(): Record<CountName, number> {
    return Object.fromEntries(this.#counts) as Record<CountName, number>;
  }
}

/** Under which name a bad message is counted. */
export function countOf(fault: unknown): CountName {
  if (fault instanceof LineGarbage && fault.isTooLong) return 'tooLong';
  return fault instanceof Malformed && fault.isCharset ? 'wrongCharset' : 'garbage';
}
