import { setTimeout as sleep } from 'node:timers/promises';
import { Follower, redisStore } from '@core-exit/cache';
import { healthServer, Progress } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import { connect } from '../ledger/data-source.ts';
import { postgresLedgerChanges } from './ledger-changes.sql.ts';
import { type StreamState, streamMetrics } from './ledger-stream.metrics.ts';
import { ledgerStream } from './ledger-stream.ts';
import { QUOTES, redisClient } from './quote-cache.redis.ts';
import { retainedBytes } from './replication-slot.sql.ts';

/** Longer than a cache waits, because a late drop is still worth more than no drop. */
const REDIS_TIMEOUT_MS = 1_000;
/** A beat is due every 200 ms, and a standby checks the slot every 500 ms. */
const STUCK_AFTER_MS = 60_000;

export type LedgerStreamSettings = {
  host: string;
  port: number;
  databaseUrl: string;
  redisUrl: string;
  ledgerStreamSlot: string;
};

/** Ledger -> dropped quotes. One process is active, the others stand by. */
export async function startLedgerStream(settings: LedgerStreamSettings, log: Logger): Promise<Part[]> {
  const slot = settings.ledgerStreamSlot;
  const source = await connect(settings.databaseUrl, 'interest-ledger-stream-metrics');
  const redis = redisClient(settings.redisUrl, log, { commandTimeout: REDIS_TIMEOUT_MS });
  const state: StreamState = { role: 'off', dropped: 0, epochs: 0, lastBeatAt: null };
  const progress = new Progress(STUCK_AFTER_MS);
  const follower = new Follower({
    store: redisStore(redis),
    name: QUOTES,
    onEpoch: (epoch) => {
      state.epochs += 1;
      log.info({ epoch }, 'drops may have been lost: all quotes kept until now are computed again');
    },
  });
  const abort = new AbortController();
  const streaming = ledgerStream({
    changes: postgresLedgerChanges(settings.databaseUrl, slot),
    follower,
    signal: abort.signal,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    onRole(role) {
      progress.made();
      if (role !== state.role) log.info({ role, slot }, 'ledger stream');
      state.role = role;
    },
    onDropped: (accounts) => void (state.dropped += accounts),
    onBeat: () => void (state.lastBeatAt = performance.now()),
    onFault: (fault) =>
      log.warn(
        { err: fault },
        'ledger stream ended and starts again: until then quotes read the ledger first',
      ),
  });
  const health = await healthServer(settings.host, settings.port, {
    isReady: () => state.role !== 'off',
    progress,
    metrics: async () => streamMetrics(state, await retainedBytes(source, slot)),
  });
  return [
    { name: 'database', close: () => source.destroy() },
    { name: 'redis', close: async () => redis.disconnect() },
    { name: 'health', close: health.close },
    {
      name: 'ledger stream',
      close: async () => {
        abort.abort();
        await streaming;
      },
    },
  ];
}
