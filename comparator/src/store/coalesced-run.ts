/**
 * Runs `work` one at a time. Who asks while it runs gets the next run, and shares it with everybody else who asks
 * until it begins: what was there when they asked is then surely done, and callers never pile up behind a slow run.
 */
export function shared(work: () => Promise<void>): () => Promise<void> {
  /** The run under way, or the one that ended while another waits for it; null: idle. */
  let last: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  const run = (): Promise<void> => {
    const begun = work();
    last = begun;
    const ended = (): void => {
      // With somebody waiting it is not idle: a call made now must share that run, not begin one beside it.
      if (last === begun && waiting === null) last = null;
    };
    begun.then(ended, ended);
    return begun;
  };
  return () => {
    if (last === null) return run();
    waiting ??= last
      .catch(() => undefined)
      .then(() => {
        waiting = null;
        return run();
      });
    return waiting;
  };
}
