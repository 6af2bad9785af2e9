import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { BadInput } from '@core-exit/process/faults';

/** To lose a second of work is cheaper than to write after every step. */
const WRITE_EVERY_MS = 1_000;

/** The progress of long work, in a file that is complete at any moment. */
export type Checkpoint<State> = {
  /** What an earlier run stored; null: begin from the start. */
  readonly earlier: State | null;
  keep(state: State): void;
  /** Writes the last state that `keep` got. */
  flush(): void;
  /** The work is done: the next run begins from the start. */
  remove(): void;
};

type File<State> = { work: string; state: State };

/** `work` names the work, because a file of other work is refused. Null file: nothing is stored. */
export function checkpointIn<State>(file: string | null, work: string): Checkpoint<State> {
  if (file === null) return { earlier: null, keep() {}, flush() {}, remove() {} };
  let last: State | null = null;
  let writtenAt = performance.now();
  const flush = () => {
    if (last === null) return;
    writeFileSync(`${file}.new`, JSON.stringify({ work, state: last } satisfies File<State>));
    renameSync(`${file}.new`, file);
    writtenAt = performance.now();
  };
  return {
    earlier: readEarlier<State>(file, work),
    keep(state) {
      last = state;
      if (performance.now() - writtenAt >= WRITE_EVERY_MS) flush();
    },
    flush,
    remove: () => rmSync(file, { force: true }),
  };
}

function readEarlier<State>(file: string, work: string): State | null {
  if (!existsSync(file)) return null;
  let stored: Partial<File<State>>;
  try {
    stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<File<State>>;
  } catch {
    throw notValid(`${file} is not such a file: remove it to begin from the start`);
  }
  if (stored.work !== work)
    throw notValid(`${file} is of other work (${stored.work ?? 'unknown'}): remove it or name another file`);
  return stored.state ?? null;
}

const notValid = (found: string): BadInput => new BadInput('the file of --resume', [found]);
