import { resolve } from 'node:path';
import { EXIT } from '@core-exit/process/exit-codes';
import { SingleBar } from 'cli-progress';
import type { RunArguments, Target } from './arguments.ts';
import { readConfig } from './config.ts';
import { type AccountBasis, capture } from './cores/capture.sql.ts';
import { CORES, type CoreName } from './cores/core-client.ts';
import { type Progress, runOnCores } from './cores/run-cores.ts';
import { useStack } from './cores/stack.ts';
import { loadCases } from './load/load.ts';
import { generate } from './matrix/generate.ts';
import { jsonLines, summary } from './report/lines.ts';
import { count, type Result } from './result.ts';
import type { Case } from './row/row.ts';
import { runOnDomain } from './targets/run-domain.ts';

/** The command `run`; returns its exit code. */
export async function runCases(args: RunArguments, signal: AbortSignal): Promise<number> {
  const { directory, stack } = readConfig();
  const cases = loadCases(args.paths.map((path) => resolve(directory, path)));
  const { results, seconds } =
    args.target === 'domain'
      ? onDomain(cases)
      : await onCores(cases, args.target, args.stack ?? stack, signal);
  process.stdout.write(
    args.json ? jsonLines(results, args.target !== 'domain') : summary(results, args.target, seconds),
  );
  return count(results).failed > 0 ? EXIT.found : EXIT.done;
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

/** The seconds are those of the rows, without the start of a stack. */
async function onCores(
  cases: readonly Case[],
  target: Exclude<Target, 'domain'>,
  stackFile: string | null,
  signal: AbortSignal,
): Promise<Timed> {
  const { stack, stop } = await useStack(stackFile, signal);
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
export async function runGenerate(stackFile: string | null, signal: AbortSignal): Promise<number> {
  const { stack, stop } = await useStack(stackFile ?? readConfig().stack, signal);
  const bars: { stop(): void }[] = [];
  const progress = (title: string) => {
    const bar = progressOn(process.stderr, title);
    bars.push(bar);
    return bar;
  };
  try {
    process.stdout.write(`${await generate(stack, { signal, progress })}\n`);
    return EXIT.done;
  } finally {
    for (const bar of bars) bar.stop();
    await stop();
  }
}

/** The command `capture`. */
export async function runCapture(
  { basis, stack: stackFile }: { basis: AccountBasis; stack: string | null },
  signal: AbortSignal,
): Promise<number> {
  const { stack, stop } = await useStack(stackFile ?? readConfig().stack, signal);
  try {
    process.stdout.write(`${JSON.stringify(await capture(stack.postgres, basis))}\n`);
    return EXIT.done;
  } finally {
    await stop();
  }
}

/** A progress bar on a terminal; no output elsewhere. */
function progressOn(out: NodeJS.WriteStream, title: string): Progress & { stop(): void } {
  if (!out.isTTY) return { total() {}, step() {}, stop() {} };
  const bar = new SingleBar({
    format: `${title} {bar} {value}/{total} rows  {duration} s`,
    stream: out,
    hideCursor: true,
    clearOnComplete: true,
  });
  return {
    total: (rows) => bar.start(rows, 0),
    step: () => bar.increment(),
    stop: () => bar.stop(),
  };
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;
