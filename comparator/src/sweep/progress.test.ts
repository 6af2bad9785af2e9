import { expect, test } from 'vitest';
import { progressText } from './progress.ts';

test('progress shows the share done, the speed and the time left', () => {
  expect(progressText(250_000, 1_000_000, 2_500, '3 mismatches')).toBe(
    '[######------------------] 25.0 % · 250,000 of 1,000,000 · 2,500/s · 5 min 0 s left · 3 mismatches',
  );
});
