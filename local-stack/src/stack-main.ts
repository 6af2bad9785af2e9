import { DEFAULT_STAGE } from './bank/bank.ts';
import { readConfig } from './config.ts';
import { Fault } from './fault.ts';
import { type Leave, stopOnExitSignals } from './processes/exit-signals.ts';
import { openRun } from './run.ts';
import { HELP, readArguments } from './stack/arguments.ts';
import { onTerminal, silent } from './stack/progress.ts';
import { readyLine } from './stack/ready-line.ts';
import { startStack } from './stack/stack.ts';

async function main(argv: string[]): Promise<void> {
  const args = readArguments(argv, DEFAULT_STAGE);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const config = readConfig();
  const run = await openRun({
    keep: args.keep,
    onCrash(crash) {
      run.run.keepUntilNextRun();
      process.stderr.write(`${crash.message}\n`);
      leave(1);
    },
  });
  const leave: Leave = stopOnExitSignals(run.close, config);
  const progress = args.json ? silent : onTerminal(process.stdout);
  try {
    const { parts, bank } = await startStack(run, config, { ...args, progress });
    const ready = await readyLine(parts, bank);
    process.stdout.write(args.json ? `${JSON.stringify(ready)}\n` : `ready; logs in ${run.run.path}/logs\n`);
  } catch (error) {
    run.run.keepUntilNextRun();
    process.stderr.write(`${error instanceof Fault ? error.message : String((error as Error).stack)}\n`);
    leave(1);
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Fault ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 2;
});
