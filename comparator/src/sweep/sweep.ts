import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BadInput } from '../faults.ts';
import type { Observation } from '../verdict/observation.ts';
import { chunksOf, type Ids } from './ids.ts';
import { add, count, noTotals, type Totals } from './totals.ts';

/** What is lost by a kill is asked again: so many ids at most. Nothing is counted twice, because a chunk counts whole. */
const CHUNK = 1_000;

export type SweepOptions = {
  ids: Ids;
  /** Names everything that makes two sweeps the same; another one must not be gone on with. */
  fingerprint: string;
  /** Where the sweep stands; null: it begins anew each time. */
  stateFile: string | null;
  concurrency: number;
  ask: (id: string) => Promise<Observation>;
  /** After each id. */
  onProgress: (totals: Totals, chunk: Totals) => void;
  signal: AbortSignal;
};

type State = { fingerprint: string; done: number; totals: Totals };

/** Asks both cores about every id; stopped or killed, the next one goes on where this one was. */
export async function sweep(options: SweepOptions): Promise<{ totals: Totals; isWhole: boolean }> {
  const state = readState(options);
  for await (const chunk of chunksOf(options.ids, CHUNK, state.done)) {
    if (options.signal.aborted) return { totals: state.totals, isWhole: false };
    const chunkTotals = await sweepChunk(chunk, state.totals, options);
    if (options.signal.aborted) return { totals: state.totals, isWhole: false };
    add(state.totals, chunkTotals);
    state.done += chunk.length;
    writeState(options.stateFile, state);
  }
  return { totals: state.totals, isWhole: true };
}

async function sweepChunk(
  chunk: readonly string[],
  before: Totals,
  { concurrency, ask, onProgress, signal }: SweepOptions,
): Promise<Totals> {
  const totals = noTotals();
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < chunk.length && !signal.aborted) {
      const id = chunk[next] as string;
      next += 1;
      count(totals, await ask(id));
      totals.ms = performance.now() - started;
      onProgress(before, totals);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return totals;
}

function readState({ stateFile, fingerprint }: SweepOptions): State {
  const fresh: State = { fingerprint, done: 0, totals: noTotals() };
  if (stateFile === null) return fresh;
  let text: string;
  try {
    text = readFileSync(stateFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fresh;
    throw error;
  }
  const state = JSON.parse(text) as State;
  if (state.fingerprint !== fingerprint) {
    throw new BadInput(stateFile, [
      'it is the state of another sweep: name another file, or remove this one',
    ]);
  }
  return state;
}

/** Written beside and then renamed: a kill leaves the state before or after, never half of one. */
function writeState(stateFile: string | null, state: State): void {
  if (stateFile === null) return;
  writeFileSync(`${stateFile}.next`, JSON.stringify(state));
  renameSync(`${stateFile}.next`, stateFile);
}
