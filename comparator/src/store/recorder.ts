import type pg from 'pg';
import type { Logger } from 'pino';
import type { Recorder } from '../gateway/gateway.ts';
import { Batch } from './batch.ts';
import { inTransaction } from './database.ts';
import { shared } from './shared.ts';
import { Tally } from './tally.ts';
import { type BatchStamp, type NewsMessage, writeBatch } from './write-batch.ts';

/** Counts reach the database this often; a mismatch at once. */
const FLUSH_INTERVAL_MS = 250;
/** Longest pause between two attempts while the database is away. */
const MAX_BACK_OFF_MS = 5_000;
/** Alike cases kept whole in a minute, by this process; the rest of a storm is counted. */
const MAX_ALIKE_PER_MINUTE = 20;

export type RecorderOptions = {
  pool: pg.Pool;
  runId: string;
  now: () => Date;
  log: Logger;
  message: NewsMessage;
  /** Called after alerts have been stored. */
  onAlerts: () => void;
};

export type StoreRecorder = Recorder & {
  /** Writes everything observed up to now; throws when the database did not take it. */
  flush(): Promise<void>;
  /** Counts of this process since its start. */
  readonly tally: Tally;
  /** Stops the clock and writes the rest; throws when the database did not take it. */
  close(): Promise<void>;
};

/**
 * Remembers observations in memory and writes them in batches, one at a time. A batch that failed is written again,
 * unchanged and under the same number, so a lost acknowledgement counts nothing twice; one that can never be stored
 * is stored as its counts alone.
 */
export function createRecorder({ pool, runId, now, log, message, onAlerts }: RecorderOptions): StoreRecorder {
  const startedAt = now();
  const tally = new Tally();
  const mayKeep = alikeLimit(now);
  let current = new Batch();
  let frozen: { batch: Batch; stamp: BatchStamp } | null = null;
  let number = 0;
  let writtenRequests = 0;

  const writeFrozen = async (): Promise<void> => {
    if (frozen === null) return;
    const { batch, stamp } = frozen;
    const write = (what: Batch) => inTransaction(pool, (client) => writeBatch(client, stamp, what, message));
    const alerts = await write(batch).catch(async (error: unknown) => {
      if (!isRefusedForGood(error)) throw error;
      log.error(
        { err: error, cases: batch.cases.length, signatures: batch.signatures.size },
        'the database refuses what answers had in them: only counts were stored; look at both cores and at the fault',
      );
      return await write(batch.countsOnly());
    });
    frozen = null;
    writtenRequests = stamp.requests;
    if (batch.lost > 0)
      log.error({ lost: batch.lost }, 'counts were lost: the database was away for too long');
    if (alerts > 0) onAlerts();
  };
  const freeze = (): void => {
    const { requests, settledCount: settled } = tally;
    if (current.isEmpty && requests === writtenRequests) return;
    number += 1;
    frozen = { batch: current, stamp: { runId, startedAt, number, requests, settled } };
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

/** Data exceptions, constraints, program limits: the same rows would be refused for ever, and all later ones with them. */
const REFUSED_FOR_GOOD = new Set(['22', '23', '54']);

function isRefusedForGood(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && REFUSED_FOR_GOOD.has(code.slice(0, 2));
}

/** Flushes at an interval, at once when hurried, and with growing pauses while the database is away. */
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
      if (failures > 0) log.info('the database takes verdicts again');
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
