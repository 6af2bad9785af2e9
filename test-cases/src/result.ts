import type { Answer } from './answer.ts';
import type { Case } from './row/row.ts';

/** The result of a row on its targets. */
export type Result = { one: Case } & (
  | { outcome: 'pass'; actual: Answer; paid: boolean }
  | { outcome: 'fail'; actual: unknown; problems: string[]; explanation: string | null }
  /** The target cannot hold the row. */
  | { outcome: 'skipped'; reason: string }
);

export type Counts = { passed: number; failed: number; skipped: number };

export function count(results: readonly Result[]): Counts {
  const of = (outcome: Result['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return { passed: of('pass'), failed: of('fail'), skipped: of('skipped') };
}
