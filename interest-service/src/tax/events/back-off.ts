const FIRST_MS = 100;
/** After an outage, work goes on at the latest after this time. */
const LONGEST_MS = 5_000;

export type BackOff = {
  /** The pause after one more fault. It doubles, and is random between half and all of it, so that callers spread out. */
  next(): number;
  reset(): void;
};

export function backOff(random: () => number): BackOff {
  let ceilingMs = FIRST_MS;
  return {
    next() {
      const waitMs = Math.round(ceilingMs * (0.5 + random() / 2));
      ceilingMs = Math.min(ceilingMs * 2, LONGEST_MS);
      return waitMs;
    },
    reset() {
      ceilingMs = FIRST_MS;
    },
  };
}
