/** mulberry32: 32 bits of state are plenty for drawing, and the same seed draws the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many pairs come up to and with the first that differs, each differing with probability `rate`. */
export function pairsToFirstMismatch(rate: number, random: () => number): number {
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  return Math.floor(Math.log1p(-random()) / Math.log1p(-rate)) + 1;
}

/** Arrivals of a minute: Poisson by a normal for large means, by multiplication for small ones. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 50) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = random(); product > limit; product *= random()) n += 1;
  return n;
}
