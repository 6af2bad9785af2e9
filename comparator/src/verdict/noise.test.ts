import { expect, test } from 'vitest';
import { NoiseBaseline } from './noise.ts';

const baseline = (counts: { both?: number; onlyNew?: number; onlyLegacy?: number; neither?: number }) => {
  const noise = new NoiseBaseline();
  const add = (n: number | undefined, newDiffers: boolean, legacyDiffers: boolean) => {
    for (let i = 0; i < (n ?? 0); i++) noise.add({ operation: 'a', newDiffers, legacyDiffers });
  };
  add(counts.both, true, true);
  add(counts.onlyNew, true, false);
  add(counts.onlyLegacy, false, true);
  add(counts.neither, false, false);
  return noise.report()[0];
};

test('requests in which both answers differ, or none, do not change the probability', () => {
  expect(baseline({ both: 500, onlyNew: 5, neither: 9_000 })).toEqual({
    operation: 'a',
    pairs: 9_505,
    newDiffers: 505,
    legacyDiffers: 500,
    onlyNewDiffers: 5,
    onlyLegacyDiffers: 0,
    p: 0.03125,
  });
});

test('a new core as noisy as the legacy core is no worse; a noisier one is detected', () => {
  expect(baseline({ onlyNew: 10, onlyLegacy: 10, neither: 100 })?.p).toBeGreaterThan(0.5);
  expect(baseline({ onlyNew: 30, onlyLegacy: 10, neither: 100 })?.p).toBeLessThan(0.002);
  expect(baseline({ onlyNew: 10, onlyLegacy: 30, neither: 100 })?.p).toBeGreaterThan(0.99);
  expect(baseline({ neither: 100 })?.p).toBe(1);
});
