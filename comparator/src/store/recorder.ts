import type { Logger } from 'pino';
import type { Recorder } from '../gateway/ports.ts';
import { Batch, type Overflow } from './batch.ts';
import { type BatchStore, type DatabaseStoreOptions, databaseStore } from './batch-store.ts';
import { coalesced } from './coalesced-run.ts';
import { Tally } from './tally.ts';
import type { BatchStamp } from './write-batch.ts';

/** Counts are written this often; a mismatch is written at once. */
const FLUSH_INTERVAL_MS = 250;
/** Longest pause between two attempts while the store does not answer. */
const MAX_BACK_OFF_MS = 5_000;
/** Similar cases that this process keeps in a minute; further ones are only counted. */
const MAX_SIMILAR_PER_MINUTE = 20;

export type RecordingOptions = { runId: string; now: () => Date; log: Logger };

export type StoreRecorder = Recorder & {
  /** Writes all observations up to now; throws if the store did not accept them. */
  flush(): Promise<void>;
  /** Like `flush`, but resolves when the observations can be read in the database. */
  stored(): Promise<void>;
  /** Counts of this process since its start. */
  readonly tally: Tally;
  /** What exceeded the limits since the start of this process. */
  overflow(): Overflow;
  /** Count of the verdicts that are only in memory. */
  unstored(): number;
  /** Stops the timer and writes the rest; throws if the store did not accept it. */
  close(): Promise<void>;
};

/** A recorder that writes to the database directly. */
export function createRecorder(options: RecordingOptions & DatabaseStoreOptions): StoreRecorder {
  return recorderInto(databaseStore(options), options);
}

/**
 * Collects observations in memory and writes them in batches, one at a time. A failed batch is written again, unchanged
 * and with the same number, so a lost acknowledgement counts nothing twice.
 */
export function recorderInto(store: BatchStore, { runId, now, log }: RecordingOptions): StoreRecorder {
  const startedAt = now();
  const tally = new Tally();
  const mayKeep = similarCaseLimit(now);
  let current = new Batch();
  let frozen: { batch: Batch; stamp: BatchStamp } | null = null;
  let number = 0;
  let written = { requests: 0, settled: 0 };
  const overflow: Overflow = { counts: 0, cases: 0, signatures: 0 };

  const writeFrozen = async (): Promise<void> => {
    if (frozen === null) return;
    const { batch, stamp } = frozen;
    await store.write(stamp, batch);
    frozen = null;
    written = { requests: stamp.requests, settled: stamp.settled };
  };
  const freeze = (): void => {
    const { requests, settledCount: settled } = tally;
    if (current.isEmpty && requests === written.requests) return;
    number += 1;
    frozen = { batch: current, stamp: { runId, startedAt, number, requests, settled } };
    const { lost, overflow: batchOverflow } = current;
    overflow.counts += lost;
    overflow.cases += batchOverflow.cases;
    overflow.signatures += batchOverflow.signatures;
    current = new Batch();
  };
  const flush = coalesced(async () => {
    await writeFrozen(); // the batch that failed before
    freeze();
    await writeFrozen();
  });
  const clock = flushClock(flush, log);

  return {
    tally,
    flush,
    async stored() {
      await flush();
      await store.caughtUp();
    },
    overflow: () => ({
      counts: overflow.counts + current.lost,
      cases: overflow.cases + current.overflow.cases,
      signatures: overflow.signatures + current.overflow.signatures,
    }),
    unstored: () => tally.settledCount - written.settled,
    requested: () => tally.requested(),
    settled(observation) {
      tally.settled(observation);
      current.add(observation, mayKeep);
      if (observation.verdict === 'mismatch') clock.hurry();
    },
    async close() {
      clock.stop();
      await flush();
    },
  };
}

/** Flushes at an interval, at once after `hurry`, and with growing pauses while the store does not answer. */
function flushClock(flush: () => Promise<void>, log: Logger) {
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let isStopped = false;
  const schedule = (delayMs: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => void tick(), delayMs);
  };
  const tick = async (): Promise<void> => {
    try {
      await flush();
      if (failures > 0) log.info('verdicts are stored again');
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1)
        log.error(
          { err: error },
          'verdicts cannot be stored: they stay in memory and the recorder tries again',
        );
    }
    schedule(Math.min(FLUSH_INTERVAL_MS * 2 ** Math.min(failures, 10), MAX_BACK_OFF_MS));
  };
  schedule(FLUSH_INTERVAL_MS);
  return {
    hurry: () => {
      if (failures === 0) schedule(0);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Allows a limited number of similar cases in each minute. */
function similarCaseLimit(now: () => Date): (group: string) => boolean {
  let minute = 0;
  let kept = new Map<string, number>();
  return (group) => {
    const current = Math.floor(now().getTime() / 60_000);
    if (current !== minute) [minute, kept] = [current, new Map()];
    const n = kept.get(group) ?? 0;
    kept.set(group, n + 1);
    return n < MAX_SIMILAR_PER_MINUTE;
  };
}
