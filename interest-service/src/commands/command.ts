/** One word of the command line. */
export type Command = {
  /** One line for `--help`. */
  about: string;
  /** Returns the exit code when the command is done, or null when it keeps running. */
  run(args: string[]): Promise<number | null>;
};
