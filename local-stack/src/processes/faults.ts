import { Fault } from '../fault.ts';
import { logTail } from './log-tail.ts';

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

const describe = ({ code, signal }: Exit) => (signal === null ? `with code ${code}` : `by ${signal}`);

function lastLines(logFile: string): string {
  const tail = logTail(logFile);
  return tail === '' ? 'the log is empty' : `the last lines of its log:\n${tail.replaceAll(/^/gm, '    | ')}`;
}

/** A process ended that nobody asked to end; carries the last lines of its log. */
export class ProcessEnded extends Fault {
  readonly process: string;
  readonly exit: Exit;

  constructor(process: string, exit: Exit, logFile: string) {
    super('PROCESS_ENDED', `${process} ended ${describe(exit)}; ${lastLines(logFile)}`, `read ${logFile}`);
    this.process = process;
    this.exit = exit;
  }
}

/** A process runs but did not become ready before its deadline. */
export class ProcessNotReady extends Fault {
  constructor(process: string, withinMs: number, logFile: string, cause: unknown) {
    super(
      'PROCESS_NOT_READY',
      `${process} was not ready within ${withinMs} ms; ${lastLines(logFile)}`,
      `read ${logFile}; on a loaded machine try again`,
      { cause },
    );
  }
}

/** The program to start is not there or may not be executed. */
export class ProgramNotStarted extends Fault {
  constructor(process: string, command: string, cause: unknown) {
    super('PROGRAM_NOT_STARTED', `${process}: ${command} could not be started`, `install ${command}`, {
      cause,
    });
  }
}

/** A process was not started, or not to its readiness or end, because the run is being stopped. */
export class RunIsStopping extends Fault {
  constructor(process: string) {
    super('RUN_IS_STOPPING', `${process} did not get on: the run is being stopped`, 'start a new run');
  }
}
