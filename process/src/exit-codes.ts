/** Exit codes of every command of every room. `docs/configuration.md` has the same table. */
export const EXIT = {
  /** Everything that was asked is done, and nothing was found. */
  done: 0,
  /** Done, and what the command looks for was found: differences, discrepancies, a gate that fails. */
  found: 1,
  /** Not done, or not all of it: evidence is missing, a rest remains, the command was interrupted. */
  incomplete: 2,
  /** An argument, a file or the environment is not valid. Nothing was changed. */
  badInput: 3,
  /** Something broke. Standard error has the code of the fault and what to do next. */
  fault: 4,
} as const;
