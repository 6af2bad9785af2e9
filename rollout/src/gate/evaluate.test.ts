import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evidenceOf, timesOf } from '../../testing/evidence.ts';
import { evaluate } from './evaluate.ts';
import { VERDICTS, type VerdictCounts } from './evidence.ts';
import type { GateTerms } from './terms.ts';

const TERMS: GateTerms = {
  confidence: 0.95,
  gates: 4,
  mismatchBound: 1e-4,
  minPerStratum: 300,
  waivers: [],
  maxLossRate: 0.001,
  moneyMoves: true,
};
const ENOUGH = 43_819;
const GOLD = { basket: 'LARGE', tier: 'T2', country: 'DE' };
const RARE = { basket: 'LARGE', tier: 'T1', country: 'JP' };
const codes = (terms: GateTerms, ...rest: Parameters<typeof evidenceOf>) =>
  evaluate(terms, evidenceOf(...rest)).reasons.map(({ code }) => code);

test('enough pairs without a mismatch: PASS, with the total under stratum null', () => {
  const { decision, reasons, bounds } = evaluate(
    TERMS,
    evidenceOf([
      [GOLD, { match: ENOUGH - 400, explained: 90, unsampled: 5_000_000 }],
      [RARE, { match: 310 }],
    ]),
  );
  expect({ decision, reasons }).toEqual({ decision: 'PASS', reasons: [] });
  expect(bounds).toMatchObject([
    { stratum: null, n: ENOUGH, k: 0, required: ENOUGH },
    { stratum: GOLD, n: ENOUGH - 310, k: 0, required: 300 },
    { stratum: RARE, n: 310, k: 0, required: 300 },
  ]);
  expect(bounds[0]?.upper).toBeCloseTo(0.00009999788982664708, 13);
});

test('strata with their total are judged like the strata alone', () => {
  const strata: Parameters<typeof evidenceOf>[0] = [
    [GOLD, { match: ENOUGH }],
    [RARE, { match: 300 }],
  ];
  const total = evidenceOf([[null, { match: ENOUGH + 300 }], ...strata]);
  expect(evaluate(TERMS, total)).toEqual(evaluate(TERMS, evidenceOf(strata)));
});

test('one pair too few: UNKNOWN', () => {
  const { decision, reasons } = evaluate(TERMS, evidenceOf({ match: ENOUGH - 1 }));
  expect(decision).toBe('UNKNOWN');
  expect(reasons).toEqual([
    { code: 'TOO_FEW', stratum: null, detail: '43818 comparisons without a mismatch, 43819 are needed' },
  ]);
});

test.each([[[]], [[[GOLD, {}]]], [{ unsampled: 9 }]] as Parameters<typeof evidenceOf>[0][][])(
  'without any comparison (%j): UNKNOWN, and the bound is 1',
  (strata) => {
    const { decision, bounds } = evaluate(TERMS, evidenceOf(strata));
    expect(decision).toBe('UNKNOWN');
    expect(bounds[0]).toMatchObject({ stratum: null, n: 0, k: 0, upper: 1 });
  },
);

test('money moves and one of a million pairs differs: FAIL, for the total and for the stratum', () => {
  const { decision, reasons } = evaluate(
    TERMS,
    evidenceOf([
      [GOLD, { match: 1_000_000 }],
      [RARE, { match: 400, mismatch: 1 }],
    ]),
  );
  expect(decision).toBe('FAIL');
  expect(reasons).toMatchObject([
    { code: 'MISMATCH', stratum: null },
    { code: 'MISMATCH', stratum: RARE },
  ]);
});

test('no money moves: both bounds of the rate decide between PASS, UNKNOWN and FAIL', () => {
  const free = { ...TERMS, moneyMoves: false, mismatchBound: 0.01 };
  expect(evaluate(free, evidenceOf({ match: 9_980, mismatch: 20 })).decision).toBe('PASS');
  expect(codes(free, { match: 1_985, mismatch: 15 })).toEqual(['RATE_UNDECIDED']);
  expect(codes(free, { match: 900, mismatch: 100 })).toEqual(['RATE_ABOVE_BOUND']);
});

test('a stratum needs its own pairs, whatever the total is', () => {
  const { decision, reasons } = evaluate(
    TERMS,
    evidenceOf([
      [GOLD, { match: 1_000_000 }],
      [RARE, { match: 299 }],
    ]),
  );
  expect(decision).toBe('UNKNOWN');
  expect(reasons).toMatchObject([{ code: 'TOO_FEW_IN_STRATUM', stratum: RARE }]);
});

const waiver = (stratum: object, until: string) => ({
  ...TERMS,
  waivers: [{ stratum: stratum as Record<string, string>, by: 'J. Kim', until, because: 'two customers' }],
});
const oneRare = evidenceOf([
  [GOLD, { match: ENOUGH }],
  [RARE, { match: 1 }],
]);

test.each([
  ['its whole key', waiver(RARE, '2026-01-03'), 'PASS'],
  ['a part of its key', waiver({ country: 'JP' }, '2026-01-03'), 'PASS'],
  ['another value', waiver({ country: 'FR' }, '2026-01-03'), 'UNKNOWN'],
  ['a dimension that the stratum does not have', waiver({ ...RARE, branch: '1' }, '2026-01-03'), 'UNKNOWN'],
  ['a waiver that ends with the evidence', waiver(RARE, '2026-01-02T01:00:00Z'), 'UNKNOWN'],
  ['a waiver that ends a second later', waiver(RARE, '2026-01-02T02:00:01+01:00'), 'PASS'],
])('a rare stratum with a waiver for %s', (_what, terms, decision) => {
  expect(evaluate(terms, oneRare).decision).toBe(decision);
});

