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

/**
 * Starts a service of the repository for a test and answers when it is ready. Stop it in `afterAll`, before the
 * test's database is dropped; what is forgotten ends with the test file.
 */
export async function spawnProcess(spec: ServiceSpec): Promise<SpawnedProcess> {
  run ??= openRun();
  const service = await startService(await run, spec);
  return {
    ...service,
    logTail: () => logTail(service.logFile),
    kill: (signal) => void process.kill(service.pid, signal),
  };
}
