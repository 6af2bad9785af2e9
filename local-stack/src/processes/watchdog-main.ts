// Watches one run. Only the supervisor holds the other end of standard input, so the end of that pipe means that the
// supervisor has ended, by whatever cause: SIGKILL, crash or a closed terminal. Then the watchdog stops the processes
// that still run and removes the run's data. After a clean stop there is nothing left to do.
import { finished } from 'node:stream/promises';
import { stopOrphans } from './leftovers.ts';
import { openRunDirectory } from './run-directory.ts';

const [runPath] = process.argv.slice(2);
if (runPath === undefined) throw new Error('usage: watchdog-main.ts RUN_DIRECTORY');

// Signals of the terminal are meant for the supervisor. The watchdog must outlive the supervisor.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

await finished(process.stdin.resume());
const run = openRunDirectory(runPath);
await stopOrphans(run.journal);
await run.remove();