test('a waiver excuses too few pairs, never a mismatch', () => {
  const evidence = evidenceOf([
    [GOLD, { match: ENOUGH }],
    [RARE, { mismatch: 1 }],
  ]);
  expect(evaluate(waiver(RARE, '2026-01-03'), evidence).decision).toBe('FAIL');
});

test('a new core that is down is not judged like one without mismatches', () => {
  expect(codes(TERMS, { match: ENOUGH, shadow_error: 30, shadow_timeout: 30 })).toEqual(['LOSS']);
});

test('lost comparisons are allowed up to the bound; requests that were not sampled do not count', () => {
  const lossy = { ...TERMS, maxLossRate: 0.07 };
  const counts = { match: 93_000, dropped: 7_000 };
  expect(codes(lossy, counts)).toEqual([]);
  expect(codes(lossy, { ...counts, dropped: 7_001, unsampled: 10_000_000 })).toEqual(['LOSS']);
});

test('errors and races are judged if the plan has a bound for them', () => {
  const counts = { match: ENOUGH, primary_error: 200, both_failed: 200, raced: 500 };
  expect(codes(TERMS, counts)).toEqual([]);
  expect(codes({ ...TERMS, maxErrorRate: 0.001, maxRacedRate: 0.001 }, counts)).toEqual(['ERRORS', 'RACED']);
});

test('evidence that is not complete cannot pass, but can fail', () => {
  expect(codes(TERMS, { match: ENOUGH }, { complete: false })).toEqual(['INCOMPLETE']);
  const failed = evaluate(TERMS, evidenceOf({ match: 500, mismatch: 1 }, { complete: false }));
  expect(failed.decision).toBe('FAIL');
});

const TIMED: GateTerms = { ...TERMS, latency: { quantile: 0.99, maxRatio: 1 } };
const latency = (legacy: [number, number][], fresh: [number, number][]) => ({
  latency: { legacy: timesOf(legacy), new: timesOf(fresh) },
});

test.each([
  ['faster', latency([[300, 1_000]], [[5, 1_000]]), []],
  ['the same', latency([[300, 1_000]], [[300, 1_000]]), []],
  ['slower', latency([[300, 1_000]], [[301, 1_000]]), ['LATENCY_ABOVE']],
  ['of 299 samples', latency([[300, 299]], [[5, 299]]), []],
  ['of 298 samples', latency([[300, 299]], [[5, 298]]), ['LATENCY_TOO_FEW']],
  ['of 298 samples of the legacy core', latency([[300, 298]], [[5, 9_000]]), ['LATENCY_TOO_FEW']],
  ['without times', {}, ['LATENCY_TOO_FEW']],
  [
    'overlapping',
    latency(
      [
        [200, 985],
        [300, 15],
      ],
      [
        [100, 989],
        [250, 11],
      ],
    ),
    ['LATENCY_UNDECIDED'],
  ],
])('a new core that is %s', (_what, times, expected) => {
  expect(codes(TIMED, { match: ENOUGH }, times)).toEqual(expected);
});

const bucketed = (...[legacy, fresh]: Parameters<typeof latency>) => ({
  latency: {
    legacy: { ...timesOf(legacy), bucketed: true },
    new: { ...timesOf(fresh), bucketed: true },
  },
});
const TEN: [number, number] = [10, 0]; // an edge without calls

test.each([
  [
    'in the same bucket, so that either core may be slower',
    bucketed([[20, 500]], [[20, 500]]),
    ['LATENCY_UNDECIDED'],
  ],
  ['in the bucket below', bucketed([TEN, [20, 500]], [[10, 500]]), []],
  [
    'in the next bucket, which begins where the other ends',
    bucketed([[10, 500]], [TEN, [20, 500]]),
    ['LATENCY_UNDECIDED'],
  ],
  ['two buckets higher', bucketed([[5, 500]], [TEN, [20, 500]]), ['LATENCY_ABOVE']],
])('times in buckets: the times of the new core are %s', (_what, times, expected) => {
  expect(codes(TIMED, { match: ENOUGH }, times)).toEqual(expected);
});

test('FAIL has priority over UNKNOWN: a slow core with too few pairs fails', () => {
  const evidence = evidenceOf({ match: 10 }, latency([[10, 500]], [[20, 500]]));
  expect(evaluate(TIMED, evidence).decision).toBe('FAIL');
});

test('law: a mismatch never passes, PASS has enough pairs, and every other decision has a reason', () => {
  const terms = { ...TERMS, mismatchBound: 0.01, minPerStratum: 20, maxLossRate: 0.2 };
  const counts = fc.record(
    Object.fromEntries(VERDICTS.map((v) => [v, fc.nat(400)])) as Record<string, fc.Arbitrary<number>>,
  ) as fc.Arbitrary<VerdictCounts>;
  fc.assert(
    fc.property(counts, counts, fc.boolean(), (a, b, isClean) => {
      const clean = isClean ? { mismatch: 0 } : {};
      const evidence = evidenceOf([
        [GOLD, { ...a, ...clean }],
        [RARE, { ...b, ...clean }],
      ]);
      const { decision, reasons, bounds } = evaluate(terms, evidence);
      if ((bounds[0]?.k ?? 0) > 0) expect(decision).toBe('FAIL');
      if (decision === 'PASS')
        for (const bound of bounds) expect(bound.n).toBeGreaterThanOrEqual(bound.required);
      expect(reasons.length === 0).toBe(decision === 'PASS');
    }),
  );
});
