import { setTimeout as sleep } from 'node:timers/promises';
import { Follower, redisStore } from '@core-exit/cache';
import { healthServer } from '@core-exit/process/health';
import type { Part } from '@core-exit/process/stop';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { connect } from '../ledger/data-source.ts';
import { postgresLedgerLog } from './ledger-changes.sql.ts';
import { type StreamState, streamMetrics } from './ledger-stream.metrics.ts';
import { ledgerStream } from './ledger-stream.ts';
import { QUOTES, redisClient } from './quote-cache.redis.ts';
import { retainedBytes } from './replication-slot.sql.ts';

/** Longer than a cache waits: a drop that is late is still worth more than one that is given up. */
const REDIS_WITHIN_MS = 1_000;

/** Ledger -> dropped quotes. One is active, the others stand by. */
export async function startLedgerStream(config: Config, log: Logger): Promise<Part[]> {
  const source = await connect(config.databaseUrl, 'interest-ledger-stream-metrics');
  const redis = redisClient(config.redisUrl, log, { commandTimeout: REDIS_WITHIN_MS });
  const state: StreamState = { role: 'off', dropped: 0, epochs: 0, lastBeatAt: null };
  const follower = new Follower({
    store: redisStore(redis),
    name: QUOTES,
    onEpoch: (epoch) => {
      state.epochs += 1;
      log.info({ epoch }, 'drops may have been lost before now: quotes kept until now are computed again');
    },
  });
  const abort = new AbortController();
  const running = ledgerStream({
    log: postgresLedgerLog(config.databaseUrl, config.ledgerStreamSlot),
    follower,
    signal: abort.signal,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    onRole(role) {
      if (role !== state.role) log.info({ role, slot: config.ledgerStreamSlot }, 'ledger stream');
      state.role = role;
    },
    onDropped: (accounts) => void (state.dropped += accounts),
    onBeat: () => void (state.lastBeatAt = performance.now()),
    onFault: (fault) =>
      log.warn({ err: fault }, 'ledger stream ended, trying again: meanwhile quotes ask the ledger first'),
  });
  const health = await healthServer(config.host, config.port, {
    isReady: () => state.role !== 'off',
    metrics: async () => streamMetrics(state, await retainedBytes(source, config.ledgerStreamSlot)),
  });
  return [
    { name: 'database', close: () => source.destroy() },
    { name: 'redis', close: async () => redis.disconnect() },
    { name: 'health', close: health.close },
    {
      name: 'ledger stream',
      close: async () => {
        abort.abort();
        await running;
      },
    },
  ];
}
