/** The result of a command: an exit code (process/exit-codes.ts), text for people, and JSON for programs. */
export type Outcome = { exit: number; text: string; json: object };

/** Prints an outcome as text or as one line of JSON. Returns its exit code. */
export function print({ json, text, exit }: Outcome, isJson: boolean): number {
  process.stdout.write(`${isJson ? JSON.stringify(json) : text}\n`);
  return exit;
}
