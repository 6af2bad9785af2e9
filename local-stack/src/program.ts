import { messageOf } from './fault.ts';
import { type Leave, stopOnExitSignals } from './processes/exit-signals.ts';
import { RunIsStopping } from './processes/faults.ts';
import { openRun, type Run } from './run.ts';

/**
 * Runs a program that owns a run: it stays up until a signal or `leave`, and whatever ends it, nothing is left
 * behind. A crash of a part or service, and an error of `body`, are told on standard error and end it with 1;
 * its logs are kept until the next run.
 */
export async function runProgram(
  { keep, byNpm }: { keep: boolean; byNpm: boolean },
  body: (run: Run, leave: Leave) => Promise<void>,
): Promise<void> {
  const fail = (error: unknown) => {
    if (error instanceof RunIsStopping) return; // somebody asked for the end, and this is part of it
    run.run.keepUntilNextRun();
    process.stderr.write(`${messageOf(error)}\n`);
    leave(1);
  };
  const run = await openRun({ keep, onCrash: fail });
  const leave = stopOnExitSignals(run.close, { byNpm });
  await body(run, leave).catch(fail);
}
