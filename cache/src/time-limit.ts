class StoreTooSlow extends Error {
  readonly code = 'STORE_TOO_SLOW';
  override name = 'StoreTooSlow';
}

/**
 * What `work` gives, or {@link StoreTooSlow} after `ms`. A busy process runs its timers before it reads its sockets: an
 * answer that already lies there gets one turn of the loop to be read, else load alone would look like a slow store.
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooSlow = () => reject(new StoreTooSlow(`no answer within ${ms} ms`));
    const timer = setTimeout(() => setImmediate(tooSlow), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (fault: Error) => {
        clearTimeout(timer);
        reject(fault);
      },
    );
  });
}
