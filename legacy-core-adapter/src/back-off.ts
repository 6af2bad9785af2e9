/** Doubles from `firstMs` up to `mostMs`. The upper half is random, so that many callers do not return at the same time. */
export function backOffMs(attempt: number, random: number, firstMs: number, mostMs: number): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 16));
  return full / 2 + (full / 2) * random;
}
