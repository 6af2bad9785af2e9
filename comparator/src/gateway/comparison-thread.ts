import { Worker } from 'node:worker_threads';
import type { Observation } from '../verdict/observation.ts';
import type { Exchange } from './conclude.ts';

/** Comparing two answers of this length takes milliseconds; of four megabytes, the most that is read, more than a second. */
const LONG_BYTES = 64 * 1024;
/** Longer than this a queue of long comparisons would hold the slots that short ones need. */
const MAX_WAITING = 16;
/** A thread that has said nothing for so long is ended, and the next question begins another one. */
const CONCLUDE_WITHIN_MS = 15_000;
/** Enough for two answers of four megabytes read whole; beyond it the thread ends, and the gateway goes on. */
const MAX_HEAP_MB = 512;

/** What a thread is told. */
export type ThreadQuestion = {
  operation: string;
  /** Of the rules here: a thread that loaded others must not judge by them. */
  rulesVersion: string;
  exchange: Exchange;
  sealed: string | null;
};
/** What it tells. */
export type ThreadAnswer = { observation: Observation } | { fault: string };

/** Compares in a thread of its own, one after the other, where the gateway's would serve nobody meanwhile. */
export type ComparisonThread = {
  /**
   * `full`: too many wait already. Rejects when the operations file broke, or the thread did ({@link ThreadEnded}): then
   * there is no verdict but `dropped`.
   */
  conclude(question: ThreadQuestion): Promise<Observation | 'full'>;
  /** Ends the comparison under way, and those that wait. */
  close(): Promise<void>;
};

/** Whether an exchange is for the thread. */
export function isLong({ primary, shadow }: Pick<Exchange, 'primary' | 'shadow'>): boolean {
  const calls = shadow.kind === 'asked' ? [primary, shadow.call] : [];
  return calls.some((call) => call.kind === 'answered' && call.answer.body.length > LONG_BYTES);
}

/** `operationsFile`: what the thread loads to know the operations; it begins with the first question. */
export function comparisonThread(
  operationsFile: string,
  withinMs: number = CONCLUDE_WITHIN_MS,
): ComparisonThread {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;
  const begin = (): Worker => {
    const begun = new Worker(new URL('./comparison-thread-main.ts', import.meta.url), {
      workerData: operationsFile,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    begun.unref();
    const gone = () => {
      if (worker === begun) worker = null;
    };
    // It may break while nobody asks it: without a listener that would end the gateway.
    begun.on('error', gone).on('exit', gone);
    return begun;
  };
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  };
  const ask = async (question: ThreadQuestion): Promise<Observation> => {
    if (isClosed) throw new ThreadEnded('the gateway stops');
    worker ??= begin();
    try {
      const answer = await answerOf(worker, question, withinMs);
      if ('observation' in answer) return answer.observation;
      throw new Error(answer.fault);
    } catch (error) {
      if (error instanceof ThreadEnded) await end();
      throw isClosed ? new ThreadEnded('the gateway stops') : error;
    }
  };
  return {
    async conclude(question) {
      if (waiting >= MAX_WAITING) return 'full';
      waiting += 1;
      const mine = last.then(() => ask(question)).finally(() => (waiting -= 1));
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      isClosed = true;
      await end();
    },
  };
}

class ThreadEnded extends Error {
  readonly code = 'COMPARISON_THREAD_ENDED';
  override name = 'ThreadEnded';
}

/** Throws {@link ThreadEnded} when the thread ends, breaks or says nothing. */
function answerOf(worker: Worker, question: ThreadQuestion, withinMs: number): Promise<ThreadAnswer> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void) => {
      clearTimeout(late);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onMessage = (answer: ThreadAnswer) => over(() => resolve(answer));
    const ended = (why: string, cause?: unknown) => over(() => reject(new ThreadEnded(why, { cause })));
    const onError = (cause: unknown) =>
      ended(cause instanceof Error ? cause.message : 'the thread broke', cause);
    const onExit = (code: number) => ended(`the thread ended with code ${code}`);
    const late = setTimeout(
      () => ended(`nothing for ${withinMs} ms: lower the operation's maxAnswerBytes`),
      withinMs,
    );
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    try {
      worker.postMessage(question);
    } catch (error) {
      over(() => reject(error));
    }
  });
}
