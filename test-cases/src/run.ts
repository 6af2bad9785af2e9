import { resolve } from 'node:path';
import type { Arguments, Target } from './arguments.ts';
import type { Config } from './config.ts';
import { CORES, type CoreName } from './cores/core-client.ts';
import { capture, type Doubted } from './cores/capture.sql.ts';
import { runOnCores } from './cores/run-cores.ts';
import { useStack } from './cores/stack.ts';
import { loadCases } from './load/load.ts';
import { generate } from './matrix/generate.ts';
import { jsonLines, summary } from './report/lines.ts';
import { progressOn } from './report/progress.ts';
import { count, type Result } from './result.ts';
import type { Case } from './row/row.ts';
import { runOnDomain } from './targets/run-domain.ts';

type RunArguments = Extract<Arguments, { command: 'run' }>;

/** The command `run`: answers its exit code. */
export async function run(args: RunArguments, config: Config, signal: AbortSignal): Promise<number> {
  const cases = loadCases(args.paths.map((path) => resolve(config.directory, path)));
  const { results, seconds } =
    args.target === 'domain'
      ? onDomain(cases)
      : await onCores(cases, args.target, args.stack ?? config.stack, signal);
  process.stdout.write(
    args.json ? jsonLines(results, args.target !== 'domain') : summary(results, args.target, seconds),
  );
  return count(results).failed > 0 ? 1 : 0;
}

type Timed = { results: Result[]; seconds: number };

function onDomain(cases: readonly Case[]): Timed {
  const started = performance.now();
  return { results: runOnDomain(cases), seconds: secondsSince(started) };
}

const CORES_OF = { new: ['new'], legacy: ['legacy'], both: CORES } as const satisfies Record<
  Exclude<Target, 'domain'>,
  readonly CoreName[]
>;

/** Seconds are those of the rows; starting a stack comes before. */
async function onCores(
  cases: readonly Case[],
  target: Exclude<Target, 'domain'>,
  told: string | null,
  signal: AbortSignal,
): Promise<Timed> {
  const { stack, stop } = await useStack(told, signal);
  const progress = progressOn(process.stderr, target);
  try {
    const started = performance.now();
    const results = await runOnCores(cases, { stack, cores: CORES_OF[target], signal, progress, pays: true });
    return { results, seconds: secondsSince(started) };
  } finally {
    progress.stop();
    await stop();
  }
}

/** The command `generate`. */
export async function runGenerate(told: string | null, config: Config, signal: AbortSignal): Promise<number> {
  const { stack, stop } = await useStack(told ?? config.stack, signal);
  const bars: { stop(): void }[] = [];
  const progress = (what: string) => {
    const bar = progressOn(process.stderr, what);
    bars.push(bar);
    return bar;
  };
  try {
    process.stdout.write(`${await generate(stack, { signal, progress })}\n`);
    return 0;
  } finally {
    for (const bar of bars) bar.stop();
    await stop();
  }
}

/** The command `capture`. */
export async function runCapture(
  doubted: Doubted,
  told: string | null,
  config: Config,
  signal: AbortSignal,
): Promise<number> {
  const { stack, stop } = await useStack(told ?? config.stack, signal);
  try {
    process.stdout.write(`${JSON.stringify(await capture(stack.postgres, doubted))}\n`);
    return 0;
  } finally {
    await stop();
  }
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;
