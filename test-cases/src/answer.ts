import { exact, within } from './row/exact.ts';
import type { Case } from './row/row.ts';

/** A target's answer to a row: any of the fields of `expect`. */
export type Answer = Record<string, string | number | Refusal | null>;
type Refusal = { code: string; reason?: string };

type Expected = string | number | { code: string; reason?: string } | null;

/** Fields of `expect` that the answer does not meet. Fields that `expect` does not name are not checked. */
export function unmet({ row }: Pick<Case, 'row'>, answer: Answer): string[] {
  const { tolerance = 0, ...expect }: Record<string, Expected> & { tolerance?: string | number } = {
    ...row.expect,
  };
  return Object.entries(expect).flatMap(([name, expected]) =>
    meets(expected, answer[name], String(tolerance)) ? [] : [name],
  );
}

function meets(expected: Expected, actual: Answer[string] | undefined, tolerance: string): boolean {
  if (expected === null || actual === null || actual === undefined) return expected === actual;
  if (typeof expected === 'object' || typeof actual === 'object') {
    if (typeof expected !== 'object' || typeof actual !== 'object') return false;
    return (
      expected.code === actual.code && (expected.reason === undefined || expected.reason === actual.reason)
    );
  }
  return within(exact(String(expected)), exact(String(actual)), exact(tolerance));
}
