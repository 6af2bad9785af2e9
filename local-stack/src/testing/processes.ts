import { type Service, type ServiceSpec, startService } from '../bank/service.ts';
import { logTail } from '../processes/log-tail.ts';
import { openRun, type Run } from '../run.ts';

export type SpawnedProcess = Service & {
  /** The last lines of its log. */
  logTail(): string;
  /** Sends a signal to the process: SIGKILL, SIGSTOP, SIGCONT and so on. */
  kill(signal: NodeJS.Signals): void;
};

let run: Promise<Run> | undefined;

/** The run of this test file. Its processes end with the file. */
export const testRun = (): Promise<Run> => (run ??= openRun());

/**
 * Starts a service of the repository for a test and returns when the service is ready. Stop it in `afterAll`, before the
 * test's database is dropped. A service that is not stopped ends with the test file.
 */
export async function spawnProcess(spec: ServiceSpec): Promise<SpawnedProcess> {
  const service = await startService(await testRun(), spec);
  return {
    ...service,
    logTail: () => logTail(service.logFile),
    kill: (signal) => void process.kill(service.pid, signal),
  };
}
