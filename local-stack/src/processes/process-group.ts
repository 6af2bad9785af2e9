import { startOfProcess } from './process-identity.ts';
import { until } from './until.ts';

/** Sends a signal to a whole process group; a group that has ended is no error. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: macOS returns this code for a group of zombies; a group of the stack never belongs to another user.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The kernel needs a moment after SIGKILL; a process that waits for a disk may need longer. */
const KILL_WITHIN_MS = 5_000;

export type StopOutcome = 'stopped' | 'killed';
export type StopManner = { signal: NodeJS.Signals; withinMs: number };

/**
 * Sends the stop signal to a group and waits for its leader. Kills the leader at the deadline, and kills processes of the
 * group that outlive their leader at once.
 */
export async function stopGroup(leader: number, { signal, withinMs }: StopManner): Promise<StopOutcome> {
  const startedAt = startOfProcess(leader);
  const leaderIsGone = () => startedAt === undefined || startOfProcess(leader) !== startedAt;
  signalGroup(leader, signal);
  const outcome = await until(leaderIsGone, { timeoutMs: withinMs }).then(
    () => 'stopped' as const,
    () => 'killed' as const,
  );
  signalGroup(leader, 'SIGKILL');
  await until(leaderIsGone, {
    timeoutMs: KILL_WITHIN_MS,
    what: `the end of process ${leader} after SIGKILL`,
  });
  return outcome;
}
