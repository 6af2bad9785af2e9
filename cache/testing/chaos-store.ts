import type { CacheStore } from '../src/index.ts';

/** A store whose calls first await `fault`, which may reject, hang or take time. */
export function chaosStore(store: CacheStore, fault: () => Promise<void>): CacheStore & { calls: number } {
  const chaos = {
    calls: 0,
    read: (keys: readonly string[]) => through(() => store.read(keys)),
    putIfNewer: (...args: Parameters<CacheStore['putIfNewer']>) => through(() => store.putIfNewer(...args)),
    drop: (...args: Parameters<CacheStore['drop']>) => through(() => store.drop(...args)),
    lease: (...args: Parameters<CacheStore['lease']>) => through(() => store.lease(...args)),
  };
  async function through<T>(call: () => Promise<T>): Promise<T> {
    chaos.calls += 1;
    await fault();
    return call();
  }
  return chaos;
}

export const rejects = () => Promise.reject(new Error('down'));
export const hangs = () => new Promise<void>(() => undefined);
