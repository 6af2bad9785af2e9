import { Fault } from '@core-exit/process/faults';
import { STACK_FAULTS } from '../faults.ts';
import { logTail } from './log-tail.ts';

/** How a process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

const howItEnded = ({ code, signal }: Exit) => (signal === null ? `with code ${code}` : `by ${signal}`);

function lastLines(logFile: string): string {
  const tail = logTail(logFile);
  return tail === '' ? 'the log is empty' : `the last lines of its log:\n${tail.replaceAll(/^/gm, '    | ')}`;
}

/** A process ended although the run did not stop it. The message has the last lines of its log. */
export class ProcessEnded extends Fault {
  readonly process: string;
  readonly exit: Exit;

  constructor(process: string, exit: Exit, logFile: string) {
    const message = `${process} ended ${howItEnded(exit)}; ${lastLines(logFile)}`;
    super(STACK_FAULTS.PROCESS_ENDED, message, { next: `read ${logFile}` });
    this.process = process;
    this.exit = exit;
  }
}

/** A process runs, but it did not become ready within the time limit. */
export class ProcessNotReady extends Fault {
  constructor(process: string, limitMs: number, logFile: string, cause: unknown) {
    const message = `${process} was not ready within ${limitMs / 1_000} s; ${lastLines(logFile)}`;
    super(STACK_FAULTS.PROCESS_NOT_READY, message, { cause });
  }
}

/** The program to start is not installed or may not be executed. */
export class ProgramNotStarted extends Fault {
  constructor(process: string, command: string, cause: unknown) {
    const message = `${process}: ${command} could not be started`;
    super(STACK_FAULTS.PROGRAM_NOT_STARTED, message, { next: `install ${command}`, cause });
  }
}

/** A process was not started, or it was stopped before it was ready, because the run is being stopped. */
export class RunIsStopping extends Fault {
  constructor(process: string) {
    super(STACK_FAULTS.RUN_IS_STOPPING, `${process} was given up: the run is being stopped`);
  }
}
