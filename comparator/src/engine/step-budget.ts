/**
 * Steps that the comparison of two documents may take; one step takes about ten nanoseconds. Steps are counted and not
 * timed, so that the same two documents always get the same result. Steps are spent to find out which parts of the
 * documents correspond. The answer to "are the documents equal" does not depend on the budget.
 */
export const MAX_STEPS = 3_000_000;

/** The remaining steps of one comparison. */
export class StepBudget {
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Spends steps and returns whether any remain. */
  spend(steps: number): boolean {
    this.left -= steps;
    return this.left > 0;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }
}
