import { type BenchOptions, held, table } from './figures.ts';
import { minutesText, oneSweep, type Swept } from './gateway/one-sweep.ts';
import { Parts } from './gateway/processes.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const QUICK_SIZES = [1_000, 3_000, 10_000];
/** A sweep of a million must be as fast per account as one of ten thousand; otherwise its time is not linear. */
const LINEAR_BOUND = 0.8;
/** Bound of the memory at the end of the greatest sweep, as a multiple of that of the sweep before. */
const MEMORY_BOUND = 1.3;
const MILLION = 1_000_000;
const MILLION_WITHIN_S = 600;

/**
 * Accounts per second of a sweep of two cores that answer at once, so the limit is the sweep itself. Fails if an account is left
 * out or equal answers count as different. Missed bounds are marked MISSED.
 */
export async function benchSweep({ isQuick }: BenchOptions): Promise<boolean> {
  const parts = new Parts();
  try {
    const cores = {
      legacy: await parts.node('upstream-main.ts', 'fast'),
      fresh: await parts.node('upstream-main.ts', 'fast'),
    };
    const all: Swept[] = [];
    for (const size of isQuick ? QUICK_SIZES : SIZES) {
      const last = all.at(-1);
      if (last !== undefined) {
        const estimate = minutesText(size / last.perSecond);
        process.stderr.write(`${size.toLocaleString('en')} accounts: about ${estimate}\n`);
      }
      all.push(await oneSweep(cores, size));
    }
    print(all);
    const wrong = all.filter(({ size, asked, match }) => asked !== size || match !== size);
    for (const one of wrong) process.stdout.write(`WRONG: ${JSON.stringify(one)}\n`);
    return wrong.length === 0;
  } finally {
    await parts.stop();
  }
}

function print(all: readonly Swept[]): void {
  const rows = all.map(({ size, seconds, perSecond, endMb, mostMb, cpuUs }) => [
    size.toLocaleString('en'),
    seconds.toFixed(1),
    perSecond.toFixed(0),
    endMb.toFixed(0),
    mostMb.toFixed(0),
    cpuUs.sweep.toFixed(0),
    cpuUs.legacy.toFixed(0),
    cpuUs.fresh.toFixed(0),
  ]);
  const head = [
    'accounts',
    'seconds',
    'accounts/s',
    'MB at the end',
    'most MB',
    'CPU us sweep',
    'legacy',
    'new',
  ];
  process.stdout.write(`${table(head, rows)}\n`);
  for (const line of bounds(all)) process.stdout.write(`${line}\n`);
}

function bounds(all: readonly Swept[]): string[] {
  const [before, greatest] = all.slice(-2);
  if (before === undefined || greatest === undefined) return [];
  const smaller = Math.max(...all.slice(0, -1).map(({ perSecond }) => perSecond));
  const rate = greatest.perSecond / smaller;
  const memory = greatest.endMb / before.endMb;
  const million = MILLION / greatest.perSecond;
  const verb = greatest.size === MILLION ? 'took' : 'would take';
  return [
    `linear, ${rate.toFixed(2)} of the best smaller rate (>= ${LINEAR_BOUND}): ${held(rate >= LINEAR_BOUND)}`,
    `memory flat, ${memory.toFixed(2)} of the size before (<= ${MEMORY_BOUND}): ${held(memory <= MEMORY_BOUND)}`,
    `a million ${verb} ${minutesText(million)} (< ${MILLION_WITHIN_S / 60} min): ${held(million < MILLION_WITHIN_S)}`,
  ];
}
