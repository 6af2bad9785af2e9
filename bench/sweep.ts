import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { table } from './figures.ts';
import { OPERATIONS_PATH } from './gateway/operations.ts';
import { Parts, residentMb } from './gateway/processes.ts';

/** 1,000,000 as well with `SIZES` below extended: at 3,000 a second six minutes. */
const SIZES = [10_000, 30_000, 100_000];
const WATCH_MS = 200;

/** Accounts a second of a sweep, against two cores that answer at once: what the sweep itself can do. */
export async function benchSweep(): Promise<boolean> {
  const parts = new Parts();
  try {
    const [legacy, fresh] = [
      await parts.node('upstream-main.ts', 'fast'),
      await parts.node('upstream-main.ts', 'fast'),
    ];
    const rows: string[][] = [];
    let isRight = true;
    for (const size of SIZES) {
      const { asked, match, seconds, mostMb } = await oneSweep(legacy.url, fresh.url, size);
      isRight &&= asked === size && match === size;
      rows.push([String(size), seconds.toFixed(1), (size / seconds).toFixed(0), mostMb.toFixed(0)]);
    }
    process.stdout.write(`${table(['accounts', 'seconds', 'accounts/s', 'most MB'], rows)}\n`);
    return isRight;
  } finally {
    await parts.stop();
  }
}

async function oneSweep(legacyUrl: string, newUrl: string, size: number) {
  const main = join(import.meta.dirname, '../comparator/src/main.ts');
  const what = [
    '--operations',
    OPERATIONS_PATH,
    '--operation',
    'bench.shadowed',
    '--from',
    '1',
    '--to',
    String(size),
  ];
  const args = [main, 'sweep', ...what, '--legacy', legacyUrl, '--new', newUrl, '--json'];
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const out: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  const closed = once(child, 'close');
  let mostMb = 0;
  while (child.exitCode === null) {
    mostMb = Math.max(mostMb, residentMb(child.pid ?? 0));
    await Promise.race([closed, pause(WATCH_MS)]);
  }
  const seconds = (performance.now() - started) / 1_000;
  await closed;
  const report = JSON.parse(out.join('')) as { asked: number; verdicts: { match: number } };
  return { asked: report.asked, match: report.verdicts.match, seconds, mostMb };
}
