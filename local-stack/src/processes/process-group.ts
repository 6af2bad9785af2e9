import { startOfProcess } from './process-identity.ts';
import { until } from './until.ts';

/** Sends a signal to a whole process group; a group that is gone is no trouble. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: macOS answers so for a group of zombies; a group of ours never belongs to somebody else.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** After SIGKILL the kernel needs a moment, not more; a process stuck in the disk may need longer. */
const KILL_WITHIN_MS = 5_000;

export type StopOutcome = 'stopped' | 'killed';
export type StopManner = { signal: NodeJS.Signals; withinMs: number };

/**
 * Asks a group to stop, waits for its leader and kills what is left: the leader at the deadline, and any
 * offspring that outlives its leader at once.
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
