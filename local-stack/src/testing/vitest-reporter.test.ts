import { expect, it } from 'vitest';
import { summary } from './vitest-reporter.ts';

it('counts passed, failed and skipped tests in one line', () => {
  expect(summary({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  expect(summary({ passed: 11, failed: 1, skipped: 2 })).toBe('11 passed, 1 failed, 2 skipped');
});
