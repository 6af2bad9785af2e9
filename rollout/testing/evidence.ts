import { type Evidence, type Stratum, VERDICTS, type VerdictCounts } from '../src/gate/evidence.ts';
import type { Histogram } from '../src/gate/quantile-bounds.ts';

export const NO_VERDICTS = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as VerdictCounts;

type Counts = Partial<VerdictCounts>;

/** Evidence of one hour of stage shadow, either as one total or per stratum. */
export function evidenceOf(
  strata: Counts | [Stratum | null, Counts][],
  more: Partial<Evidence> = {},
): Evidence {
  const entries: [Stratum | null, Counts][] = Array.isArray(strata) ? strata : [[null, strata]];
  return {
    stage: 'shadow',
    from: '2026-01-02T00:00:00Z',
    to: '2026-01-02T01:00:00Z',
    strata: entries.map(([key, counts]) => ({ key, verdicts: { ...NO_VERDICTS, ...counts } })),
    ...more,
  };
}

export function timesOf(histogram: Histogram): { n: number; histogram: [number, number][] } {
  return {
    n: histogram.reduce((sum, [, count]) => sum + count, 0),
    histogram: histogram.map(([ms, count]) => [ms, count]),
  };
}
