export type SingleFlight<T> = {
  /** Runs `load`, or joins the load of this key that is already running; all share its outcome, good or bad. */
  run(key: string, load: () => Promise<T>): Promise<T>;
  /** Lets callers from now on start a load of their own: the running one may have read the state before a change. */
  forget(key: string): void;
};

/** One load per key at a time. */
export function singleFlight<T>(): SingleFlight<T> {
  const running = new Map<string, Promise<T>>();
  return {
    run(key, load) {
      const shared = running.get(key);
      if (shared !== undefined) return shared;
      const started = load().finally(() => {
        if (running.get(key) === started) running.delete(key);
      });
      running.set(key, started);
      return started;
    },
    forget: (key) => void running.delete(key),
  };
}
