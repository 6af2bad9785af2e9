/** Rows in flight; more would only queue in the cores. */
export const AT_ONCE = 8;

/** Work on every item, some at a time, answered in their order. */
export type Each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>) => Promise<R[]>;

/** Ends between two items when the signal says so. */
export function inParallel(signal: AbortSignal): Each {
  return async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
    const results: R[] = [];
    const queue = items.entries();
    const worker = async () => {
      for (const [i, item] of queue) {
        signal.throwIfAborted();
        results[i] = await work(item);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return results;
  };
}
