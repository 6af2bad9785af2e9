import type { Logger } from 'pino';
import type { Recorder } from '../gateway/ports.ts';
import { Batch, type Left } from './batch.ts';
import { type BatchStore, type DatabaseStoreOptions, databaseStore } from './batch-store.ts';
import { shared } from './coalesced-run.ts';
import { Tally } from './tally.ts';
import type { BatchStamp } from './write-batch.ts';

/** Counts leave this often; a mismatch at once. */
const FLUSH_INTERVAL_MS = 250;
/** Longest pause between two attempts while the store is away. */
const MAX_BACK_OFF_MS = 5_000;
/** Alike cases kept whole in a minute, by this process; the rest of a storm is counted. */
const MAX_ALIKE_PER_MINUTE = 20;

export type RecordingOptions = { runId: string; now: () => Date; log: Logger };

export type StoreRecorder = Recorder & {
  /** Writes everything observed up to now; throws when the store did not take it. */
  flush(): Promise<void>;
  /** The same, and resolves when it can be read in the database. */
  stored(): Promise<void>;
  /** Counts of this process since its start. */
  readonly tally: Tally;
  /** What found no place since the start of this process. */
  left(): Left;
  /** Verdicts that are only in memory yet. */
  unstored(): number;
  /** Stops the clock and writes the rest; throws when the store did not take it. */
  close(): Promise<void>;
};

/** Straight to the database. */
export function createRecorder(options: RecordingOptions & DatabaseStoreOptions): StoreRecorder {
  return recorderInto(databaseStore(options), options);
}

/**
 * Remembers observations in memory and writes them in batches, one at a time. A batch that failed is written again,
 * unchanged and under the same number, so a lost acknowledgement counts nothing twice.
 */
export function recorderInto(store: BatchStore, { runId, now, log }: RecordingOptions): StoreRecorder {
  const startedAt = now();
  const tally = new Tally();
  const mayKeep = alikeLimit(now);
  let current = new Batch();
  let frozen: { batch: Batch; stamp: BatchStamp } | null = null;
  let number = 0;
  let written = { requests: 0, settled: 0 };
  const left: Left = { counts: 0, cases: 0, signatures: 0 };

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
    const { lost, beyond } = current;
    left.counts += lost;
    left.cases += beyond.cases;
    left.signatures += beyond.signatures;
    current = new Batch();
  };
  const flush = shared(async () => {
    await writeFrozen(); // what failed before
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
    left: () => ({
      counts: left.counts + current.lost,
      cases: left.cases + current.beyond.cases,
      signatures: left.signatures + current.beyond.signatures,
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

/** Flushes at an interval, at once when hurried, and with growing pauses while the store is away. */
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
      if (failures === 1) log.error({ err: error }, 'verdicts cannot be stored: kept in memory, trying on');
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

/** Lets the first so many of alike cases through in each minute. */
function alikeLimit(now: () => Date): (alike: string) => boolean {
  let minute = 0;
  let kept = new Map<string, number>();
  return (alike) => {
    const current = Math.floor(now().getTime() / 60_000);
    if (current !== minute) [minute, kept] = [current, new Map()];
    const n = kept.get(alike) ?? 0;
    kept.set(alike, n + 1);
    return n < MAX_ALIKE_PER_MINUTE;
  };
}
