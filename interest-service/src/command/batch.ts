import { SingleBar } from 'cli-progress';
import type { DataSource } from 'typeorm';
import { type Config, readConfig } from '../config.ts';
import { connect } from '../ledger/data-source.ts';

export type Batch = {
  config: Config;
  source: DataSource;
  /** Aborted by SIGINT or SIGTERM: finish what is under way, begin nothing new. */
  signal: AbortSignal;
};

/** A command that works through accounts beside live traffic, and ends. A stop in the middle loses nothing. */
export async function runBatch(
  applicationName: string,
  work: (batch: Batch) => Promise<number>,
): Promise<number> {
  const config = readConfig('batch');
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const source = await connect(config.databaseUrl, applicationName);
  try {
    return await work({ config, source, signal: stop.signal });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await source.destroy();
  }
}

export type Progress = { add(accounts: number): void; end(): void };

/** A bar on a terminal, nothing elsewhere: a log of a scheduled run has no use for it. */
export async function progressOf(what: string, total: () => Promise<number>, done = 0): Promise<Progress> {
  if (!process.stderr.isTTY) return { add: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: `${what} [{bar}] {value}/{total} accounts · {rate}/s · {eta_formatted} left`,
    hideCursor: true,
  });
  bar.start(await total(), done, { rate: 0 });
  const began = performance.now();
  let added = 0;
  const add = (accounts: number): void => {
    added += accounts;
    bar.increment(accounts, { rate: Math.round((added * 1_000) / (performance.now() - began)) });
  };
  return { add, end: () => bar.stop() };
}

/** JSON for machines; money and positions as text. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}\n`;
}
