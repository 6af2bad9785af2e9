const FIRST_MS = 100;
/** Nobody waits longer than this after an outage is over. */
const LONGEST_MS = 5_000;

export type BackOff = {
  /** How long to wait after one more fault: doubling, at random between a half and all of it, so that many do not come back at once. */
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
