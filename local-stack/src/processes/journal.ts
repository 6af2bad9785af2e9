import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { startOfProcess } from './process-identity.ts';

/** One started process, with all that is needed to stop it from outside. */
export type JournalEntry = { pid: number; startedAt: string; stopSignal: NodeJS.Signals; name: string };

/**
 * The list of a run's processes, on disk: written by the supervisor at once (synchronously) on each start and
 * end, read by the watchdog when the supervisor died and by a later run when the watchdog died too.
 */
export class Journal {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  started(entry: Omit<JournalEntry, 'startedAt'>): void {
    const startedAt = startOfProcess(entry.pid);
    if (startedAt === undefined) return; // it ended already: nothing to stop
    this.#append({ ...entry, startedAt });
  }

  ended(pid: number): void {
    this.#append({ ended: pid });
  }

  /** The processes that still run, in the order of their start. */
  stillRunning(): JournalEntry[] {
    const running = new Map<number, JournalEntry>();
    for (const line of readLines(this.path)) {
      if ('ended' in line) running.delete(line.ended);
      else running.set(line.pid, line);
    }
    return [...running.values()].filter((entry) => startOfProcess(entry.pid) === entry.startedAt);
  }

  #append(line: JournalLine): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

type JournalLine = JournalEntry | { ended: number };

function readLines(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const complete = readFileSync(path, 'utf8').split('\n').slice(0, -1); // a torn last line never started anything
  return complete.map((line) => JSON.parse(line) as JournalLine);
}
