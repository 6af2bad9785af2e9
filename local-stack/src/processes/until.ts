import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../fault.ts';

/** Short enough that nobody waits for it, long enough not to load a two-core machine. */
const POLL_EVERY_MS = 25;

class NotInTime extends Fault {
  constructor(what: string, timeoutMs: number, cause: unknown) {
    super(
      'NOT_IN_TIME',
      `${what} did not come true within ${timeoutMs} ms`,
      'see the cause below, if there is one',
      {
        cause,
      },
    );
  }
}

/** What is left of an answer when it is truthy. */
type Truthy<Answer> = Exclude<Answer, false | null | undefined | 0 | ''>;

export type UntilOptions = { timeoutMs: number; what?: string; everyMs?: number };

/**
 * Asks `condition` until it answers something truthy and returns that answer.
 * A throwing condition counts as "not yet"; its last error is the cause of {@link NotInTime}.
 */
export async function until<Answer>(
  condition: () => Answer | Promise<Answer>,
  { timeoutMs, what = 'a condition', everyMs = POLL_EVERY_MS }: UntilOptions,
): Promise<Truthy<Answer>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer) return answer as Truthy<Answer>;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= deadline) throw new NotInTime(what, timeoutMs, lastError);
    await pause(everyMs);
  }
}
