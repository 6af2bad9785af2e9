/**
 * Steps that comparing two documents may take, some ten nanoseconds each. Counted and not timed, so that two documents
 * are always compared alike. They are spent on looking for what stands for what; that two documents are equal is found
 * out without them.
 */
export const MAX_STEPS = 3_000_000;

/** The steps that are left of a budget. */
export class Work {
  private left: number;

  constructor(steps: number) {
    this.left = steps;
  }

  /** Whether steps are left after these. */
  spend(steps: number): boolean {
    this.left -= steps;
    return this.left > 0;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }
}
