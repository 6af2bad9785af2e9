import { type ParseArgsConfig, parseArgs } from 'node:util';
import { EXIT } from '@core-exit/process/exit-codes';
import { BadInput } from '@core-exit/process/faults';

/** A command: returns its exit code, or null when the process stays up until a signal. */
export type CommandRun = (args: string[]) => Promise<number | null>;

/** The options and positionals of a command line. Throws {@link BadInput}. */
export function parseCommandLine<T extends ParseArgsConfig>(args: readonly string[], config: T) {
  try {
    return parseArgs<T & { args: string[] }>({ ...config, args: [...args] });
  } catch (error) {
    throw badCommandLine((error as Error).message);
  }
}

export function badCommandLine(...found: string[]): BadInput {
  return new BadInput('the command line', found);
}

/** A command that takes no arguments except --help. */
export function withoutArguments(help: string, run: () => Promise<number | null>): CommandRun {
  return async (args) => {
    if (args.includes('--help')) {
      process.stdout.write(help);
      return EXIT.done;
    }
    if (args.length > 0) throw badCommandLine(`${args.join(' ')}: this command takes no arguments`);
    return run();
  };
}
