import type { Answer } from './answer.ts';
import type { Case } from './row/row.ts';

/** What became of a row on the targets that were asked. */
export type Result = { one: Case } & (
  | { outcome: 'pass'; actual: Answer; paid: boolean }
  | { outcome: 'fail'; actual: unknown; problems: string[]; explanation: string | null }
  /** The target cannot hold the row; why is said. */
  | { outcome: 'skipped'; reason: string }
);

export type Counts = { passed: number; failed: number; skipped: number };

export function count(results: readonly Result[]): Counts {
  const of = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return { passed: of('pass'), failed: of('fail'), skipped: of('skipped') };
}
