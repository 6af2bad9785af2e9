// A supervisor that a test kills. Starts a process that stops on SIGTERM and one that ignores SIGTERM, in a run below the
// directory in its argument, prints their ids on standard output, and stays up.
import { stopOnExitSignals } from '../processes/exit-signals.ts';
import { createRunDirectory } from '../processes/run-directory.ts';
import { superviseRun } from '../processes/supervisor.ts';

const run = createRunDirectory(process.argv[2] ?? '', { keep: false });
const supervisor = superviseRun(run, { onCrash: () => {}, limitMs: 10_000 });
stopOnExitSignals(async () => {
  await supervisor.stopAll();
  await run.remove();
});

process.on('SIGUSR2', () => {
  throw new Error('an error without a handler');
});

const stay = 'setInterval(() => {}, 1e6);';
const start = (name: string, script: string) =>
  supervisor.start({
    name,
    command: process.execPath,
    args: ['-e', `${script} console.log('up'); ${stay}`],
    isReady: async () => true,
    readyWithinMs: 1_000,
    stopWithinMs: 300,
  });
const stopping = await start('stopping', '');
const ignoring = await start('ignoring', 'process.on("SIGTERM", () => {});');
process.stdout.write(`${JSON.stringify({ run: run.path, pids: [stopping.pid, ignoring.pid] })}\n`);
