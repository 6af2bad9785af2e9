import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BadInput } from '@core-exit/process/faults';
import type { Observation } from '../verdict/observation.ts';
import type { SweepResult } from './compare-one.ts';
import { chunksOf, type Ids } from './ids.ts';
import { add, count, noTotals, type Totals } from './totals.ts';

/** After a kill at most so many ids are compared again. Nothing is counted twice, because chunks are counted as a whole. */
const CHUNK = 1_000;

export type SweepOptions = {
  ids: Ids;
  /** Identifies the sweep. A state file with another fingerprint is refused. */
  fingerprint: string;
  /** The file with the progress of the sweep; null: the sweep always starts at the beginning. */
  stateFile: string | null;
  concurrency: number;
  /** The date that all answers must have; null: the date of the first answer. */
  businessDate: string | null;
  /** Compares both cores for one id. Never throws. */
  compare: (id: string) => Promise<SweepResult>;
  /** Called after each id. */
  onProgress: (totals: Totals, chunk: Totals) => void;
  signal: AbortSignal;
};

type State = { fingerprint: string; done: number; totals: Totals };

/** Compares both cores for every id. After a stop or a kill, the next call continues at the state file. */
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
  { concurrency, compare, onProgress, signal }: SweepOptions,
): Promise<Totals> {
  const totals: Totals = { ...noTotals(), businessDate: before.businessDate };
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < chunk.length && !signal.aborted) {
      const id = chunk[next] as string;
      next += 1;
      const { observation, businessDate } = await compare(id);
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
 * After midnight the cores answer for the next business date. Equal answers for another date than the sweep's are `raced`.
 * A mismatch is a mismatch on any date.
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
      'it is the state of another sweep: give another file, or delete this one',
    ]);
  }
  return { ...state, totals: { ...fresh.totals, ...state.totals } }; // the state of an older release has fewer fields
}

/** Writes another file and renames it, so that a kill leaves the old state or the new one, and never half of one. */
function writeState(stateFile: string | null, state: State): void {
  if (stateFile === null) return;
  writeFileSync(`${stateFile}.next`, JSON.stringify(state));
  renameSync(`${stateFile}.next`, stateFile);
}
