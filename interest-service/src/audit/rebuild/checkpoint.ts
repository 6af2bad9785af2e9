import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { WrongArguments } from '../../command/arguments.ts';

/** Losing a second of work is cheaper than writing after every step. */
const WRITE_EVERY_MS = 1_000;

/** How far long work came, in a file that is whole at any moment. */
export type Checkpoint<State> = {
  /** What an earlier run kept; null: begin anew. */
  readonly earlier: State | null;
  keep(state: State): void;
  /** Writes what `keep` was told last. */
  flush(): void;
  /** The work is done: the next run begins anew. */
  remove(): void;
};

type File<State> = { work: string; state: State };

/** `work` says what is being done: a file of other work is refused. Null file: nothing is kept. */
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
  let kept: Partial<File<State>>;
  try {
    kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<File<State>>;
  } catch {
    throw new WrongArguments(`${file} is not a file of --resume: remove it to begin anew`);
  }
  if (kept.work !== work)
    throw new WrongArguments(
      `${file} is of other work (${kept.work ?? 'unknown'}): remove it or name another`,
    );
  return kept.state ?? null;
}
