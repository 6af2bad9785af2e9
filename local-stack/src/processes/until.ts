import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@core-exit/process/faults';
import { STACK_FAULTS } from '../faults.ts';

/** Short, so that a start is not slowed down; long enough not to load a machine with two processors. */
const POLL_EVERY_MS = 25;

/** The part of a result type that is truthy. */
type Truthy<Result> = Exclude<Result, false | null | undefined | 0 | ''>;

export type UntilOptions = { timeoutMs: number; what?: string; everyMs?: number };

/**
 * Calls `condition` until it returns something truthy, and returns that.
 * A condition that throws counts as not fulfilled; its last error is the cause of the fault NOT_IN_TIME.
 */
export async function until<Result>(
  condition: () => Result | Promise<Result>,
  { timeoutMs, what = 'a condition', everyMs = POLL_EVERY_MS }: UntilOptions,
): Promise<Truthy<Result>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const result = await condition();
      if (result) return result as Truthy<Result>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) {
      const message = `${what}: not fulfilled within ${timeoutMs} ms`;
      throw new Fault(STACK_FAULTS.NOT_IN_TIME, message, { cause });
    }
    await pause(everyMs);
  }
}
