/**
 * Runs `work` one at a time. Who asks while it runs gets the next run, and shares it with everybody else who asks
 * until it begins: what was there when they asked is then surely done, and callers never pile up behind a slow run.
 */
export function shared(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const run = (): Promise<void> => {
    running = work().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (running === null) return run();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return run();
      });
    return next;
  };
}
