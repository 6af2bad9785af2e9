import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuUs, residentMb } from '../process-usage.ts';
import { upstreamCounts } from './counts.ts';
import { OPERATIONS_PATH } from './operations.ts';
import { type Part } from './processes.ts';

const POLL_MS = 200;
const PRINT_EVERY_MS = 5_000;
/** Samples at the end of a sweep. Memory rises and falls with each garbage collection, so the greatest of some seconds counts. */
const END_SAMPLES = 15;

export type Cores = { legacy: Part; fresh: Part };

export type Swept = {
  size: number;
  asked: number;
  match: number;
  /** From the first request to the last answer, as the sweep itself counts it, without the start of its process. */
  perSecond: number;
  seconds: number;
  endMb: number;
  mostMb: number;
  /** Microseconds of CPU per account: of the sweep and of each core. */
  cpuUs: { sweep: number; legacy: number; fresh: number };
};

/** Sweeps the accounts 1 to `size` with the comparator's command, and prints progress and remaining time on standard error. */
export async function oneSweep({ legacy, fresh }: Cores, size: number): Promise<Swept> {
  const before = { legacy: cpuUs(legacy.pid), fresh: cpuUs(fresh.pid) };
  const requestsBefore = (await upstreamCounts(legacy.url)).requests;
  const started = performance.now();
  const child = spawn(process.execPath, sweepArgs(legacy.url, fresh.url, size), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const out: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  const closed = once(child, 'close');
  const memory: number[] = [];
  let sweepUs = 0;
  let printedAt = started;
  while (child.exitCode === null && child.signalCode === null) {
    const mb = residentMb(child.pid ?? 0);
    if (mb > 0) memory.push(mb);
    sweepUs = Math.max(sweepUs, cpuUs(child.pid ?? 0));
    if (performance.now() - printedAt > PRINT_EVERY_MS) {
      printedAt = performance.now();
      printProgress((await upstreamCounts(legacy.url)).requests - requestsBefore, size, printedAt - started);
    }
    await Promise.race([closed, pause(POLL_MS)]);
  }
  await closed;
  const seconds = (performance.now() - started) / 1_000;
  if (out.length === 0) throw new Error(`the sweep of ${size} ended without a report`);
  const report = JSON.parse(out.join('')) as { asked: number; ms: number; verdicts: { match: number } };
  return {
    size,
    asked: report.asked,
    match: report.verdicts.match,
    perSecond: (report.asked * 1_000) / report.ms,
    seconds,
    endMb: Math.max(...memory.slice(-END_SAMPLES)),
    mostMb: Math.max(...memory),
    cpuUs: {
      sweep: sweepUs / size,
      legacy: (cpuUs(legacy.pid) - before.legacy) / size,
      fresh: (cpuUs(fresh.pid) - before.fresh) / size,
    },
  };
}

function sweepArgs(legacyUrl: string, newUrl: string, size: number): string[] {
  const main = join(import.meta.dirname, '../../comparator/src/main.ts');
  const what = ['--operations', OPERATIONS_PATH, '--operation', 'bench.shadowed', '--from', '1'];
  const cores = ['--legacy', legacyUrl, '--new', newUrl];
  return [main, 'sweep', ...what, '--to', String(size), ...cores, '--json'];
}

function printProgress(done: number, size: number, ms: number): void {
  const perSecond = (done * 1_000) / ms;
  process.stderr.write(
    `${done.toLocaleString('en')} of ${size.toLocaleString('en')}: ${perSecond.toFixed(0)} a second, ${minutesText((size - done) / perSecond)} left\n`,
  );
}

export function minutesText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
