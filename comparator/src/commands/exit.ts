/** Exit codes of all commands. */
export const EXIT = { done: 0, different: 1, incomplete: 2, badInput: 3, fault: 4 } as const;
