export type SingleFlight<T> = {
  /** Runs `load`, or joins the load of this key that is already running; all share its outcome, good or bad. */
  run(key: string, load: () => Promise<T>): Promise<T>;
  /** Lets callers from now on start a load of their own: the running one may have read the state before a change. */
  forget(key: string): void;
};

/** Who comes later than this does not join: what a slow load read may be older than what a caller may be given. */
const JOIN_WITHIN_MS = 1_000;

/** One load per key at a time. */
export function singleFlight<T>(now: () => number = () => performance.now()): SingleFlight<T> {
  const running = new Map<string, { since: number; outcome: Promise<T> }>();
  return {
    run(key, load) {
      const shared = running.get(key);
      if (shared !== undefined && now() - shared.since <= JOIN_WITHIN_MS) return shared.outcome;
      const outcome = load().finally(() => {
        if (running.get(key) === started) running.delete(key);
      });
      const started = { since: now(), outcome };
      running.set(key, started);
      return outcome;
    },
    forget: (key) => void running.delete(key),
  };
}
