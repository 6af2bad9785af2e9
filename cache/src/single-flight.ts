export type SingleFlight<T> = {
  /** Runs `load`, or joins the load of this key that is already running. All callers share its result or its fault. */
  run(key: string, load: () => Promise<T>): Promise<T>;
  /** Later callers start a load of their own, because the running one may have read the state before a change. */
  forget(key: string): void;
};

/** Later callers do not join, because a slow load may have read a state that is too old for them. */
const JOIN_WITHIN_MS = 1_000;

/** One load for each key at a time. */
export function singleFlight<T>(now: () => number = () => performance.now()): SingleFlight<T> {
  const loads = new Map<string, { since: number; outcome: Promise<T> }>();
  return {
    run(key, load) {
      const running = loads.get(key);
      if (running !== undefined && now() - running.since <= JOIN_WITHIN_MS) return running.outcome;
      const outcome = load().finally(() => {
        if (loads.get(key) === started) loads.delete(key);
      });
      const started = { since: now(), outcome };
      loads.set(key, started);
      return outcome;
    },
    forget: (key) => void loads.delete(key),
  };
}
