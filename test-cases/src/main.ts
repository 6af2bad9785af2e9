import { runProgram } from '@core-exit/process/commands';
import { EXIT } from '@core-exit/process/exit-codes';
import { readCaptureArguments, readRunArguments, readStackArgument, USAGE } from './arguments.ts';
import { PUBLISHED_SCHEMA } from './row/schema.ts';
import { runCapture, runCases, runGenerate } from './run.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));

/** A command that an interruption ends with its own exit code, after the command stopped the stack that it had started. */
async function interruptible(command: (signal: AbortSignal) => Promise<number>): Promise<number> {
  try {
    return await command(interruption.signal);
  } catch (fault) {
    if (!interruption.signal.aborted) throw fault;
    process.stderr.write(`${(interruption.signal.reason as Error).message}\n`);
    return EXIT.incomplete;
  }
}

await runProgram(
  {
    about: 'Runs cases of interest, tax and day count, and reports where a core differs.',
    commands: {
      run: {
        about: 'runs the rows of files and folders',
        takesArguments: 'common-help',
        run: (args) => interruptible((signal) => runCases(readRunArguments(args), signal)),
      },
      generate: {
        about: 'writes the matrix: inputs, and the answer on which both cores agree',
        takesArguments: 'common-help',
        run: (args) => interruptible((signal) => runGenerate(readStackArgument(args), signal)),
      },
      capture: {
        about: 'prints the given of a row: an account at a basis, without its owner',
        takesArguments: 'common-help',
        run: (args) => interruptible((signal) => runCapture(readCaptureArguments(args), signal)),
      },
      schema: {
        about: 'prints the JSON Schema of a row',
        async run() {
          process.stdout.write(`${JSON.stringify(PUBLISHED_SCHEMA, null, 2)}\n`);
          return EXIT.done;
        },
      },
    },
    footer: USAGE,
  },
  process.argv.slice(2),
);
