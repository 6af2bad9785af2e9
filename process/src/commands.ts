import { EXIT } from './exit-codes.ts';
import { BadInput, faultText } from './faults.ts';

/** One word of a program's command line. */
export type Command = {
  /** One line for `--help`. */
  about: string;
  /**
   * The command reads its arguments. With `own-help` it answers `--help` as well, else the help of the program is printed. A
   * command without this refuses every argument.
   */
  takesArguments?: 'own-help' | 'common-help';
  /**
   * Returns the exit code when the command is done, or null when the process stays up until a signal.
   * Throws {@link BadInput} for arguments that are not valid.
   */
  run(args: string[]): Promise<number | null>;
};

export type Program = {
  /** First line of `--help`. */
  about: string;
  commands: Record<string, Command>;
  /** Last lines of `--help`. */
  footer?: string;
};

const SETTINGS_FOOTER = 'Settings come from the environment: docs/configuration.md.';

/** Runs the command that the first argument names and ends the process with its exit code (exit-codes.ts). */
export async function runProgram(program: Program, [name, ...args]: string[]): Promise<void> {
  const command = name !== undefined && Object.hasOwn(program.commands, name) && program.commands[name];
  const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';
  const hasOwnHelp = command && command.takesArguments === 'own-help';
  if (name === 'help' || isHelp(name) || (args.some(isHelp) && !hasOwnHelp)) {
    process.stdout.write(helpOf(program));
    return;
  }
  if (!command) {
    process.stderr.write(name === undefined ? helpOf(program) : `no command ${name}\n\n${helpOf(program)}`);
    return exitWith(EXIT.badInput);
  }
  process.stdout.on('error', exitWithoutReader);
  try {
    if (command.takesArguments === undefined && args.length > 0) throw unexpected(name, args);
    const code = await command.run(args);
    if (code !== null) await exitWith(code);
  } catch (error) {
    process.stderr.write(`${faultText(error)}\n`);
    await exitWith(error instanceof BadInput ? EXIT.badInput : EXIT.fault);
  }
}

function unexpected(name: string | undefined, args: readonly string[]): BadInput {
  return new BadInput('the command line', [`${name} takes no arguments, but got ${args.join(' ')}`]);
}

/** Exits after the output was written, because `process.exit` drops what the reader of a pipe has not read yet. */
async function exitWith(code: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))),
  );
  process.exit(code);
}

/** The reader of standard output ended, as `head` does: the rest of the output is not wanted. */
function exitWithoutReader(error: NodeJS.ErrnoException): never {
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.fault);
}

function helpOf({ about, commands, footer = SETTINGS_FOOTER }: Program): string {
  const width = Math.max(...Object.keys(commands).map((word) => word.length));
  const lines = Object.entries(commands).map(
    ([word, command]) => `  ${word.padEnd(width)}  ${command.about}`,
  );
  return `${about}\n\n${lines.join('\n')}\n\n${footer}\n`;
}
