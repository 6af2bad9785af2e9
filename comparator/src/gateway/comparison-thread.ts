import { Worker } from 'node:worker_threads';
import { Fault } from '@core-exit/process/faults';
import { COMPARATOR_FAULTS } from '../faults.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Exchange } from './conclude.ts';

/** A longer queue of long comparisons would hold the permits that short comparisons need. */
const MAX_WAITING = 16;
/** A thread that gives no result within this time is ended; the next comparison starts another thread. */
const CONCLUDE_WITHIN_MS = 15_000;
/** Enough for two answers of four megabytes. A thread that needs more ends, and the gateway goes on. */
const MAX_HEAP_MB = 512;

/** What the thread receives. */
export type ThreadRequest = {
  operation: string;
  /** Version of the gateway's rules: a thread that loaded other rules must not give a verdict. */
  rulesVersion: string;
  exchange: Exchange;
  /** The shadow's request, encrypted; null: none is kept. */
  encrypted: string | null;
};
/** What the thread returns. */
export type ThreadResult = { observation: Observation } | { fault: string };

/** Compares long answers one after the other in another thread, because the gateway's thread would serve no customer meanwhile. */
export type ComparisonThread = {
  /**
   * `full`: too many comparisons wait. Rejects when the operations file fails or the thread ends ({@link ThreadEnded}); the
   * verdict is then `dropped`.
   */
  conclude(request: ThreadRequest): Promise<Observation | 'full'>;
  /** Ends the comparison that runs and those that wait. */
  close(): Promise<void>;
};

/** `operationsFile`: the thread loads it to know the operations. The thread starts with the first comparison. */
export function comparisonThread(
  operationsFile: string,
  withinMs: number = CONCLUDE_WITHIN_MS,
): ComparisonThread {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;
  const start = (): Worker => {
    const started = new Worker(new URL('./comparison-thread-main.ts', import.meta.url), {
      workerData: operationsFile,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    started.unref();
    const gone = () => {
      if (worker === started) worker = null;
    };
    // The thread may fail between two comparisons; without a listener its error would end the gateway.
    started.on('error', gone).on('exit', gone);
    return started;
  };
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const send = async (request: ThreadRequest): Promise<Observation> => {
    if (isClosed) throw new ThreadEnded('the gateway stops');
    worker ??= start();
    try {
      const result = await resultOf(worker, request, withinMs);
      if ('observation' in result) return result.observation;
      throw new Error(result.fault);
    } catch (error) {
      if (error instanceof ThreadEnded) await end();
      throw isClosed ? new ThreadEnded('the gateway stops') : error;
    }
  };
  return {
    async conclude(request) {
      if (waiting >= MAX_WAITING) return 'full';
      waiting += 1;
      const concluded = last.then(() => send(request)).finally(() => (waiting -= 1));
      last = concluded.catch(() => undefined);
      return concluded;
    },
    async close() {
      isClosed = true;
      await end();
    },
  };
}

class ThreadEnded extends Fault {
  constructor(message: string, options?: ErrorOptions) {
    super(COMPARATOR_FAULTS.COMPARISON_THREAD_ENDED, message, options);
  }
}

/** Throws {@link ThreadEnded} when the thread ends, fails or returns nothing in time. */
function resultOf(worker: Worker, request: ThreadRequest, withinMs: number): Promise<ThreadResult> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void) => {
      clearTimeout(late);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onMessage = (result: ThreadResult) => over(() => resolve(result));
    const ended = (why: string, cause?: unknown) => over(() => reject(new ThreadEnded(why, { cause })));
    const onError = (cause: unknown) =>
      ended(cause instanceof Error ? cause.message : 'the thread failed', cause);
    const onExit = (code: number) => ended(`the thread ended with code ${code}`);
    const late = setTimeout(() => ended(`the thread gave no result within ${withinMs} ms`), withinMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    try {
      worker.postMessage(request);
    } catch (error) {
      over(() => reject(error));
    }
  });
}
