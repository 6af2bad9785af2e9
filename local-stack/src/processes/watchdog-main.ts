// Watches over one run. Its standard input is a pipe that only the supervisor holds, so the end of that pipe
// means the supervisor is gone, whatever ended it (SIGKILL, crash, power of the terminal). Then everything the
// supervisor left running is stopped and the run's data are removed. After a clean stop nothing is left to do.
import { finished } from 'node:stream/promises';
import { stopOrphans } from './leftovers.ts';
import { openRunDirectory } from './run-directory.ts';

const [runPath] = process.argv.slice(2);
if (runPath === undefined) throw new Error('usage: watchdog-main.ts RUN_DIRECTORY');

// Signals of the terminal are meant for the supervisor; the watchdog outlives it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

await finished(process.stdin.resume());
const run = openRunDirectory(runPath);
await stopOrphans(run.journal);
await run.remove();
