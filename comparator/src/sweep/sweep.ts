import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BadInput } from '@core-exit/process/faults';
import type { Observation } from '../verdict/observation.ts';
import type { Swept } from './compare-one.ts';
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
  /** Answers from another business date are no match of this sweep; null: the first answer's is taken. */
  businessDate: string | null;
  /** Never throws. */
  ask: (id: string) => Promise<Swept>;
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
  const totals: Totals = { ...noTotals(), businessDate: before.businessDate };
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < chunk.length && !signal.aborted) {
      const id = chunk[next] as string;
      next += 1;
      const { observation, businessDate } = await ask(id);
      totals.businessDate ??= businessDate;
      count(totals, heldTo(totals.businessDate, businessDate, observation));
      totals.ms = performance.now() - started;
      onProgress(before, totals);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return totals;
}

/**
 * Behind midnight the cores answer from the next business date. They may well agree, but not about the date of this sweep:
 * `raced`. A mismatch stays one on whatever date.
 */
function heldTo(due: string | null, businessDate: string | null, observation: Observation): Observation {
  const isOther = due !== null && businessDate !== null && businessDate !== due;
  const agrees = observation.verdict === 'match' || observation.verdict === 'explained';
  return isOther && agrees ? { ...observation, verdict: 'raced' } : observation;
}

function readState({ stateFile, fingerprint, businessDate }: SweepOptions): State {
  const fresh: State = { fingerprint, done: 0, totals: { ...noTotals(), businessDate } };
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
  return { ...state, totals: { ...fresh.totals, ...state.totals } }; // a state of an older release has less in it
}

/** Written beside and then renamed: a kill leaves the state before or after, never half of one. */
function writeState(stateFile: string | null, state: State): void {
  if (stateFile === null) return;
  writeFileSync(`${stateFile}.next`, JSON.stringify(state));
  renameSync(`${stateFile}.next`, stateFile);
}
