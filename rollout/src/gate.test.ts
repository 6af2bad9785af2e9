import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Evidence, VERDICTS, type VerdictCounts } from './evidence.ts';
import { evaluate } from './gate.ts';

const GATE = { minComparisons: 100, maxLossRate: 0.01 };
const NOTHING = Object.fromEntries(VERDICTS.map((v) => [v, 0])) as VerdictCounts;

function evidence(counts: Partial<VerdictCounts>, more: Partial<Evidence> = {}): Evidence {
  const none = { n: 0, histogram: [] };
  return {
    stage: 'shadow',
    from: '2026-01-02T00:00:00Z',
    to: '2026-01-02T01:00:00Z',
    strata: [{ key: null, verdicts: { ...NOTHING, ...counts } }],
    latency: { legacy: none, new: none },
    ...more,
  };
}

test('enough comparisons and none differs: PASS', () => {
  const judgement = evaluate(GATE, evidence({ match: 90, explained: 10, unsampled: 5_000 }));
  expect(judgement).toEqual({
    decision: 'PASS',
    reasons: [],
    bounds: [{ stratum: null, n: 100, k: 0, upper: null, required: 100 }],
  });
});

test('one comparison short: UNKNOWN', () => {
  const judgement = evaluate(GATE, evidence({ match: 99 }));
  expect(judgement.decision).toBe('UNKNOWN');
  expect(judgement.reasons).toMatchObject([{ code: 'TOO_FEW', detail: '99 comparisons, 100 needed' }]);
});

test('one mismatch among a million: FAIL', () => {
  expect(evaluate(GATE, evidence({ match: 1_000_000, mismatch: 1 })).decision).toBe('FAIL');
});

test.each([
  ['customers without an answer', { primary_error: 1 }, 'ERRORS'],
  ['both cores failing', { both_failed: 1 }, 'ERRORS'],
  ['races', { raced: 6 }, 'RACED'],
])('%s beyond the bound: UNKNOWN, however many comparisons agree', (_what, counts, code) => {
  const judgement = evaluate(GATE, evidence({ match: 500, ...counts }));
  expect(judgement.decision).toBe('UNKNOWN');
  expect(judgement.reasons).toMatchObject([{ code }]);
});

test('a plan may allow more errors and races than the defaults', () => {
  const lenient = { ...GATE, maxErrorRate: 0.1, maxRacedRate: 0.1 };
  expect(evaluate(lenient, evidence({ match: 500, primary_error: 10, raced: 10 })).decision).toBe('PASS');
});

test('a dead new core does not look like a perfect one', () => {
  const judgement = evaluate(GATE, evidence({ match: 100, shadow_error: 500, shadow_timeout: 500 }));
  expect(judgement).toMatchObject({ decision: 'UNKNOWN', reasons: [{ code: 'LOSS' }] });
});

test('loss up to the bound is borne, one more is not', () => {
  expect(evaluate(GATE, evidence({ match: 198, dropped: 2 })).decision).toBe('PASS');
  expect(evaluate(GATE, evidence({ match: 198, dropped: 3 })).decision).toBe('UNKNOWN');
});

test('raced comparisons and failed primaries prove nothing', () => {
  expect(evaluate(GATE, evidence({ raced: 1_000, primary_error: 1_000 })).decision).toBe('UNKNOWN');
});

test('evidence without the entry of all strata: UNKNOWN', () => {
  const judgement = evaluate(GATE, evidence({}, { strata: [] }));
  expect(judgement).toMatchObject({ decision: 'UNKNOWN', reasons: [{ code: 'NO_COMPARISONS' }] });
});

test('evidence that is not whole never passes but can fail', () => {
  const partial = { complete: false };
  expect(evaluate(GATE, evidence({ match: 500 }, partial))).toMatchObject({
    reasons: [{ code: 'INCOMPLETE' }],
  });
  expect(evaluate(GATE, evidence({ match: 500, mismatch: 1 }, partial)).decision).toBe('FAIL');
});

test('law: a mismatch never passes, and PASS needs the minimum', () => {
  const counts = fc.record(
    Object.fromEntries(VERDICTS.map((v) => [v, fc.nat(400)])) as Record<string, fc.Arbitrary<number>>,
  ) as fc.Arbitrary<VerdictCounts>;
  fc.assert(
    fc.property(counts, (c) => {
      const { decision, reasons } = evaluate(GATE, evidence(c));
      if (c.mismatch > 0) expect(decision).toBe('FAIL');
      if (decision === 'PASS') expect(c.match + c.explained).toBeGreaterThanOrEqual(GATE.minComparisons);
      expect(reasons.length === 0).toBe(decision === 'PASS');
    }),
  );
});
