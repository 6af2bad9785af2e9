/** One word of the command line. */
export type Command = {
  /** One line for `--help`. */
  about: string;
  /** Returns the exit code when the command is done, or null when it keeps running. */
  run(args: string[]): Promise<number | null>;
};

/** Runs the command the first argument names; `fallback` when there is none. */
export async function runCommand(
  program: string,
  commands: Record<string, Command>,
  [name, ...args]: string[],
  fallback?: string,
): Promise<void> {
  const width = Math.max(...Object.keys(commands).map((word) => word.length));
  const lines = Object.entries(commands).map(([word, { about }]) => `  ${word.padEnd(width)}  ${about}`);
  const help = `${program}\n\n${lines.join('\n')}\n\nSettings come from the environment: docs/configuration.md.\n`;
  if (name === '--help' || name === 'help') {
    process.stdout.write(help);
    return;
  }
  const word = name ?? fallback ?? '';
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command === undefined) {
    process.stderr.write(help);
    process.exit(2);
  }
  try {
    const code = await command.run(args);
    if (code !== null) process.exit(code);
  } catch (fault) {
    process.stderr.write(`${messageOf(fault)}\n`);
    process.exit(1);
  }
}

/** What went wrong and, of our own faults, what to do next. */
function messageOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  return 'next' in fault ? `${fault.message}\n${String(fault.next)}` : fault.message;
}
