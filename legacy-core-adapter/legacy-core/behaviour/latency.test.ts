import { describe, expect, it } from 'vitest';
import { drawnMs, type Latency, skewedLatencyMs } from './latency.ts';

it('the added latency has about the given mean, a floor, and a tail that ends', () => {
  const draws = Array.from({ length: 10_000 }, (_, i) => skewedLatencyMs(30, (i + 0.5) / 10_000));
  expect(draws.reduce((sum, ms) => sum + ms) / draws.length).toBeCloseTo(30, 0);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(15);
  expect(Math.max(...draws)).toBeGreaterThan(120);
  expect(skewedLatencyMs(30, 1 - Number.EPSILON)).toBe(240);
});

describe('a latency', () => {
  /** Ten thousand draws, evenly over all that chance can say. */
  const drawsOf = (latency: Latency): number[] =>
    Array.from({ length: 10_000 }, (_, i) => drawnMs(latency, (i + 0.5) / 10_000));
  const meanOf = (draws: number[]): number => draws.reduce((sum, ms) => sum + ms) / draws.length;

  it('none is none', () => {
    expect(new Set(drawsOf({ kind: 'none' }))).toEqual(new Set([0]));
  });

  it('skewed is drawn by its mean', () => {
    expect(meanOf(drawsOf({ kind: 'skewed', meanMs: 300 }))).toBeCloseTo(300, -1);
  });

  it('uniform lies between its ends, all of it alike', () => {
    const draws = drawsOf({ kind: 'uniform', fromMs: 20, toMs: 60 });
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...draws)).toBeLessThan(60);
    expect(meanOf(draws)).toBeCloseTo(40, 5);
    for (const fromMs of [20, 30, 40, 50])
      expect(draws.filter((ms) => ms >= fromMs && ms < fromMs + 10)).toHaveLength(2_500);
    expect(new Set(drawsOf({ kind: 'uniform', fromMs: 7, toMs: 7 }))).toEqual(new Set([7]));
  });

  it('with two peaks is either fast or slow, and slow by its share', () => {
    const draws = drawsOf({ kind: 'two-peaks', fastMs: 20, slowMs: 1_500, slowShare: 0.05 });
    expect(draws.filter((ms) => ms === 1_500)).toHaveLength(500);
    expect(draws.filter((ms) => ms === 20)).toHaveLength(9_500);
  });
});
