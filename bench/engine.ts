import { EXACTNESS } from './engine-exactness.ts';
import { type BenchOptions, held, median, range, table } from './figures.ts';
import { CONTENDERS, type Contender } from './gateway/engine-contenders.ts';
import { SHAPES, type Shape } from './gateway/engine-shapes.ts';

const FULL = { rounds: 9, roundMs: 120 };
const QUICK = { rounds: 1, roundMs: 30 };
type Terms = typeof FULL;

/**
 * Which differences are found, and the microseconds of a comparison from bytes to differences. Fails if this engine is wrong
 * about a pair. For each of its two functions the bench prints whether it is exact and as fast as the faster jsondiffpatch.
 */
export function benchEngine({ isQuick }: BenchOptions): boolean {
  const { rounds, roundMs } = isQuick ? QUICK : FULL;
  const inexact = exactness();
  const medians = SHAPES.map((shape) => ({ shape, times: timesOf(shape, { rounds, roundMs }) }));
  process.stdout.write(
    `\nCPU microseconds a comparison from bytes (other processes do not count), median of ${rounds} interleaved rounds (least .. greatest)\n`,
  );
  const head = ['', ...CONTENDERS.map(({ name }) => name)];
  const rows = medians.map(({ shape, times }) => [
    `${shape.name} (${shape.left.length} B)`,
    ...CONTENDERS.map((one) => cell(times.get(one) ?? [])),
  ]);
  process.stdout.write(`${table(head, rows)}\n`);
  for (const one of CONTENDERS.filter(({ role }) => role === 'ours')) {
    const slower = medians.flatMap(({ shape, times }) => slowness(one, shape, times));
    const isExact = !inexact.has(one);
    process.stdout.write(
      `${one.name}: ${isExact ? 'exact' : 'NOT exact'}, at least as fast as jsondiffpatch: ${held(isExact && slower.length === 0)}${slower.length > 0 ? ` (${slower.join(', ')})` : ''}\n`,
    );
  }
  return [...inexact].every(({ role }) => role !== 'ours');
}

const cell = (times: readonly number[]): string => `${median(times).toFixed(1)} (${range(times, 1)})`;

/** The shapes for which this engine is slower than the faster of the two references, and by how much. */
function slowness(one: Contender, { name }: Shape, times: Map<Contender, number[]>): string[] {
  const of = (contender: Contender): number => median(times.get(contender) ?? []);
  const reference = Math.min(...CONTENDERS.filter(({ role }) => role === 'reference').map(of));
  return of(one) <= reference ? [] : [`${name} ${(of(one) / reference).toFixed(2)} of its time`];
}

function timesOf({ name, left, right, isEqual }: Shape, { rounds, roundMs }: Terms) {
  const times = new Map(CONTENDERS.map((one) => [one, [] as number[]]));
  for (const { name: who, compare } of CONTENDERS) {
    if ((compare(left, right)() === 0) !== isEqual) throw new Error(`${who} is wrong about ${name}`);
  }
  for (const one of CONTENDERS) microseconds(one, left, right, roundMs); // warms up
  for (let round = 0; round < rounds; round += 1) {
    for (const one of CONTENDERS) times.get(one)?.push(microseconds(one, left, right, roundMs));
  }
  return times;
}

function microseconds({ compare }: Contender, left: Buffer, right: Buffer, roundMs: number): number {
  const started = performance.now();
  const before = process.cpuUsage();
  let n = 0;
  while (performance.now() - started < roundMs) {
    for (let i = 0; i < 8; i += 1) compare(left, right);
    n += 8;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / n;
}

/** Prints each pair with the right result and the result of each contender. Returns the contenders with a wrong result. */
function exactness(): Set<Contender> {
  const inexact = new Set<Contender>();
  const rows = EXACTNESS.map(({ name, left, right, expected }) => [
    `${name}: ${expected}`,
    ...CONTENDERS.map((one) => {
      const result = resultOf(one, left, right, typeof expected === 'number');
      if (result === expected) return 'right';
      inexact.add(one);
      return `WRONG: ${result}`;
    }),
  ]);
  process.stdout.write(`${table(['right result', ...CONTENDERS.map(({ name }) => name)], rows)}\n`);
  return inexact;
}

function resultOf({ compare }: Contender, left: string, right: string, isCounted: boolean): string | number {
  try {
    const found = compare(Buffer.from(left), Buffer.from(right))();
    if (found === 'fault' || isCounted) return found;
    return found === 0 ? 'equal' : 'different';
  } catch {
    return 'fault';
  }
}
