/** mulberry32. 32 bits of state are enough for a simulation, and a seed returns the same numbers on every machine. */
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

/** The number of pairs until the first one that differs, including it, if each pair differs with probability `rate`. */
export function pairsToFirstMismatch(rate: number, random: () => number): number {
  if (rate <= 0) return Number.POSITIVE_INFINITY;
  return Math.floor(Math.log1p(-random()) / Math.log1p(-rate)) + 1;
}

/** A Poisson number with a given mean. Large means use a normal distribution, small means use multiplication (Knuth). */
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
