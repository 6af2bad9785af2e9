import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evidenceOf } from '../../testing/evidence.ts';
import { upperBound } from './binomial.ts';
import { evaluate } from './evaluate.ts';
import { evaluateAtLooks, lastLook } from './looks.ts';
import { type GateTerms, riskOf } from './terms.ts';

const TERMS: GateTerms = {
  confidence: 0.95,
  gates: 5,
  mismatchBound: 1e-3,
  minPerStratum: 0,
  maxLossRate: 0.001,
  moneyMoves: false,
};
const decisions = (match: number, mismatch: number, terms = TERMS) => {
  const evidence = evidenceOf({ match, mismatch });
  return [evaluate(terms, evidence).decision, evaluateAtLooks(terms, evidence).decision];
};

// 5,296 = ln(0.005) / ln(0.999): half of the risk of one gate, no mismatch.
test('the first look spends half of the risk, each next look half of the rest at twice the pairs', () => {
  expect(lastLook(TERMS, 5_295)).toBeNull();
  for (const [pairs, look, share] of [
    [5_296, 5_296, 2],
    [10_591, 5_296, 2],
    [10_592, 10_592, 4],
    [40_000, 21_184, 8],
  ] as const) {
    const found = lastLook(TERMS, pairs);
    expect(found?.pairs).toBe(look);
    expect(found?.risk).toBeCloseTo(0.01 / share, 12);
  }
});

test('between two looks all mismatches count against the pairs of the last look', () => {
  expect(decisions(4_605, 0)).toEqual(['PASS', 'UNKNOWN']); // enough for a single look, but not for many
  expect(decisions(5_296, 0)).toEqual(['PASS', 'PASS']);
  expect(decisions(10_000, 1)).toEqual(['PASS', 'UNKNOWN']);
  expect(decisions(10_590, 2)).toEqual(['PASS', 'PASS']);
  expect(decisions(10_592, 3)).toEqual(['PASS', 'UNKNOWN']);
});

test('the reason has the number of pairs of the next look', () => {
  const { reasons } = evaluateAtLooks(TERMS, evidenceOf({ match: 10_000, mismatch: 1 }));
  expect(reasons).toEqual([
    {
      code: 'BETWEEN_LOOKS',
      stratum: null,
      detail:
        '10001 comparisons: 1 differ, too many for the look at 5296 comparisons; the next look is at 10592',
    },
  ]);
});

test('law: if money moves the result is that of the gate; else it passes only what the gate passes', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(60), fc.boolean(), (match, mismatch, moneyMoves) => {
      const [once, atLooks] = decisions(match, mismatch, { ...TERMS, moneyMoves });
      if (moneyMoves || atLooks === 'PASS') expect(atLooks).toBe(once);
    }),
  );
});

test('law: evidence that passes between two looks would have passed at the last look, within the risk of that look', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200_000 }), fc.nat(60), (n, k) => {
      const look = lastLook(TERMS, n);
      const isPass = decisions(Math.max(0, n - k), Math.min(k, n))[1] === 'PASS';
      if (isPass) expect(look).not.toBeNull();
      if (isPass && look !== null)
        expect(upperBound(look.pairs, k, look.risk)).toBeLessThanOrEqual(TERMS.mismatchBound);
      if (look !== null) expect(look.risk).toBeLessThanOrEqual(riskOf(TERMS) / 2);
    }),
  );
});
