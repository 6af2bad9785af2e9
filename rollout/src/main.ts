import { inspect } from 'node:util';
import { BadInput, Fault } from '@core-exit/process/faults';
import { HELP, readArguments } from './cli/arguments.ts';
import { EXIT, tell } from './cli/outcome.ts';

const GATE_EXIT = { PASS: EXIT.done, FAIL: EXIT.fail, UNKNOWN: EXIT.notYet } as const;

/** Commands load what they need and no more: a gate in a pipeline should not wait for a database driver. */
async function main(argv: string[]): Promise<number> {
  const args = readArguments(argv);
  if (args.command === 'help') return tell({ exit: EXIT.done, text: HELP.trimEnd(), json: {} }, false);
  if (args.command === 'evaluate') {
    const { evaluateFiles } = await import('./gate/evaluate-files.ts');
    const { judgementText } = await import('./gate/judgement-text.ts');
    const judgement = evaluateFiles(args.plan, args.evidence);
    return tell(
      { exit: GATE_EXIT[judgement.decision], text: judgementText(judgement), json: judgement },
      args.json,
    );
  }
  if (args.command === 'simulate') {
    const { simulateTo } = await import('./simulate/command.ts');
    return tell(await simulateTo(args.out, args.seed), args.json);
  }
  if (args.command === 'migrate') {
    const { migrateCommand } = await import('./cli/migrate.ts');
    return tell(await migrateCommand(), args.json);
  }
  if (args.command === 'verify' && args.file !== null) {
    const { exportedDecisions, verify } = await import('./cli/chain.ts');
    return tell(await verify(exportedDecisions(args.file), args.expect), args.json);
  }
  const { runConnected } = await import('./cli/connected.ts');
  return runConnected(args);
}

// The exit code is set and not forced, so that the last line reaches a slow pipe.
main(process.argv.slice(2)).then(
  (exit) => {
    process.exitCode = exit;
  },
  (error: unknown) => {
    const isKnown = error instanceof Fault;
    // Not thrown on: Node would exit with 1, which is a FAIL.
    process.stderr.write(
      isKnown ? `${error.code}: ${error.message}\n  next: ${error.next}\n` : `${inspect(error)}\n`,
    );
    process.exitCode = error instanceof BadInput ? EXIT.badInput : EXIT.fault;
  },
);
