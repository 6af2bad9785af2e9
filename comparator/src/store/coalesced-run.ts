/**
 * Runs `action` one run at a time. A call during a run waits for the next run and shares it with all calls until that run
 * starts. So each caller gets a run that started after its call, and callers never queue up behind a slow run.
 */
export function coalesced(action: () => Promise<void>): () => Promise<void> {
  /** The current run, or the run that ended while another one waits for it; null: no run. */
  let last: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    const current = action();
    last = current;
    const ended = (): void => {
      // While a run waits, `last` must stay set, so that a call made now shares that run and does not start a third one.
      if (last === current && next === null) last = null;
    };
    current.then(ended, ended);
    return current;
  };
  return () => {
    if (last === null) return start();
    next ??= last
      .catch(() => undefined)
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };
}
