import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput, faultText } from '@core-exit/process/faults';
import { type Leave, stopOnExitSignals } from './processes/exit-signals.ts';
import { RunIsStopping } from './processes/process-faults.ts';
import { openRun, type Run, type RunOptions } from './run.ts';

export type StackProgram = Omit<RunOptions, 'onCrash'> & {
  byNpm: boolean;
  body: (run: Run, leave: Leave) => Promise<void>;
};

/**
 * Runs a program that owns a run. The program stays up until a signal or until `leave` is called. The run is closed in each
 * case. If a part, a service or `body` fails, the fault is printed on standard error, the program exits with
 * {@link EXIT.fault}, and the logs stay until the next run.
 */
export async function runStackProgram({ byNpm, body, ...options }: StackProgram): Promise<void> {
  const fail = (error: unknown) => {
    if (error instanceof RunIsStopping) return; // a consequence of the stop, not its cause
    run.run.keepUntilNextRun();
    process.stderr.write(`${faultText(error)}\n`);
    leave(EXIT.fault);
  };
  const run = await openRun({ ...options, onCrash: fail });
  const leave = stopOnExitSignals(run.close, { byNpm });
  await body(run, leave).catch(fail);
}

/** Runs the main function of a program; prints its fault and sets the exit code. */
export async function runMain(main: (argv: string[]) => Promise<void>): Promise<void> {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${faultText(error)}\n`);
    process.exitCode = error instanceof BadInput ? EXIT.badInput : EXIT.fault;
  }
}
