import { SingleBar } from 'cli-progress';

export type ProgressBar = { add(accounts: number): void; end(): void };

/** A progress bar on a terminal. Elsewhere it prints nothing, because the log of a scheduled run has no use for it. */
export async function progressBar(
  what: string,
  total: () => Promise<number>,
  done = 0,
): Promise<ProgressBar> {
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

/** One line of JSON for machines. Money and positions are text. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}\n`;
}
