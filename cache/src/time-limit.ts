import { Fault } from '@core-exit/process/faults';
import { CACHE_FAULTS } from './faults.ts';

/**
 * The result of `work`, or the fault STORE_TOO_SLOW after `ms`. A busy process runs its timers before it reads its
 * sockets. Therefore an answer that has already arrived gets one more turn of the event loop; otherwise load alone would
 * look like a slow store.
 */
export function withTimeLimit<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooSlow = () => reject(new Fault(CACHE_FAULTS.STORE_TOO_SLOW, `no answer within ${ms} ms`));
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
