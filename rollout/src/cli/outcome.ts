/** What a command did, for people and for programs. */
export type Outcome = { exit: number; text: string; json: object };

/** `notYet`: nothing is wrong, something is missing. */
export const EXIT = { done: 0, fail: 1, notYet: 2, badInput: 3, fault: 4 } as const;

/** Writes it and returns its exit code. */
export function tell({ json, text, exit }: Outcome, isJson: boolean): number {
  process.stdout.write(`${isJson ? JSON.stringify(json) : text}\n`);
  return exit;
}
