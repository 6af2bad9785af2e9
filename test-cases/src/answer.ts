import { exact, within } from './row/exact.ts';
import type { Case } from './row/row.ts';

/** What a target says to a row: any of the fields that `expect` can name. */
export type Answer = Record<string, string | number | Refusal | null>;
type Refusal = { code: string; reason?: string };

/** Names of `expect` that the answer does not meet. Only what is named is checked. */
export function unmet({ row }: Pick<Case, 'row'>, answer: Answer): string[] {
  const { tolerance, ...expect } = row.expect as Record<string, unknown>;
  return Object.keys(expect).filter((name) => !meets(expect[name], answer[name], tolerance));
}

function meets(expected: unknown, actual: Answer[string] | undefined, tolerance: unknown): boolean {
  if (expected === null || actual === null || actual === undefined) return expected === actual;
  if (typeof expected === 'object') {
    return Object.entries(expected).every(
      ([name, text]) => (actual as Record<string, unknown>)[name] === text,
    );
  }
  if (typeof actual === 'object') return false;
  return within(exact(String(expected)), exact(String(actual)), exact(String(tolerance ?? 0)));
}
