import type { Stratum } from './evidence.ts';
import type { Judgement } from './judgement.ts';

/** A judgement as text: the decision, its reasons, and the bounds. */
export function judgementText({ decision, reasons, bounds }: Judgement): string {
  const why = reasons.map(({ code, stratum, detail }) => `  ${code} ${nameOf(stratum)}: ${detail}`);
  const figures = bounds.map(
    ({ stratum, n, k, upper, required }) =>
      `  ${nameOf(stratum)}: ${n} of ${required} comparisons, ${k} differ, true rate at most ${upper.toPrecision(3)}`,
  );
  return [decision, ...why, 'evidence:', ...figures].join('\n');
}

export function nameOf(stratum: Stratum | null): string {
  if (stratum === null) return 'all together';
  return Object.values(stratum).map(String).join('/') || '(no key)';
}
