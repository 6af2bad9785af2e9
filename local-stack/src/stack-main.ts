import { join } from 'node:path';
import { DEFAULT_STAGE } from './bank/bank.ts';
import { readConfig } from './config.ts';
import { runMain, runStackProgram } from './program.ts';
import { HELP, readArguments } from './stack/arguments.ts';
import { writeEnvironmentFiles } from './stack/environment-files.ts';
import { printedProgress, silent } from './stack/progress.ts';
import { readyCustomers, readyLine } from './stack/ready-line.ts';
import { readyText } from './stack/ready-text.ts';
import { startStack } from './stack/stack.ts';

await runMain(async (argv) => {
  const args = readArguments(argv, DEFAULT_STAGE);
  if (args.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const config = readConfig();
  const progress = args.json ? silent : printedProgress(process.stdout);
  await runStackProgram({
    keep: args.keep,
    byNpm: config.byNpm,
    waitSeconds: args.waitSeconds ?? config.waitSeconds,
    onWaiting: progress.waiting,
    async body(run) {
      const { parts, bank } = await startStack(run, config, { ...args, progress });
      const customers = await readyCustomers(parts, bank);
      const files = writeEnvironmentFiles(join(run.run.path, 'environment'), bank.environments());
      if (args.json) process.stdout.write(`${JSON.stringify(readyLine(parts, bank, customers, files))}\n`);
      const [customer = null] = customers;
      progress.line(readyText({ bank, customer, environmentFiles: files }));
      progress.line(`ready; Ctrl-C ends everything. Logs: ${run.run.path}/logs`);
    },
  });
});
