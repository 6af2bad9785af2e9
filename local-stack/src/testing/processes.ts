import { type Service, type ServiceSpec, startService } from '../bank/service.ts';
import { logTail } from '../processes/log-tail.ts';
import { openRun, type Run } from '../run.ts';

export type SpawnedProcess = Service & {
  /** The last lines of its log. */
  logTail(): string;
  /** Sends a signal to it: SIGKILL, SIGSTOP, SIGCONT .. */
  kill(signal: NodeJS.Signals): void;
};

let run: Promise<Run> | undefined;

/** The run of this test file; what it leaves running ends with the file. */
export const testRun = (): Promise<Run> => (run ??= openRun());

/**
 * Starts a service of the repository for a test and answers when it is ready. Stop it in `afterAll`, before the
 * test's database is dropped; what is forgotten ends with the test file.
 */
export async function spawnProcess(spec: ServiceSpec): Promise<SpawnedProcess> {
  const service = await startService(await testRun(), spec);
  return {
    ...service,
    logTail: () => logTail(service.logFile),
    kill: (signal) => void process.kill(service.pid, signal),
  };
}
