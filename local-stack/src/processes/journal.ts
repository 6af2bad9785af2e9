import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { startOfProcess } from './process-identity.ts';

/** One started process, with what is needed to stop it from another process. */
export type StartedProcess = { pid: number; startedAt: string; stopSignal: NodeJS.Signals; name: string };

/**
 * The list of a run's processes, on disk. The supervisor writes each start and each end synchronously. The watchdog reads
 * the list if the supervisor was killed, and a later run reads it if the watchdog was killed as well.
 */
export class Journal {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  started(process: Omit<StartedProcess, 'startedAt'>): void {
    const startedAt = startOfProcess(process.pid);
    if (startedAt === undefined) return; // it has ended already
    this.#append({ ...process, startedAt });
  }

  ended(pid: number): void {
    this.#append({ ended: pid });
  }

  /** The processes that still run, in the order of their start. */
  stillRunning(): StartedProcess[] {
    const running = new Map<number, StartedProcess>();
    for (const line of readLines(this.path)) {
      if ('ended' in line) running.delete(line.ended);
      else running.set(line.pid, line);
    }
    return [...running.values()].filter(({ pid, startedAt }) => startOfProcess(pid) === startedAt);
  }

  #append(line: JournalLine): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

type JournalLine = StartedProcess | { ended: number };

function readLines(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const complete = readFileSync(path, 'utf8').split('\n').slice(0, -1); // a last line without an end was never completed
  return complete.map((line) => JSON.parse(line) as JournalLine);
}
