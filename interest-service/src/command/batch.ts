import type { DataSource } from 'typeorm';
import { connect, LIVE_LIMITS, type Limits } from '../ledger/data-source.ts';

/** Runs `work` with a data source and closes the data source afterwards, also after a fault. */
export async function withDatabase<T>(
  databaseUrl: string,
  applicationName: string,
  work: (source: DataSource) => Promise<T>,
  limits: Limits = LIVE_LIMITS,
): Promise<T> {
  const source = await connect(databaseUrl, applicationName, limits);
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

/** Runs `work` with a signal that SIGINT and SIGTERM abort: `work` finishes what is under way and begins nothing new. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
